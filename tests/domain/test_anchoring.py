"""Words are found where they stand, or not at all; hand-typed words are only suggestions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections_app.domain.anchoring import (
    TextPositionSelector,
    TextQuoteSelector,
    anchor,
    candidates,
    cut,
)
from corrections_app.domain.errors import Ambiguous, NotFoundInText
from corrections_app.domain.text.body import tidy

TEXT = (
    "Team Alpha wrote the report on Monday.\n\n"
    "Team Beta wrote the report on Tuesday.\n\n"
    "“Don’t panic,” she said – again… The café in Straße 5\u00a0km away."
)


def at(words: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return start, start + len(words)


def test_words_that_stand_once_need_no_context() -> None:
    start, end = at("Tuesday")
    assert anchor(TEXT, TextQuoteSelector("Tuesday")) == TextPositionSelector(start, end)


def test_words_typed_in_parts_are_composed() -> None:
    assert anchor(TEXT, TextQuoteSelector("cafe\u0301")) == TextPositionSelector(*at("café"))


def test_words_that_stand_twice_are_refused_with_their_places() -> None:
    with pytest.raises(Ambiguous) as refusal:
        anchor(TEXT, TextQuoteSelector("the report"))
    assert refusal.value.details["places"] == [at("the report"), at("the report", 1)]


def test_half_a_context_is_enough_to_tell_twins_apart() -> None:
    quote = TextQuoteSelector("the report", "an older text. Team Beta wrote ", " on Wednesday")
    assert anchor(TEXT, quote) == TextPositionSelector(*at("the report", 1))


def test_words_that_recur_by_chance_are_not_taken_for_those_that_are_gone() -> None:
    quote = TextQuoteSelector("Tuesday", "The council meets again on ", ", says its mayor")
    with pytest.raises(NotFoundInText) as refusal:
        anchor(TEXT, quote)
    assert refusal.value.details["places"] == [at("Tuesday")]


def test_words_that_are_gone_are_refused_with_places_to_confirm() -> None:
    with pytest.raises(NotFoundInText) as refusal:
        anchor(TEXT, TextQuoteSelector("DON'T PANIC"))
    assert refusal.value.details["places"] == [at("Don’t panic")]
    with pytest.raises(NotFoundInText) as refusal:
        anchor(TEXT, TextQuoteSelector("Team Gamma"))
    assert refusal.value.details["places"] == []


def test_part_of_a_letter_is_not_the_letter() -> None:
    with pytest.raises(NotFoundInText):
        anchor("The 👨‍👩‍👧 here", TextQuoteSelector("👩"))


TYPED = [
    ("straight quotes", '"Don\'t panic,"', ["“Don’t panic,”"]),
    ("guillemets", "«Don't panic,»", ["“Don’t panic,”"]),
    ("a hyphen for a dash", "said - again", ["said – again"]),
    ("two hyphens for a dash", "said -- again", ["said – again"]),
    ("three dots", "again... the", ["again… The"]),
    ("one dot of three", "again.", ["again…"]),
    ("capitals", "TEAM ALPHA", ["Team Alpha"]),
    ("sharp s", "STRASSE", ["Straße"]),
    ("a blank for a no-break space", "5 km", ["5\u00a0km"]),
    ("a line break between", "monday.\r\nteam", ["Monday.\n\nTeam"]),
    ("blanks around", "  the   report ", ["the report", "the report"]),
    ("whole words first", "the", ["the", "the", "The"]),
    ("else within words", "onda", ["onda"]),
    ("nothing of the kind", "the reporter", []),
    ("nothing at all", " \n ", []),
]


@pytest.mark.parametrize(
    ("words", "found"), [case[1:] for case in TYPED], ids=[case[0] for case in TYPED]
)
def test_words_typed_by_hand_are_offered_as_they_stand(words: str, found: list[str]) -> None:
    assert [TEXT[start:end] for start, end in candidates(TEXT, words)] == found


@settings(max_examples=150)
@given(st.text("aÁbßİς“’–… \n\u00ad\u0301👩\u200d", max_size=40), st.data())
def test_what_stands_there_is_always_among_the_candidates(text: str, data: st.DataObject) -> None:
    text = tidy(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    places = candidates(text, text[start:end])
    assert all(0 <= low < high <= len(text) for low, high in places)
    if any(char.isalpha() and char.isascii() for char in text[start:end]):
        assert places


def test_candidates_in_a_long_text_are_few() -> None:
    assert len(candidates("lorem “ipsum” – dolor… " * 40_000, '"ipsum" - dolor...')) == 100
    assert len(candidates("a" * 1_000_000, "a" * 5_000)) == 100


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 4), (3, 5), (-1, 2), (2, 99), (4, 2)])
def test_a_selection_without_words_is_refused(start: int, end: int) -> None:
    with pytest.raises(NotFoundInText):
        cut("One \n\nTwo"[:9], start, end)
