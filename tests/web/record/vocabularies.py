"""Which IRI each name that we use stands for: what a parser of JSON-LD would fetch.

Of W3C's context for annotations, the terms of https://www.w3.org/TR/annotation-vocab/ that our
data has; schema.org's says of each name that it is one of its own.
"""

from __future__ import annotations

from typing import Any

OA = "http://www.w3.org/ns/oa#"
SCHEMA = "https://schema.org/"
_DATE = "http://www.w3.org/2001/XMLSchema#dateTime"
_NUMBER = "http://www.w3.org/2001/XMLSchema#nonNegativeInteger"
_DC, _TERMS = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
_PURPOSES = ("editing", "describing", "classifying")
_CLASSES = (
    "Annotation",
    "SpecificResource",
    "TextualBody",
    "TextQuoteSelector",
    "TextPositionSelector",
    "TimeState",
)


def _to(term: str, kind: str) -> dict[str, str]:
    return {"@id": term, "@type": kind}


ANNOTATIONS: dict[str, Any] = {
    "id": "@id",
    "type": "@type",
    **{name: OA + name for name in (*_CLASSES, *_PURPOSES)},
    "Organization": "http://xmlns.com/foaf/0.1/Organization",
    "name": "http://xmlns.com/foaf/0.1/name",
    "body": _to(OA + "hasBody", "@id"),
    "target": _to(OA + "hasTarget", "@id"),
    "source": _to(OA + "hasSource", "@id"),
    "selector": _to(OA + "hasSelector", "@id"),
    "state": _to(OA + "hasState", "@id"),
    "motivation": _to(OA + "motivatedBy", "@vocab"),
    "purpose": _to(OA + "hasPurpose", "@vocab"),
    "exact": OA + "exact",
    "prefix": OA + "prefix",
    "suffix": OA + "suffix",
    "start": _to(OA + "start", _NUMBER),
    "end": _to(OA + "end", _NUMBER),
    "sourceDate": _to(OA + "sourceDate", _DATE),
    "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    "format": _DC + "format",
    "language": _DC + "language",
    "creator": _to(_TERMS + "creator", "@id"),
    "created": _to(_TERMS + "created", _DATE),
    "modified": _to(_TERMS + "modified", _DATE),
}
_CONTEXTS: dict[str, Any] = {
    "http://www.w3.org/ns/anno.jsonld": ANNOTATIONS,
    "https://schema.org": {"@vocab": SCHEMA, "url": _to(SCHEMA + "url", "@id")},
}


def loaded(address: str, _options: Any) -> dict[str, Any]:
    """The context at an address, without asking for it. Raises KeyError for any other."""
    context = {"@context": _CONTEXTS[address.rstrip("/")]}
    return {"contentType": None, "contextUrl": None, "documentUrl": address, "document": context}
