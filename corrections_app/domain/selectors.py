"""W3C Web Annotation selectors, to and from JSON-LD, and a correction as an annotation.

Web Annotation Data Model, W3C Recommendation of 23 February 2017: sections
4.2.4 (TextQuoteSelector), 4.2.5 (TextPositionSelector), 4 (SpecificResource),
3.2.4 (TextualBody) and 3.3.5 (motivations).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from corrections_app.domain.errors import Invalid

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


@dataclass(frozen=True, slots=True)
class TextQuoteSelector:
    """The words, and those just before and after them."""

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class TextPositionSelector:
    """A half-open range of the canonical text, in code points."""

    start: int
    end: int


Selector = TextQuoteSelector | TextPositionSelector


def to_jsonld(selector: Selector) -> dict[str, Any]:
    """The selector as JSON-LD; an empty prefix or suffix is left out."""
    if isinstance(selector, TextPositionSelector):
        return {"type": "TextPositionSelector", "start": selector.start, "end": selector.end}
    described = {"type": "TextQuoteSelector", "exact": selector.exact}
    context = {"prefix": selector.prefix, "suffix": selector.suffix}
    return described | {name: words for name, words in context.items() if words}


def from_jsonld(described: Mapping[str, Any]) -> Selector:
    """The selector that `to_jsonld` described.

    Raises `Invalid` when it is of another type, or a part is missing or of the wrong form.
    """
    if described.get("type") == "TextQuoteSelector":
        exact = described.get("exact")
        context = [described.get(name, "") for name in ("prefix", "suffix")]
        if isinstance(exact, str) and exact and all(isinstance(words, str) for words in context):
            return TextQuoteSelector(exact, *context)
    if described.get("type") == "TextPositionSelector":
        start, end = described.get("start"), described.get("end")
        if _is_offset(start) and _is_offset(end) and start <= end:
            return TextPositionSelector(start, end)
    raise Invalid("A text quote or a text position selector is needed.")


def annotation(
    *,
    id: str,
    source: str,
    selectors: tuple[Selector, ...],
    replacement: str | None,
    explanation: str = "",
    created: str | None = None,
    language: str | None = None,
) -> dict[str, Any]:
    """A correction as a W3C Web Annotation, motivation ``editing``.

    ``id`` and ``source`` are addresses (``source`` best that of the revision,
    which never changes), ``created`` an RFC 3339 time. Several selectors select
    the same words, as section 4.2 has it. The replacement, where there is one
    (an empty one deletes), is a body with purpose ``editing``, the explanation one with
    purpose ``commenting``.
    """
    bodies = []
    if replacement is not None:
        bodies.append(_textual_body(replacement, "editing", language))
    if explanation:
        bodies.append(_textual_body(explanation, "commenting", None))
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "id": id,
        "type": "Annotation",
        "motivation": "editing",
        "body": bodies,
        "target": {
            "type": "SpecificResource",
            "source": source,
            "selector": [to_jsonld(selector) for selector in selectors],
        },
    }
    return described | ({"created": created} if created else {})


def _textual_body(value: str, purpose: str, language: str | None) -> dict[str, str]:
    body = {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}
    return body | ({"language": language} if language else {})


def _is_offset(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
