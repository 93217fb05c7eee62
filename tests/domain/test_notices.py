"""The house's sentence for what an article said and says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.notices import SENTENCES, notice
from corrections_app.domain.patching import Edit, edits

TEXT = "Work will begin in May 2025 and cost about four million pounds."


def told(exact, replacement, text=TEXT):
    sentence, words = notice(text, edits(exact, replacement, text.index(exact)))
    return sentence % words


@pytest.mark.parametrize(
    ("exact", "replacement", "says"),
    [
        ("four", "five", "gave “four” where it should have said “five”."),
        ("2025", "2026", "gave “May 2025” where it should have said “May 2026”."),
        ("about ", "", "included the words “about”, which were removed."),
        ("2025 and cost about four", "2026 and cost about five",
         "gave “May 2025” where it should have said “May 2026”, "
         "and “four” where it should have said “five”."),
        ("pounds.", "euros.", "gave “pounds” where it should have said “euros”."),
        ("Work will begin in May 2025 and", "They will start in June 2026, and",
         "gave “Work will begin in May 2025” where it should have said "
         "“They will start in June 2026”."),
    ],
)  # fmt: skip
def test_the_notice_names_the_words(exact, replacement, says):
    assert told(exact, replacement).endswith(says)


def test_the_same_change_at_two_places_is_told_once():
    text = "The Harbor, our Harbor."
    places = [Edit(4, 10, "Harbour"), Edit(16, 22, "Harbour")]

    sentence, words = notice(text, places)

    assert sentence.count("%(before") == 1
    assert words == {"before": "Harbor", "after": "Harbour"}


def test_long_passages_are_cut_at_a_word():
    said = told(TEXT, "word " * 200)

    assert len(said) < 1000
    assert "word …" in said


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_any_change_has_a_sentence(exact, replacement):
    sentence, words = notice(exact, [Edit(0, len(exact), replacement)])

    assert sentence in SENTENCES
    assert sentence % words
