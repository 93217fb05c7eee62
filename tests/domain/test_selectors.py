"""Selectors and corrections as the W3C Web Annotation Data Model writes them."""

from __future__ import annotations

from typing import Any

import pytest

from corrections_app.domain.errors import Invalid
from corrections_app.domain.selectors import (
    Selector,
    TextPositionSelector,
    TextQuoteSelector,
    annotation,
    from_jsonld,
    to_jsonld,
)

SELECTORS: list[tuple[Selector, dict[str, Any]]] = [
    (TextPositionSelector(412, 795), {"type": "TextPositionSelector", "start": 412, "end": 795}),
    (
        TextQuoteSelector("anotation", "this is an ", " that has some"),
        {
            "type": "TextQuoteSelector",
            "exact": "anotation",
            "prefix": "this is an ",
            "suffix": " that has some",
        },
    ),
    (TextQuoteSelector("teh"), {"type": "TextQuoteSelector", "exact": "teh"}),
]


@pytest.mark.parametrize(("selector", "described"), SELECTORS)
def test_a_selector_goes_to_json_ld_and_back(selector: Selector, described: dict[str, Any]) -> None:
    assert to_jsonld(selector) == described
    assert from_jsonld(described) == selector


@pytest.mark.parametrize(
    "described",
    [
        {},
        {"type": "XPathSelector", "value": "/p"},
        {"type": "TextQuoteSelector"},
        {"type": "TextQuoteSelector", "exact": ""},
        {"type": "TextQuoteSelector", "exact": "a", "prefix": None},
        {"type": "TextPositionSelector", "start": 3},
        {"type": "TextPositionSelector", "start": 3, "end": 2},
        {"type": "TextPositionSelector", "start": -1, "end": 2},
        {"type": "TextPositionSelector", "start": True, "end": 2},
        {"type": "TextPositionSelector", "start": "1", "end": 2},
    ],
)
def test_what_is_no_selector_is_refused(described: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        from_jsonld(described)


def test_a_correction_is_an_editing_annotation_of_a_specific_resource() -> None:
    assert annotation(
        id="https://news.example/corrections/7",
        source="https://news.example/articles/tea/revisions/1",
        selectors=(TextQuoteSelector("teh", "in "), TextPositionSelector(3, 6)),
        replacement="the",
        explanation="a slip",
        created="2026-11-23T09:00:00Z",
        language="en",
    ) == {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "https://news.example/corrections/7",
        "type": "Annotation",
        "motivation": "editing",
        "created": "2026-11-23T09:00:00Z",
        "body": [
            {
                "type": "TextualBody",
                "value": "the",
                "format": "text/plain",
                "purpose": "editing",
                "language": "en",
            },
            {
                "type": "TextualBody",
                "value": "a slip",
                "format": "text/plain",
                "purpose": "commenting",
            },
        ],
        "target": {
            "type": "SpecificResource",
            "source": "https://news.example/articles/tea/revisions/1",
            "selector": [
                {"type": "TextQuoteSelector", "exact": "teh", "prefix": "in "},
                {"type": "TextPositionSelector", "start": 3, "end": 6},
            ],
        },
    }


def test_a_remark_has_no_editing_body_and_a_deletion_an_empty_one() -> None:
    target = {"id": "x", "source": "y", "selectors": ()}
    remark = annotation(replacement=None, explanation="Really?", **target)  # type: ignore[arg-type]
    deletion = annotation(replacement="", **target)  # type: ignore[arg-type]
    assert [body["purpose"] for body in remark["body"]] == ["commenting"]
    assert [body["value"] for body in deletion["body"]] == [""]
