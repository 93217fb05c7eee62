"""Words quoted in their sentence, and links that lead to words."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app import shelf
from corrections_app.domain.text.body import text_blocks
from corrections_app.domain.text.paragraphs import (
    LONGEST_SENTENCE,
    REACH,
    sentence_around,
    sentences,
    text_fragment,
)
from corrections_app.sources import read, read_seeds

TEXT = (
    "A headline\n\n"
    "“It is time.” She paid approx. five pounds for it! Then, e.g. on Tuesday, she left.\n"
    "Нова стіна готова. Вартість зросла.\n\n"
    "Well-known, too: the end"
)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("headline", "A headline"),
        ("is time", "“It is time.”"),
        ("time.”", "“It is time.”"),
        ("five", "She paid approx. five pounds for it!"),
        ("Tuesday", "Then, e.g. on Tuesday, she left."),
        ("time.” She", "“It is time.” She paid approx. five pounds for it!"),
        ("стіна", "Нова стіна готова."),
        ("зросла", "Вартість зросла."),
        ("the end", "Well-known, too: the end"),
        ("зросла.\n\nWell", "Вартість зросла.\n\nWell-known, too: the end"),
    ],
)
def test_words_are_quoted_in_their_sentence(words, sentence):
    start = TEXT.index(words)

    low, high = sentence_around(TEXT, start, start + len(words))

    assert TEXT[low:high] == sentence


@given(st.text('ab .!?\n"”é語', max_size=80), st.data())
def test_a_sentence_holds_its_words_and_stays_near_them(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    low, high = sentence_around(text, start, end)

    assert 0 <= low <= start <= end <= high <= len(text)


def test_a_sentence_without_end_is_cut():
    text = "word " * 1_000

    low, high = sentence_around(text, 2_500, 2_504)

    assert high - low < 2 * REACH + 20


@pytest.mark.parametrize(
    ("words", "directive"),
    [
        ("headline", "A-,headline"),
        ("adlin", "A-,headline"),
        ("five", "time.” She paid approx.-,five,-pounds for it! Then,"),
        (" five ", "time.” She paid approx.-,five,-pounds for it! Then,"),
        ("the end", "Well-known, too:-,the end"),
        ("зросла.\n\nWell", "Нова стіна готова. Вартість-,зросла.,Well-known,,-too: the end"),
    ],
)
def test_a_link_leads_to_whole_words_between_their_neighbours(words, directive):
    start = TEXT.index(words)

    fragment = text_fragment(TEXT, start, start + len(words))

    assert unquote(fragment) == f"#:~:text={directive}"


def test_the_marks_of_the_directive_are_encoded_in_words():
    text = "A, b-c & d"

    assert text_fragment(text, 3, 6) == "#:~:text=A%2C-,b%2Dc,-%26%20d"


@pytest.mark.parametrize("text", ["話" * 5_000, "話" * 50 + "。" + "話" * 5_000, "x" * 5_000])
def test_a_link_into_a_text_without_blanks_stays_short(text):
    start, end = 1_000, 4_000

    assert len(text_fragment(text, start, end)) < 5_000
    assert len(text_fragment(text, start, start + 1)) < 5_000


def test_a_long_phrase_without_blanks_is_named_up_to_a_mark():
    text = "話。" * 200

    head = unquote(text_fragment(text, 0, len(text))).removeprefix("#:~:text=").split(",")[0]

    assert head.endswith("話")
    assert text.startswith(head + "。")


def test_a_link_to_nothing_is_no_link():
    assert text_fragment("a  b", 1, 3) == ""


def test_a_long_passage_is_named_by_its_ends():
    text = " ".join(f"word{number}" for number in range(100))

    directive = unquote(text_fragment(text, 0, len(text)))

    assert directive == "#:~:text=word0 word1 word2 word3,word96 word97 word98 word99"


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

    assert all(len(words) <= LONGEST_SENTENCE for words in found)
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


VERSE = "The first line ends,\nand two of us go on.\nThe third one closes."


def test_context_ends_at_a_line_break_as_at_a_block():
    start = VERSE.index("two of")
    directive = unquote(text_fragment(VERSE, start, start + 6)).removeprefix("#:~:text=")
    assert directive == "and-,two of,-us go on."


CHINESE = "港里结了冰，船都停着，没有人出海，" * 20 + "市长很高兴。"


@pytest.mark.parametrize(
    ("words", "directive"),
    [
        ("市长", "市长很高兴"),
        ("很高兴", "市长很高兴"),
        ("人出海，市", "没有人出海,市长很高兴"),
        ("高兴。", "市长很高兴。"),
    ],
)
def test_words_that_no_blanks_divide_are_named_by_their_clause(words, directive):
    start = CHINESE.rindex(words)
    fragment = text_fragment(CHINESE, start, start + len(words))
    assert unquote(fragment).removeprefix("#:~:text=") == directive


def test_a_thai_word_is_named_with_what_blanks_and_signs_divide():
    text = "เรือ จอดรอสองวัน แล้วออก"
    start = text.index("สองวัน")
    assert unquote(text_fragment(text, start, start + 6)) == "#:~:text=จอดรอสองวัน"
