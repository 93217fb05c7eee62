"""A text as sentences to choose from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app import shelf
from corrections_app.domain.sentences import LONGEST, sentences
from corrections_app.domain.text import text_blocks
from corrections_app.sources import read, read_seeds

SEEDS = read_seeds(shelf("seeds"))


def words_of(text):
    return [text[start:end] for start, end in sentences(text)]


APART = {
    "full stops": ["One came.", "Two went."],
    "questions and cries": ["Who came?", "Nobody!", "So it goes."],
    "a quotation that ends": ["“It is high time.”", "She left."],
    "straight quotes": ['He said "Go."', "She went."],
    "German quotes": ["„Los!“", "Er ging."],
    "French quotes": ["«\u00a0Oui\u202f!\u00a0»", "Il partit."],
    "a bracket": ["(It was late.)", "She left."],
    "an ellipsis": ["He waited…", "Nobody came."],
    "three full stops": ["He waited...", "Nobody came."],
    "Arabic": ["هل جاء؟", "نعم، جاء أمس."],
    "Ukrainian": ["Він прийшов.", "Потім пішов."],
    "Hindi": ["वह आया।", "वह गया।"],
    "a number at the end": ["It opened in 1999.", "It closed."],
    "a number at the beginning": ["It closed.", "400 people left."],
    "a time": ["It closed at 9 p.m. on Tuesday.", "It rained."],
    "a price": ["It cost $3.50.", "It rained."],
    "an emoji": ["Well done!", "🎉 It rained."],
}


@pytest.mark.parametrize("expected", APART.values(), ids=APART)
def test_sentences_end_where_a_reader_would_say(expected):
    assert words_of(" ".join(expected)) == expected


WHOLE = [
    "Mr. Marlow met Dr. Ada Lane at St. Ives.",
    "J. R. R. Tolkien wrote to the U.S. Senate.",
    "It was built c. 1850, i.e. Before the war, e.g. At sea.",
    "It weighs 3.5 tonnes, or 1,234.56 pounds.",
    "“It is high time,” said Ada Marlow.",
    "“Go!” he said.",
    "He said “No.” and left.",
    "He waited… and waited.",
    "1. The council meets.",
    "See www.example.org for more.",
    "Yahoo! is what they call it.",
    "Він народився на вул. Шевченка, буд. 5, у 1950 р. Київ.",
    "Er wohnt z.B. In Wien, bzw. Graz.",
    "No. 5 is alive.",
]


@pytest.mark.parametrize("text", WHOLE)
def test_a_sentence_is_not_cut_in_two(text):
    assert words_of(text) == [text]


def test_chinese_and_japanese_need_no_blank_between_sentences():
    assert words_of("他来了。她走了！「是吗？」谁？") == [
        "他来了。",
        "她走了！",
        "「是吗？」",
        "谁？",
    ]


def test_a_line_break_ends_a_sentence():
    assert words_of("Roses are red,\nviolets blue.") == ["Roses are red,", "violets blue."]


def test_a_text_without_end_is_parted_between_words():
    text = "word " * 1000

    found = words_of(text)

    assert all(len(words) <= LONGEST for words in found)
    assert " ".join(found) == text.strip()


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.slug)
def test_no_sentence_of_the_samples_begins_with_a_small_letter_after_a_full_stop(seed):
    for block in text_blocks(read(seed.path, seed.options).body):
        if block.kind == "paragraph":
            first, *others = words_of(block.text)
            assert not [words for words in others if words[0].islower()], first


TEXTS = st.text(
    st.sampled_from("aZß1 .!?…。？؟।\n\u00a0\u0301“”\"'»(）MrDr🎉\u200d" + "\t"), max_size=60
)


@given(TEXTS | st.text(max_size=60))
def test_every_character_that_is_no_blank_is_in_exactly_one_sentence(text):
    found = sentences(text)

    covered = [at for start, end in found for at in range(start, end)]
    assert len(covered) == len(set(covered))
    assert {at for at, char in enumerate(text) if not char.isspace()} <= set(covered)
    assert found == sorted(found)
    for start, end in found:
        assert text[start:end] == text[start:end].strip() != ""


@pytest.mark.parametrize("text", ["1. " * 40_000, "." * 100_000, "a" * 100_000, '." ' * 40_000])
def test_hostile_texts_are_split_in_linear_time(text):
    assert sentences(text)[-1][1] == len(text.rstrip())
