"""What the parts of the description are made of: references, parameters, answers.

OpenAPI 3.1.1 (https://spec.openapis.org/oas/v3.1.1), JSON Schema 2020-12. English, as everything
that programs read: codes, names of fields, and what is said of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from corrections_app.domain import limits
from corrections_app.web.api.conventions import LONGEST_KEY, MOST, USUAL
from corrections_app.web.bare import PROBLEM

Part = dict[str, Any]

JSON = "application/json"


def ref(name: str) -> Part:
    """The schema of this name."""
    return {"$ref": f"#/components/schemas/{name}"}


def text(said: str = "", **more: Any) -> Part:
    """A text; ``most`` is its greatest length in code points."""
    if "most" in more:
        more["maxLength"] = more.pop("most")
    return {"type": "string", **({"description": said} if said else {}), **more}


def whole(said: str = "", **more: Any) -> Part:
    """A whole number, of which none is below zero."""
    return {
        "type": "integer", "minimum": 0, **({"description": said} if said else {}), **more
    }  # fmt: skip


def one_of(values: Iterable[str], said: str = "") -> Part:
    """One of some words."""
    return {"type": "string", "enum": [str(value) for value in values]} | (
        {"description": said} if said else {}
    )


def moment(said: str = "") -> Part:
    """A moment, in ISO 8601 with its offset."""
    return text(said, format="date-time")


def yes_or_no(said: str = "") -> Part:
    """True or false."""
    return {"type": "boolean", "description": said}


def several(each: Part, said: str = "") -> Part:
    """A list."""
    return {"type": "array", "items": each, "description": said}


def or_null(schema: Part) -> Part:
    """The same, or null."""
    if "enum" in schema:
        return schema | {"type": ["string", "null"], "enum": [*schema["enum"], None]}
    if isinstance(schema.get("type"), str):
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def record(properties: Part, *, optional: Iterable[str] = (), said: str = "") -> Part:
    """An object in which all properties stand but those named."""
    always = [name for name in properties if name not in set(optional)]
    found: Part = {"type": "object", "properties": properties, "required": always}
    return {"description": said, **found} if said else found


def query(name: str, schema: Part, said: str) -> Part:
    """A parameter behind the question mark, where no address of ours has a NUL."""
    if schema.get("type") == "string" and not schema.keys() & {"enum", "pattern"}:
        schema = schema | {"pattern": "^[^\\u0000]*$"}
    return {"name": name, "in": "query", "description": said, "schema": schema}


def header(name: str, schema: Part, said: str, *, required: bool = False) -> Part:
    """A parameter in the head of the request."""
    return {
        "name": name,
        "in": "header",
        "description": said,
        "required": required,
        "schema": schema,
    }


def in_path(name: str, schema: Part, said: str) -> Part:
    """A part of the address."""
    return {"name": name, "in": "path", "description": said, "required": True, "schema": schema}


NUMBER = whole(maximum=2**63 - 1)
SLUG = in_path("slug", text(most=limits.SLUG, minLength=1), "The article’s name in addresses")

PAGING = [
    query("limit", whole(minimum=1, maximum=MOST), f"How many of them; {USUAL} where none is said"),
    query("after", text(most=400), "Where the next page begins: as the `Link` of an answer has it"),
]
KNOWN = header("If-None-Match", text(most=100), "The `ETag` of the answer that one has already")
KEY = header(
    "Idempotency-Key",
    text(most=LONGEST_KEY, minLength=1),
    "A random text of 22 characters or more. The same key and the same body are answered as the "
    "first time and done once; the same key with another body is refused with `bad_key`.",
)


def takes(schema: Part, said: str = "") -> Part:
    """A body in JSON."""
    found: Part = {"required": True, "content": {JSON: {"schema": schema}}}
    return {"description": said, **found} if said else found


def gives(said: str, schema: Part | None = None, headers: Part | None = None) -> Part:
    """An answer, in JSON where it has a body."""
    found: Part = {"description": said}
    if headers:
        found["headers"] = headers
    if schema is not None:
        found["content"] = {JSON: {"schema": schema}}
    return found


LINKED = {
    "Link": {
        "description": 'The next page: `<…>; rel="next"` (RFC 8288). None at the end.',
        "schema": {"type": "string"},
    }
}


UNCHANGED = {"304": {"description": "As you have it (`If-None-Match`)"}}


def refusals(*statuses: int) -> Part:
    """The refusals of an operation, besides those that every one may answer with."""
    every = (401, 403, 429, 503)
    return {
        str(status): {"$ref": f"#/components/responses/{REFUSALS[status][0]}"}
        for status in sorted({*every, *statuses})
    }


REFUSALS: dict[int, tuple[str, str]] = {
    401: (
        "NoToken",
        "No token, or one that is not valid. `WWW-Authenticate` says which.",
    ),
    403: (
        "NotPermitted",
        "The token has not the scope, or its owner may not do this here: another section, their "
        "own submission, a colleague’s decision.",
    ),
    404: ("NotFound", "There is no such thing."),
    409: (
        "Conflict",
        "It is not as you saw it. `already_decided` says who, what and when; `text_moved` and "
        "`stale_version` ask to read it again; `needs_confirmation` names in `flags` the facts "
        "that are touched and in `prepared` the notice that readers would get.",
    ),
    410: ("Gone", "The newsroom took it down; `message` says why."),
    412: ("Stale", "It changed since: `If-Match` names another revision."),
    413: ("TooLarge", "More than can be sent at once; nothing of it was kept."),
    415: ("NotJson", "The body is not JSON in UTF-8."),
    422: ("Invalid", "A field or parameter is at fault; `fields` names it. Nothing was changed."),
    428: (
        "Unconditional",
        "Say what you saw (`If-Match`), or that it is new (`If-None-Match: *`).",
    ),
    429: ("TooMany", "More than the limit allows. `Retry-After` says when to come again."),
    503: ("Busy", "Not at this moment. `Retry-After` says when to come again."),
}
"""Each refusal's status, the name of its part and what it means."""

_WHEN = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer", "minimum": 0}}}
_WHO = {"WWW-Authenticate": {"schema": {"type": "string"}}}


def responses() -> Part:
    """All refusals, to which the operations refer."""
    heads: dict[int, Part] = {401: _WHO, 429: _WHEN, 503: _WHEN}
    return {
        name: {
            "description": said,
            **({"headers": heads[status]} if status in heads else {}),
            "content": {PROBLEM: {"schema": ref("Problem")}},
        }
        for status, (name, said) in REFUSALS.items()
    }
