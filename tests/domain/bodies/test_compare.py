"""What became of an article, told paragraph by paragraph."""

from __future__ import annotations

import pytest
from hypothesis import given

from corrections_app.domain.bodies.compare import Row, compared
from corrections_app.domain.patching import merged
from corrections_app.domain.text.body import Aside, Block, Body, Mark, text_blocks
from tests.builders import body
from tests.domain.body_strategies import bodies

TITLE = "The harbour wall"
FIRST = "The council voted on Tuesday to rebuild the harbour wall."
SECOND = "Work will begin in May 2025 and cost about four million pounds."
THIRD = "Nobody who fishes there has been asked what they think of it."
FOURTH = "A second vote is expected before the end of the year."


def rows(old: Body, new: Body) -> tuple[Row, ...]:
    return compared(old, new)


def said(found: tuple[Row, ...]) -> list[tuple[str, str]]:
    """Each row as its state and its words, what went in [-…-] and what came in {+…+}."""
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return [
        (row.state, "".join(signs[p.kind].format(p.text) for p in row.pieces) or str(row.count))
        for row in found
    ]


CASES = [
    ("nothing", [TITLE, FIRST], [("same", "2")]),
    (
        "a word",
        [TITLE, FIRST.replace("Tuesday", "Monday"), SECOND, THIRD, FOURTH],
        [
            ("same", "1"),
            ("edited", FIRST.replace("Tuesday", "[-Tuesday-]{+Monday+}")),
            ("same", "3"),
        ],
    ),
    (
        "a paragraph that went",
        [TITLE, FIRST, THIRD, FOURTH],
        [("same", "2"), ("removed", f"[-{SECOND}-]"), ("same", "2")],
    ),
    (
        "a paragraph that came",
        [TITLE, FIRST, SECOND, "All of this is new.", THIRD, FOURTH],
        [("same", "3"), ("added", "{+All of this is new.+}"), ("same", "2")],
    ),
    (
        "a paragraph that moved",
        [TITLE, FOURTH, FIRST, SECOND, THIRD],
        [("same", "1"), ("moved", FOURTH), ("same", "3")],
    ),
    (
        "a paragraph for another",
        [TITLE, FIRST, "Xylophones!", THIRD, FOURTH],
        [
            ("same", "2"),
            ("removed", f"[-{SECOND}-]"),
            ("added", "{+Xylophones!+}"),
            ("same", "2"),
        ],
    ),
    (
        "the end",
        [TITLE, FIRST, SECOND],
        [("same", "3"), ("removed", f"[-{THIRD}-]"), ("removed", f"[-{FOURTH}-]")],
    ),
]


@pytest.mark.parametrize(
    ("new", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_change_is_told_by_its_paragraphs(new, expected):
    old = [TITLE, FIRST] if expected == [("same", "2")] else [TITLE, FIRST, SECOND, THIRD, FOURTH]

    assert said(rows(body(*old), body(*new))) == expected


def test_a_change_that_is_not_of_words_is_told_too():
    old = body(TITLE, FIRST, SECOND)
    linked = Block("paragraph", FIRST, (Mark("link", 4, 11, "https://a.example/"),))
    new = (old[0], Aside("image"), linked, Block("heading", SECOND, level=2))

    assert [row.state for row in rows(old, new)] == ["same", "restyled", "restyled", "furniture"]


@given(bodies(), bodies())
def test_no_word_of_either_text_is_left_out(old, new):
    found = rows(old, new)

    kept = sum(row.count for row in found if row.state == "same")
    told = [row for row in found if row.state not in ("same", "furniture")]
    before = ["".join(p.text for p in row.pieces if p.kind != "added") for row in told]
    after = ["".join(p.text for p in row.pieces if p.kind != "removed") for row in told]
    assert kept + len([text for text in before if text]) == len(text_blocks(old))
    assert kept + len([text for text in after if text]) == len(text_blocks(new))
    assert {text for text in before if text} <= {block.text for block in text_blocks(old)}
    assert {text for text in after if text} <= {block.text for block in text_blocks(new)}


@given(bodies())
def test_a_text_does_not_differ_from_itself(text):
    assert [row.state for row in rows(text, text)] == ["same"]


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        ("a b c d e", "a b c d e", "a b c d e"),
        ("a B c d e", "a b c d e", "a B c d e"),
        ("a B c d e", "a b c D e", "a B c D e"),
        ("a B c d e", "a B c D e", "a B c D e"),
        ("a b c d", "x b c d e", "x b c d"),
        ("a B c d e", "a X c d e", None),
        ("a e", "a b C d e", None),
        ("a b c d e f", "a b c d e g", None),
    ],
)
def test_two_changes_are_put_together_unless_they_meet(ours, theirs, both):
    assert merged("a b c d e", ours, theirs) == both
    assert merged("a b c d e", theirs, ours) == both
