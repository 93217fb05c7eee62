"""Bodies as programs send them: what we tell comes back, all else is refused by its part."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from corrections_app.domain.bodies.sent import MOST_PARTS, checked
from corrections_app.domain.errors import Invalid
from corrections_app.domain.text.body import as_json
from tests.domain.body_strategies import bodies

PART = {"kind": "paragraph", "text": "Boats lie here."}


def without_what_none_sends(parts):
    """As we tell it: but for the bytes of pictures, and marks that stand for no text."""
    for part in parts:
        part.pop("media", None)
        marks = [mark for mark in part.get("marks", ()) if mark["kind"] not in ("note", "changed")]
        part.pop("marks", None)
        yield part | ({"marks": marks} if marks else {})


@given(bodies())
def test_a_body_that_we_told_comes_back_as_it_was(body):
    told = json.loads(json.dumps(as_json(body)))

    assert as_json(checked(told)) == list(without_what_none_sends(told))


def test_blanks_that_are_not_kept_go_where_nothing_counts_in_them():
    [block] = checked([PART | {"text": " Boats \r\n lie  here. "}])

    assert block.text == "Boats\nlie here."


def mark(**more):
    return PART | {"marks": [{"kind": "em", "start": 0, "end": 5} | more]}


def cell(**more):
    return {"kind": "cell", "text": "a", "cell": {"row": 0, "column": 0} | more}


@pytest.mark.parametrize(
    "parts",
    [
        None,
        "text",
        {"kind": "paragraph"},
        [PART] * (MOST_PARTS + 1),
        ["text"],
        [[]],
        [None],
        [{}],
        [PART | {"kind": None}],
        [PART | {"kind": ["paragraph"]}],
        [PART | {"kind": "script"}],
        [PART | {"text": ""}],
        [PART | {"text": " \n "}],
        [PART | {"text": 3}],
        [PART | {"html": "<b>"}],
        [PART | {"level": -1}],
        [PART | {"level": True}],
        [PART | {"level": 1.5}],
        [PART | {"number": 10**9}],
        [PART | {"number": "1"}],
        [PART | {"style": "x"}],
        [PART | {"marks": "em"}],
        [PART | {"marks": [[]]}],
        [PART | {"marks": [{"kind": "em", "start": 0, "end": 1}] * 99}],
        [mark(kind="blink")],
        [mark(kind="em", href="https://a.example/")],
        [mark(kind="link")],
        [mark(kind="link", href="javascript:alert(1)")],
        [mark(kind="link", href=" https://a.example/")],
        [mark(kind="link", href=["https://a.example/"])],
        [mark(start=-1)],
        [mark(start=5)],
        [mark(end=99)],
        [mark(end=None)],
        [mark(onclick="x")],
        [mark() | {"text": " Boats lie here."}],
        [PART | {"cell": {"row": 0, "column": 0}}],
        [{"kind": "cell", "text": "a"}],
        [cell(row=-1)],
        [cell(width=0)],
        [cell(width=10**6)],
        [cell(scope="all")],
        [cell(table=2)],
        [cell(colour="red")],
        [{"kind": "cell", "text": "a", "cell": []}],
        [{"kind": "aside"}],
        [{"kind": "aside", "role": "script"}],
        [{"kind": "aside", "role": "ad", "lines": "a"}],
        [{"kind": "aside", "role": "ad", "lines": [1]}],
        [{"kind": "aside", "role": "table", "cells": ["a"]}],
        [{"kind": "aside", "role": "image", "href": "data:image/png;base64,AA"}],
        [{"kind": "aside", "role": "ad", "text": "a"}],
    ],
)
def test_what_is_no_body_is_refused_and_the_part_is_named(parts):
    with pytest.raises(Invalid) as refused:
        checked(parts)

    assert set(refused.value.fields) == {"blocks"}


def test_the_part_at_fault_is_named_by_its_place():
    with pytest.raises(Invalid, match="Part 2 of the blocks"):
        checked([PART, PART | {"kind": "title", "text": ""}])
