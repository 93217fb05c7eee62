"""Words to be looked up: of any script, however they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections_app.domain.text.search_words import LONGEST, MOST_ASKED, asked, words


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("The  wall, the WALL", "the wall"),
        ("Čafé “naïve” Straße", "cafe naive strasse"),
        ("don’t", "don t"),
        ("re\u00adbuild zero\u200bwidth", "rebuild zerowidth"),
        ("1,000.50 §7", "1 000 50 7"),
        ("Її їжак", "іі іжак"),
        ("اَلْكِتَابُ أحمد", "الكتاب احمد"),
        ("हिन्दी", "हिनदी"),
        ("東京へ", "東 京 へ"),
        ("ﬁne ２０２６", "fine 2026"),
        ('" OR NEAR( * -x', "or near x"),
        ("--- *** \n", ""),
    ],
)
def test_a_text_is_split_into_its_words(typed, found):
    assert words(typed) == found


@given(st.text(), st.text())
def test_whatever_stands_in_a_text_is_found_by_it(before, text):
    stored = words(before, None, text).split()

    assert set(asked(text)) <= set(stored)


@given(st.text())
def test_no_word_holds_what_a_query_could_mean(text):
    assert not set("\"'\\()*:&|!<> ") & set("".join(asked(text)))
    assert all(0 < len(word) <= LONGEST for word in asked(text))


def test_a_long_question_is_cut():
    assert len(asked(" ".join(f"word{number}" for number in range(100)))) == MOST_ASKED


@settings(max_examples=200)
@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_plain_letters_are_found_as_among_others(text: str) -> None:
    assert words(text + " я").split() == [*words(text).split(), "я"]
