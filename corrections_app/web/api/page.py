"""/api/v1/: the description as people read it, and as programs do; open to everyone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import Blueprint, Response, current_app, render_template

from corrections_app.web.answers import cacheable, kept
from corrections_app.web.api.conventions import VERSION
from corrections_app.web.api.description import SCOPES, document
from corrections_app.web.api.description.errors import CODES
from corrections_app.web.api.description.parts import JSON, Part

blueprint = Blueprint("api", __name__, url_prefix=VERSION)


@blueprint.get("/openapi.json")
def description() -> Response:
    """OpenAPI 3.1, for programs that make clients of it, or tests."""
    found = _document(current_app.config["PUBLIC_URL"])
    return kept(cacheable(json.dumps(found, ensure_ascii=False, indent=1) + "\n", JSON))


@blueprint.get("/")
def show() -> Response:
    """The same for people: where to begin, what there is, what each refusal means."""
    found = _document(current_app.config["PUBLIC_URL"])
    page = render_template(
        "api/index.html",
        base=found["servers"][0]["url"],
        introduction=found["info"]["description"].split("\n\n"),
        rooms=_rooms(found),
        schemas=_schemas(found),
        scopes=SCOPES,
        codes=CODES,
    )
    return cacheable(page)


@cache
def _document(address: str) -> dict[str, Any]:
    return document(address)


@dataclass(frozen=True)
class Shape:
    """What a value may be, in as few words as a table has room for."""

    words: str = ""
    name: str = ""
    """The schema that says more."""
    values: tuple[str, ...] = ()
    is_list: bool = False
    or_null: bool = False


@dataclass(frozen=True)
class Row:
    """One parameter, or one member of a body."""

    name: str
    said: str
    shape: Shape
    required: bool = False
    where: str = ""


@dataclass(frozen=True)
class Operation:
    """One address with one method."""

    id: str
    method: str
    path: str
    summary: str
    said: str
    scopes: tuple[str, ...]
    rows: tuple[Row, ...]
    body: str
    answers: tuple[tuple[str, str, Shape | None], ...]


@dataclass
class Room:
    """What belongs together."""

    name: str
    operations: list[Operation] = field(default_factory=list)


def _rooms(found: Part) -> list[Room]:
    rooms = {tag["name"]: Room(tag["name"]) for tag in found["tags"]}
    for path, methods in found["paths"].items():
        for method, told in methods.items():
            rooms[told["tags"][0]].operations.append(_operation(found, method, path, told))
    return list(rooms.values())


def _operation(found: Part, method: str, path: str, told: Part) -> Operation:
    body = told.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        said=told.get("description", ""),
        scopes=tuple(scope for way in told["security"] for scope in way["token"]),
        rows=tuple(_parameter(one) for one in told.get("parameters", ())),
        body=shape(body).name,
        answers=tuple(_answers(found, told["responses"])),
    )


def _parameter(one: Part) -> Row:
    required = one.get("required", False) and one["in"] != "path"
    return Row(one["name"], one.get("description", ""), shape(one["schema"]), required, one["in"])


def _answers(found: Part, told: Part) -> Iterator[tuple[str, str, Shape | None]]:
    for status, answer in sorted(told.items()):
        if "$ref" in answer:
            answer = found["components"]["responses"][answer["$ref"].rpartition("/")[2]]
            yield status, answer["description"], None
            continue
        content = answer.get("content", {}).get(JSON)
        yield status, answer["description"], shape(content["schema"]) if content else None


def _schemas(found: Part) -> dict[str, list[Row]]:
    sent = {one.body for room in _rooms(found) for one in room.operations}
    schemas = found["components"]["schemas"]
    return {name: list(_members(one, sent=name in sent)) for name, one in schemas.items()}


def _members(schema: Part, *, sent: bool) -> Iterator[Row]:
    """The members of an object, of one that is put together only those of its own.

    Of one that is ``sent`` it is said which have to be: answers always have all.
    """
    for part in schema.get("allOf", (schema,)):
        always = part.get("required", ())
        for name, one in part.get("properties", {}).items():
            yield Row(name, one.get("description", ""), shape(one), sent and name in always)


_PLAIN = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "object": "object",
}


def shape(schema: Part) -> Shape:
    """What a schema lets a value be."""
    if "$ref" in schema:
        return Shape(name=schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        some = shape(schema["anyOf"][0])
        return Shape(some.words, some.name, some.values, some.is_list, or_null=True)
    kinds = schema.get("type", "object")
    kind, *others = [kinds] if isinstance(kinds, str) else kinds
    if kind == "array":
        each = shape(schema["items"])
        return Shape(each.words, each.name, each.values, is_list=True, or_null=bool(others))
    values = tuple(value for value in schema.get("enum", ()) if value)
    return Shape("" if values else _words(kind, schema), "", values, or_null=bool(others))


def _words(kind: str, schema: Part) -> str:
    if schema.get("format") == "date-time":
        return "moment"
    words = _PLAIN[kind]
    most = schema.get("maxLength")
    return f"{words}, at most {most:,}" if most else words
