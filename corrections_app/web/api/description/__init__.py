"""What the API is, in one document that programs read: OpenAPI 3.1, written by hand.

``tests/web/api/test_description.py`` compares it with the routes both ways and with real answers.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from corrections_app.domain.roles import Scope
from corrections_app.web.api.conventions import VERSION
from corrections_app.web.api.description import articles, corrections, record, write_backs
from corrections_app.web.api.description.parts import (
    UNCHANGED,
    Part,
    gives,
    ref,
    responses,
    several,
    text,
    whole,
)
from corrections_app.web.api.description.parts import record as an_object

TAG = "Description"
ROOMS = (articles, corrections, record, write_backs)
"""The parts of the document, in the order in which it is read."""

SCOPES: dict[Scope, str] = {
    Scope.ARTICLES_READ: "Read articles, and what is to be written back into them.",
    Scope.ARTICLES_WRITE: "Bring in and change articles, take them down, say what is written.",
    Scope.CORRECTIONS_READ: "Read what waits and what was decided.",
    Scope.CORRECTIONS_SUBMIT: "Send corrections.",
    Scope.CORRECTIONS_DECIDE: "Decide, and take decisions back.",
    Scope.NOTICES_READ: "Read what readers were told.",
    Scope.READERS_READ: "Read the names and addresses that readers left; no other scope lets "
    "them out.",
    Scope.HOOKS_WRITE: "Kept for later: no operation takes it yet. Admins add hooks at `/hooks`.",
}
"""What each is good for."""

_INTRODUCTION = """\
Reader Corrections for programs: a CMS, a chat room, a dashboard, a build.

Every request says `Authorization: Bearer rc_…`. A token acts in the name of one person, never does
more than that person may, and only what its scopes say. Admins make them at `/tokens` or with
`corrections tokens add`.

Bodies are JSON in UTF-8, offsets count Unicode code points of the canonical text, moments are ISO
8601 with their offset. A refusal is `application/problem+json` (RFC 9457); its `error` is a code
that stays. Lists come in pages; where the next one is says the header `Link` (RFC 8288). What
changes something takes an `Idempotency-Key`, so that it can be sent again after an answer that was
not heard.
"""

_PROBLEM = an_object(
    {
        "type": text("Where this kind of refusal is told of, on our page", format="uri-reference"),
        "title": text("The kind, in words"),
        "status": whole("The HTTP status"),
        "detail": text("What is the matter, and what to do"),
        "error": text("The code, which stays: `not_permitted`, `text_moved`, `bad_key`…"),
        "message": text("The same as `detail`"),
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "The fields and parameters at fault, each with what is the matter",
        },
    },
    said="A refusal (RFC 9457). What a program may want to know besides is there too: who decided "
    "and when, `flags`, `places`, `retry_after`.",
)


def _page_of(name: str) -> Part:
    """A page of a list of some schema."""
    return an_object({"items": several(ref(name), "In the order asked for")})


def document(address: str) -> dict[str, Any]:
    """The whole description, of an API below the address that readers know."""
    schemas: Part = {"Problem": _PROBLEM}
    paths: Part = {}
    for room in ROOMS:
        schemas |= room.SCHEMAS
        paths |= room.PATHS
    for name in ("Article", "Correction", "Notice", "WriteBack"):
        schemas[f"{name}s"] = _page_of(name)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Reader Corrections",
            "version": version("reader-corrections"),
            "description": _INTRODUCTION,
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": f"{address}{VERSION}"}],
        "tags": [{"name": tag} for tag in (*(room.TAG for room in ROOMS), TAG)],
        "security": [{"token": []}],
        "paths": {**paths, **_itself()},
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "\n".join(
                        f"- `{scope}`: {said}" for scope, said in SCOPES.items()
                    ),
                }
            },
            "schemas": schemas,
            "responses": responses(),
        },
    }


def _itself() -> Part:
    return {
        "/openapi.json": {
            "get": {
                "operationId": "describe",
                "tags": [TAG],
                "summary": "Read this description",
                "security": [],
                "responses": {
                    "200": gives("OpenAPI 3.1", {"type": "object"}),
                    **UNCHANGED,
                },
            }
        }
    }


__all__ = ["ROOMS", "SCOPES", "document"]
