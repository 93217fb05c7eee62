"""Words quoted in their sentence, and links that lead to words."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.quoting import REACH, sentence_around, text_fragment
from corrections_app.domain.waits import FIRST, LONGEST, wait

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


def test_a_link_to_nothing_is_no_link():
    assert text_fragment("a  b", 1, 3) == ""


def test_a_long_passage_is_named_by_its_ends():
    text = " ".join(f"word{number}" for number in range(100))

    directive = unquote(text_fragment(text, 0, len(text)))

    assert directive == "#:~:text=word0 word1 word2 word3,word96 word97 word98 word99"


@given(st.integers(1, 1_000), st.floats(0, 1, exclude_max=True))
def test_waits_grow_to_a_limit_and_never_all_end_together(attempts, chance):
    pause = wait(attempts, chance)

    assert FIRST * 0.75 <= pause <= LONGEST * 1.25
    assert wait(attempts, 0.0) <= pause
    assert wait(attempts + 1, chance) >= pause


def test_the_first_waits_double():
    assert [wait(n, 0.5) / timedelta(minutes=1) for n in (1, 2, 3)] == [5, 10, 20]


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
