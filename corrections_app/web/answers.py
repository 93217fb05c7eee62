"""What a request brings and how it wants to be answered."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Invalid


def wants_json() -> bool:
    """Whether the client asked for JSON rather than a page."""
    accepted = request.accept_mimetypes
    best = accepted.best_match(["text/html", "application/json"])
    return best == "application/json" and accepted[best] > accepted["text/html"]


def given() -> MultiDict[str, str]:
    """The fields sent, from a form or from a JSON object, as the forms read them.

    Raises `Invalid` for a body that is neither.
    """
    if not request.is_json:
        return request.form.copy()
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("The body is not a JSON object.")
    return MultiDict((name, _plain(name, value)) for name, value in body.items() if _kept(value))


def _kept(value: Any) -> bool:
    return value is not None and value is not False


def _plain(name: str, value: Any) -> str:
    if value is True:
        return "1"
    if isinstance(value, str | int):
        return str(value)
    raise Invalid(f"{name} must be a text or a whole number.", fields={name: "of the wrong type"})
