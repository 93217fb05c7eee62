"""The description read as other programs read it: which schema an answer has, and if it fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from corrections_app.web.api.conventions import VERSION
from corrections_app.web.api.description import document

ADDRESS = "http://localhost"


class Operation(NamedTuple):
    """One of the document: its path below the version, its method, and what is said of it."""

    path: str
    method: str
    told: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.told["operationId"])

    @property
    def statuses(self) -> set[str]:
        return set(self.told["responses"])

    @property
    def scopes(self) -> list[str]:
        return [scope for way in self.told["security"] for scope in way["token"]]

    def rule(self) -> str:
        """Its path as Flask writes it, without the types of what stands in it."""
        return VERSION + re.sub(r"{(\w+)}", r"<\1>", self.path)


def closed(schema: Any) -> Any:
    """The same schema, in which no object has a member that is not described."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(one) for name, one in schema.items()}
    if "properties" in found and "error" not in found["properties"]:
        found.setdefault("unevaluatedProperties", False)
    return found


class Described:
    """The document, and answers held against it."""

    def __init__(self) -> None:
        self.document = document(ADDRESS)
        whole = self.document | {"components": self._closed(self.document["components"])}
        resource = Resource(contents=whole, specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource("urn:api", resource)

    @staticmethod
    def _closed(components: dict[str, Any]) -> dict[str, Any]:
        schemas = {}
        for name, schema in components["schemas"].items():
            if "allOf" in schema:  # its parts are open: nothing beside all of them together
                parts = [
                    {**one} if "$ref" not in one else components["schemas"][_name(one)]
                    for one in schema["allOf"]
                ]
                schemas[name] = {"allOf": parts, "unevaluatedProperties": False}
            else:
                schemas[name] = closed(schema)
        return components | {"schemas": schemas}

    def operations(self) -> Iterator[Operation]:
        """All of them."""
        for path, methods in self.document["paths"].items():
            for method, told in methods.items():
                yield Operation(path, method.upper(), told)

    def faults(self, operation: Operation, answer: Any) -> list[str]:
        """What is wrong with an answer: a status or type that is not told of, or its body."""
        told = operation.told["responses"].get(str(answer.status_code))
        if told is None:
            return [f"{answer.status_code} is not told of: {answer.get_data(as_text=True)[:300]}"]
        if "$ref" in told:
            told = self.document["components"]["responses"][_name(told)]
        missing = [name for name in told.get("headers", {}) if name not in answer.headers]
        missing = [] if missing == ["Link"] else missing
        content = told.get("content", {})
        if not content:
            return missing + (["there is a body"] if answer.get_data() else [])
        if answer.mimetype not in content:
            return [f"{answer.mimetype} is not told of"]
        validator = Draft202012Validator(
            _absolute(content[answer.mimetype]["schema"]),
            registry=self._registry,
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        found = validator.iter_errors(answer.json)
        return missing + [f"{one.json_path}: {one.message[:200]}" for one in found]


def _name(ref: dict[str, Any]) -> str:
    return str(ref["$ref"]).rpartition("/")[2]


def _absolute(schema: dict[str, Any]) -> dict[str, Any]:
    return {"$ref": f"urn:api{schema['$ref']}"} if "$ref" in schema else schema
