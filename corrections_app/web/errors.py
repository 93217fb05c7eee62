"""Each refusal to its status and its page."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from corrections_app import logs
from corrections_app.domain import errors
from corrections_app.domain.errors import Refusal
from corrections_app.extensions import db
from corrections_app.language import gettext
from corrections_app.models.outage import outage_of
from corrections_app.web.access import SAFE
from corrections_app.web.answers import given, wants_json
from corrections_app.web.bare import PROBLEM, is_api, problem
from corrections_app.web.filters import said
from corrections_app.workflow import outages

STATUS: dict[type[Refusal], int] = {
    errors.NotFoundInText: 422,
    errors.Ambiguous: 422,
    errors.Translated: 422,
    errors.NoWords: 422,
    errors.NoChange: 422,
    errors.TooLong: 422,
    errors.Invalid: 422,
    errors.BadKey: 422,
    errors.ImportRefused: 422,
    errors.AlreadyDecided: 409,
    errors.TextMoved: 409,
    errors.StaleVersion: 409,
    errors.NeedsConfirmation: 409,
    errors.NoToken: 401,
    errors.InvalidToken: 401,
    errors.NotPermitted: 403,
    errors.InsufficientScope: 403,
    errors.SpentLink: 403,
    errors.UnknownSite: 403,
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.Withheld: 410,
    errors.NotAnArticle: 404,
    errors.PreconditionFailed: 412,
    errors.PreconditionRequired: 428,
    errors.TooMany: 429,
    errors.Busy: 503,
}

_WORDS = {
    400: "The request could not be understood.",
    401: "Say who you are: this address takes a token.",
    404: "There is no page at this address.",
    405: "This address does not take that kind of request.",
    415: "Send a form or JSON, in UTF-8.",
    413: "That is more than can be sent at once. Nothing of it was saved.",
    500: "There was an error on our side. Nothing you sent was lost if you were told it arrived; "
    "otherwise try again in a moment.",
}


def install(app: Flask) -> None:
    """Answer every failure in the same manner."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(errors.Gone, gone)
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(Exception, _broken)


def status_of(refusal: Refusal) -> int:
    """The HTTP status that says what a refusal says."""
    return STATUS[type(refusal)]


def words_of(refusal: Refusal) -> str:
    """The refusal's sentence in the current language."""
    return said(refusal.message)


def refused(refusal: Refusal) -> Response:
    """A refusal as JSON or as a page, with its status."""
    fields = {name: said(words) for name, words in refusal.fields.items()}
    body = {"error": refusal.code, "message": words_of(refusal), "fields": fields}
    answer = _answer(status_of(refusal), body | refusal.details, words_of(refusal))
    if isinstance(refusal, errors.NoToken | errors.InsufficientScope):
        answer.headers["WWW-Authenticate"] = _challenge(refusal)
    return with_patience(answer, refusal)


def _challenge(refusal: Refusal) -> str:
    """What a program has to show (RFC 6750, 3): whoever showed nothing is told no error there."""
    said = ['Bearer realm="Reader Corrections"']
    if type(refusal) is not errors.NoToken:
        said.append(f'error="{refusal.code}"')
    if "scope" in refusal.details:
        said.append(f'scope="{refusal.details["scope"]}"')
    return ", ".join(said)


def gone(refusal: errors.Gone, **typed: str | None) -> Response:
    """What was taken down, since when and why; ``typed``: what a reader was about to send."""
    if wants_json():
        return refused(refusal)
    return page_of("errors/gone.html", refusal, typed={k: v for k, v in typed.items() if v})


def page_of(template: str, refusal: Refusal | None = None, **values: Any) -> Response:
    """The page of a form; once it was refused with the reason, in words and in the status."""
    words = {"words": words_of(refusal) if refusal else None}
    answer = make_response(render_template(template, refusal=refusal, **(words | values)))
    if refusal is not None:
        answer.status_code = status_of(refusal)
    return with_patience(answer, refusal)


def shows_again(
    page: Callable[..., Response], several: Collection[str] = ()
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Give a view the fields that were sent; when it refuses them, show their form once more.

    ``page`` makes it of the refusal, the fields and what the address holds. Programs get the
    bare refusal, and so does everyone where there is nothing (any more) to show a form for.
    ``several`` as in `answers.given`.
    """

    def wrap(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def run(**place: Any) -> Response:
            fields = given(several)
            try:
                return view(fields, **place)
            except Refusal as refusal:
                if wants_json() or status_of(refusal) == 404:
                    return refused(refusal)
                return page(refusal, fields, **place)

        return run

    return wrap


def with_patience(answer: Response, refusal: Refusal | None) -> Response:
    """The answer, saying when to come again where the refusal knows (RFC 9110, 10.2.3)."""
    if refusal is not None and "retry_after" in refusal.details:
        answer.headers["Retry-After"] = str(refusal.details["retry_after"])
    return answer


def _failed(failure: HTTPException) -> Response:
    status = failure.code or 500
    words = gettext(_WORDS.get(status, failure.description or failure.name))
    answer = _answer(status, {"error": failure.name.lower().replace(" ", "_")}, words)
    if failure.response is not None:
        return make_response(failure.response)
    for name, value in failure.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _broken(failure: Exception) -> Response:
    current_app.logger.exception("a request failed", exc_info=failure)
    db.session.rollback()
    outage = outage_of(failure)
    if outage is not None:
        return refused(outages.refusal(outage, writing=request.method not in SAFE))
    number = logs.current_number()
    return _answer(500, {"error": "internal", "request": number}, gettext(_WORDS[500]), number)


def _answer(status: int, body: dict[str, Any], words: str, number: str = "") -> Response:
    told = {"message": words, "fields": {}} | body
    if is_api(request.path):
        answer = jsonify(problem(status, told))
        answer.mimetype = PROBLEM
    elif wants_json():
        answer = jsonify(told)
    else:
        answer = _page(status, words, number)
    answer.status_code = status
    return answer


def _page(status: int, words: str, number: str) -> Response:
    """The page that says it, or, where that is broken itself, the bare words."""
    told = {"status": status, "words": words, "number": number}
    try:
        return make_response(render_template("errors/page.html", **told))
    except Exception:
        current_app.logger.exception("the page for errors cannot be shown")
        return Response(f"{words} {number}".rstrip() + "\n", mimetype="text/plain")
