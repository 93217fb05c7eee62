"""What a request brings and how it wants to be answered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from typing import Any

from flask import Response, make_response, request
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Invalid

# RFC 5646 allows longer tags, which no translation has.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def wants_json() -> bool:
    """Whether the client asked for JSON rather than a page.

    Programs often name JSON first and take anything after it; browsers name pages.
    """
    accepted = request.accept_mimetypes
    if accepted["application/json"] > accepted["text/html"]:
        return True
    named = set(accepted.values())
    return "application/json" in named and "text/html" not in named


def cacheable(html: str) -> Response:
    """A page that is the same for everyone: kept by all, and asked after each time."""
    answer = make_response(html)
    answer.cache_control.public = True
    answer.cache_control.no_cache = True
    # A digest of the bytes, because templates, styles and settings change them too.
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


def language() -> str | None:
    """The language the reader's browser prefers, if what it names is a language tag."""
    best = request.accept_languages.best
    return best if best and _LANGUAGE.fullmatch(best) else None


def given(several: Collection[str] = ()) -> MultiDict[str, str]:
    """The fields sent, from a form or from a JSON object, as the forms read them.

    ``several`` names the fields that may come more than once: in JSON, a list.
    Raises `Invalid` for a body that is neither.
    """
    if not request.is_json:
        sent = request.form.items(multi=True)
        return MultiDict((name, _storable(value)) for name, value in sent)
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # brackets in brackets in brackets
        body = None
    if not isinstance(body, dict):
        raise Invalid("The body is not a JSON object.")
    named = ((_storable(name), value) for name, value in body.items() if _kept(value))
    pairs = (
        (name, one)
        for name, value in named
        for one in ((value or [""]) if name in several and isinstance(value, list) else [value])
    )
    return MultiDict((name, _plain(name, value)) for name, value in pairs)


def _kept(value: Any) -> bool:
    return value is not None and value is not False


def _storable(text: str) -> str:
    """Without what nothing can be made of: lone surrogates, and NUL, which PostgreSQL refuses."""
    return text.encode(errors="ignore").decode().replace("\0", "")


def _plain(name: str, value: Any) -> str:
    if value is True:
        return "1"
    if isinstance(value, str | int):
        return _storable(str(value))
    raise Invalid(f"{name} must be a text or a whole number.", fields={name: "of the wrong type"})
