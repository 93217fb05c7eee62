"""What a request brings and how it wants to be answered."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import Response, current_app, make_response, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid
from corrections_app.domain.text import characters
from corrections_app.language import offered, speak
from corrections_app.models import Article, Correction
from corrections_app.web.bare import is_api

# RFC 5646 allows longer tags, which no translation has.
_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
_LONGEST_NAME = 40
# What a spreadsheet computes, behind blanks and in full width too (OWASP, CSV injection).
_FORMULA = re.compile(r"[ \t\r\n]*[=+\-@＝＋－＠|%]|[\t\r\n]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def wants_json() -> bool:
    """Whether the client asked for JSON rather than a page.

    Programs often name JSON first and take anything after it; browsers name pages.
    """
    if is_api(request.path):
        return True
    accepted = request.accept_mimetypes
    if accepted["application/json"] > accepted["text/html"]:
        return True
    named = set(accepted.values())
    return "application/json" in named and "text/html" not in named


def see_other(url: str) -> Response:
    """The way on to the page that shows what a form came to (RFC 9110, 15.4.4)."""
    return make_response(redirect(url, 303))


def whole(endpoint: str, **values: Any) -> str:
    """The whole address of a page of ours, under the name that readers know: for other programs."""
    return str(current_app.config["PUBLIC_URL"]) + url_for(endpoint, **values)


def comma_separated(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV (RFC 4180), in which no stranger's words are a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow(
            f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
            for value in row
        )
    return text.getvalue()


def cacheable(text: str | Response, mimetype: str | None = None) -> Response:
    """What is the same for everyone: kept by all, and asked after each time."""
    answer = make_response(text)
    if mimetype is not None:
        answer.mimetype = mimetype
    answer.cache_control.public = True
    answer.cache_control.no_cache = True
    # A digest of the bytes, because templates, styles and settings change them too.
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


KEPT = "corrections.kept"
"""Name in a request's environ that says so of its answer."""


def kept(answer: Response, seconds: float | None = None) -> Response:
    """Let the server itself answer so again (`serving.kept_pages`): for so long, whatever changes.

    Without ``seconds`` until what readers see is changed: only for what rests on nothing but
    what this program is and what is written with ``public`` (`workflow.transaction.write`);
    of time only on when notices are published.
    """
    request.environ[KEPT] = seconds
    return answer


def language() -> str | None:
    """The language the reader's browser prefers, if what it names is a language tag."""
    return next(iter(browser_languages()), None)


def browser_languages() -> list[str]:
    """The language tags that the browser names, the one it likes best first."""
    return [tag for tag in request.accept_languages.values() if _LANGUAGE.fullmatch(tag)]


def in_language_of(article: Article) -> Article:
    """From here on speak as the article does, where the newsroom offers that."""
    speak(offered(article.lang))
    return article


def in_language_of_reader(correction: Correction) -> Correction:
    """From here on speak as whoever sent a correction read when it was sent."""
    contact = correction.contact
    speak(offered(contact.lang if contact else None, correction.article.lang))
    return correction


def check_type() -> None:
    """Refuse a body that is neither a form nor JSON, in UTF-8.

    Raises `UnsupportedMediaType`, and `Invalid` where it only says so: whoever reads a form
    without `given` would find a sign of replacement where bytes were none.
    """
    if request.endpoint is None or not request.content_length:
        return
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in _TYPES or charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType
    if request.mimetype == "application/x-www-form-urlencoded":
        _check_letters(request.get_data())


def _check_letters(body: bytes) -> None:
    try:
        unquote_to_bytes(body).decode()
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _not_utf8() -> Invalid:
    return Invalid("The form is not in UTF-8.")


def given(several: Collection[str] = ()) -> MultiDict[str, str]:
    """The fields sent, from a form or from a JSON object, as the forms read them.

    ``several`` names the fields that may come more than once: in JSON, a list. Their
    characters are as they came: see `check_keepable`. Raises `Invalid` for a body that is neither.
    """
    fields: MultiDict[str, str] = MultiDict()
    for name, value in _from_json(several) if request.is_json else _from_form():
        if value is None:
            fields.setlistdefault(name)  # named, and nothing said of it
        else:
            fields.add(name, value)
    if len(fields) > limits.FIELDS:
        raise Invalid("There are more fields than any form here has.")
    return fields


def check_keepable(fields: MultiDict[str, str]) -> None:
    """Refuse what nothing can keep in any field. Raises `Invalid`, naming it.

    It is then taken out of the fields, so that the form can be shown again with the rest.
    """
    try:
        for name, value in fields.items(multi=True):
            characters.check_keepable(printable(name), value)
    except Invalid:
        for name, values in list(fields.lists()):
            fields.setlist(name, [characters.UNKEEPABLE.sub("", value) for value in values])
        raise


def place_of(text: str) -> tuple[int, int] | None:
    """Start and end of a place as forms name it, ``12-34``; None where they name none."""
    start, _, end = text.partition("-")
    known = limits.is_number(start) and limits.is_number(end)
    return (int(start), int(end)) if known else None


def printable(name: str) -> str:
    """The name of a field that nobody here chose, fit to be told."""
    return characters.without(name)[:_LONGEST_NAME]


def _from_form() -> Iterator[tuple[str, str]]:
    """The fields of a form, whose bytes are as they should be: a half-read letter is refused."""
    body = request.get_data()
    try:
        text = body.decode()
        if request.mimetype == "application/x-www-form-urlencoded":
            yield from parse_qsl(text, keep_blank_values=True, errors="strict")
            return
    except ValueError:
        raise _not_utf8() from None
    if request.files:
        raise Invalid(
            "Files cannot be sent here.",
            fields=dict.fromkeys(map(printable, request.files), "a file"),
        )
    yield from request.form.items(multi=True)


def _from_json(several: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """The names and values of an object; for null and false there is no value."""
    for name, value in json_object().items():
        is_list = name in several and isinstance(value, list)
        for one in (value or [""]) if is_list else [value]:
            yield name, None if one is None or one is False else _plain(name, one)


def json_object() -> dict[str, Any]:
    """The JSON object that was sent, with each name once. Raises `Invalid` for anything else."""
    try:
        body = json.loads(request.get_data().decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError):  # no JSON, or brackets in brackets in brackets
        body = None
    if not isinstance(body, dict):
        raise Invalid("The body is not a JSON object.")
    return body


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which each name stands once: programs disagree which of two counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(
            name for name, count in Counter(name for name, _ in pairs).items() if count > 1
        )
        raise repeated(twice)
    return found


def repeated(name: str) -> Invalid:
    """The refusal of a field that came more than once."""
    name = printable(name)
    return Invalid("%(name)s came more than once.", fields={name: "more than once"}, name=name)


def _plain(name: str, value: Any) -> str:
    if value is True:
        return "1"
    if isinstance(value, str | int):
        return str(value)
    name = printable(name)
    raise Invalid(f"{name} must be a text or a whole number.", fields={name: "of the wrong type"})
