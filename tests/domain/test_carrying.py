"""Where a correction stands after the article changed, and whether it is already made."""

from __future__ import annotations

import pytest

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.carrying import (
    over_foreign,
    over_own,
    place_of,
    reads_already,
    stands_already,
)
from corrections_app.domain.lifecycle import Fit
from corrections_app.domain.text.edits import Edit, splice, widen_all

TEXT = (
    "The harbour wall\n\n"
    "The council voted on Tuesday to rebuild the harbour wall before winter.\n\n"
    "Work will begin in May 2025 and cost about four million pounds, said Ada Marlow."
)


def place(exact, replacement, text=TEXT):
    start = text.index(exact)
    return place_of(start, start + len(exact), exact, replacement)


def applied(*changes, text=TEXT):
    """The widened edits that accepting these changes would make."""
    parts = sorted(part for change in changes for part in place(*change, text).edits)
    return widen_all(text, parts)


def words(where, text):
    return [text[edit.start : edit.end] for edit in where.edits]


def test_an_edit_before_shifts_the_place():
    own = applied(("Tuesday", "Wednesday evening"))

    moved = over_own(place("four million", "five million"), own)

    new = splice(TEXT, own)
    assert (moved.fit, words(moved, new)) == (Fit.CLEAN, ["four"])
    assert new[moved.start : moved.end] == "four million"


def test_another_word_of_the_same_sentence_does_not_collide():
    sentence = "Work will begin in May 2025 and cost about four million pounds"
    own = applied((sentence, sentence.replace("2025", "2026, at last,")))

    moved = over_own(place(sentence, sentence.replace("four", "five")), own)

    new = splice(TEXT, own)
    assert (moved.fit, words(moved, new)) == (Fit.CLEAN, ["four"])
    assert new[moved.start : moved.end].startswith("Work will begin in May 2026")
    assert new[moved.start : moved.end].endswith("four million pounds")


def test_the_same_word_collides():
    own = applied(("four", "five"))

    moved = over_own(place("four million", "six million"), own)

    new = splice(TEXT, own)
    assert moved.fit == Fit.CONFLICT
    assert new[moved.start : moved.end] == "five million"


@pytest.mark.parametrize(
    ("own", "asked", "already"),
    [
        (("four", "five"), ("four million", "five million"), True),
        (("four million", "five million"), ("four", "five"), True),
        (("four", "five"), ("four million", "six million"), False),
        (("about ", ""), ("about four", "four"), True),
        (("about four", "four"), ("about ", ""), True),
        (("Tuesday", "Monday"), ("four", "five"), False),
        (("harbour wall before", "harbour"), ("wall ", ""), False),
    ],
)
def test_an_accepted_change_makes_its_twins_already_made(own, asked, already):
    assert stands_already(place(*asked), applied(own), TEXT) is already


def test_a_remark_is_never_already_made():
    remark = place_of(0, 3, "The", None)

    assert not stands_already(remark, (Edit(0, 3, "A"),), TEXT)
    assert not reads_already(remark, Alignment(TEXT, TEXT.replace("The", "A")))


@pytest.mark.parametrize(
    ("rewritten", "asked", "already"),
    [
        (("four million", "five million"), ("four", "five"), True),
        (("about four million", "some five million"), ("four", "five"), False),
        (("four million", "six million"), ("four", "five"), False),
        (
            ("the harbour wall before", "the old harbour wall before"),
            ("harbour wall b", "old harbour wall b"),
            True,
        ),
        (
            ("the harbour wall before", "the big harbour wall before"),
            ("harbour wall b", "old harbour wall b"),
            False,
        ),
        (("about four", "four"), ("about ", ""), True),
        (
            ("The harbour wall\n", "A harbour wall\n"),
            ("The harbour wall\n\nThe", "A harbour wall\n\nThe"),
            True,
        ),
        (("Ada Marlow.", "Ada Harlow."), ("Marlow.", "Harlow."), True),
        (("in May 2025 and", "in June 2026 and"), ("May 2025", "June 2026"), True),
        (("in May 2025 and", "in June 2025 and"), ("May 2025", "June 2026"), False),
        (("Tuesday", "Monday"), ("four", "five"), False),
        (("Tuesday to", "Tuesday"), ("to rebuild", "rebuild"), True),
        (("harbour wall before winter", "wall before winter"), ("harbour wall b", "wall b"), True),
    ],
)
def test_a_rewrite_can_make_the_change_too(rewritten, asked, already):
    new = TEXT.replace(*rewritten)
    assert new != TEXT

    assert reads_already(place(*asked), Alignment(TEXT, new)) is already


def test_words_that_are_gone_have_no_place():
    new = TEXT.replace(
        "Work will begin in May 2025 and cost about four million pounds, said", "So said"
    )

    moved = over_foreign(place("2025", "2026"), Alignment(TEXT, new))

    assert moved.fit in (Fit.GONE, Fit.CONFLICT)


def test_a_moved_paragraph_takes_its_corrections_along():
    first, second, third = TEXT.split("\n\n")
    new = "\n\n".join([first, third, second])

    moved = over_foreign(place("four million", "five million"), Alignment(TEXT, new))

    assert words(moved, new) == ["four"]
    assert new[moved.start : moved.end] == "four million"


@pytest.mark.parametrize("which", [0, 4])
def test_of_a_doubled_word_either_may_go(which):
    doubled = TEXT.replace("rebuild the", "rebuild the the")
    start = doubled.index("the the") + which
    where = place_of(start, start + 4, doubled[start : start + 4], "")

    assert reads_already(where, Alignment(doubled, TEXT))
