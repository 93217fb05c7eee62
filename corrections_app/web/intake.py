"""The body first: a request is read whole before it takes any of the application's time.

The server hands on bodies that were cut short as if they were complete, and waits for
their rest without end. So nothing works on a request until every byte announced
is here, and those that dawdle hold a cheap thread, never a place to work.

The server also spells ``X_Forwarded_For`` and ``X-Forwarded-For`` alike
(``HTTP_X_FORWARDED_FOR``), which nothing behind it can tell apart: a proxy whose
headers are trusted (``CORRECTIONS_PROXY_HOPS``) must drop names with underscores.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from io import BytesIO
from threading import BoundedSemaphore
from typing import IO, TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from corrections_app.domain import limits
from corrections_app.web.headers import SECURITY_HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BODY_LIMIT = limits.BODY_BYTES
ROOM = limits.EDIT_BYTES
"""How many bytes may come instead from who is signed in, with an article edited by hand."""
EDITING = re.compile(r"/articles/[^/]+/edit")
SIGNED_IN = re.compile(r"(?:^|;)\s*corrections=")
"""The session's cookie. Whether it is a true one the application finds out."""
SLOTS = 8  # the database's pool has to hold at least as many connections
DRAIN_FACTOR = 16
METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})

log = logging.getLogger(__name__)


class BodyFirst:
    """A WSGI application in front of another, which gets complete bodies only.

    Refuses with 411 a body of unannounced length (RFC 9112 section 6.3), with 413 one
    of more than ``limit`` bytes (or what `ROOM` allows), with 400 one that is not
    as long as announced. At most ``slots`` requests are worked on at once; the others wait.
    """

    def __init__(
        self, app: WSGIApplication, *, limit: int = BODY_LIMIT, slots: int = SLOTS
    ) -> None:
        self._app = app
        self._limit = limit
        self._slots = BoundedSemaphore(slots)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        refusal = self._take_in(environ)
        if refusal:
            return _refused(environ, *refusal)(environ, start_response)
        with self._slots:
            return self._answer(environ, start_response)

    def _take_in(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, str, str] | None:
        """Put the whole body into the environ; or why it is refused: status, code, words."""
        announced = environ.get("CONTENT_LENGTH", "")
        lacks_length = not announced and environ["REQUEST_METHOD"] in METHODS_WITH_BODY
        if lacks_length or environ.get("HTTP_TRANSFER_ENCODING"):
            return HTTPStatus.LENGTH_REQUIRED, "length_required", "Say how long the request is."
        length = _length(announced or "0")
        if length is None:
            return HTTPStatus.BAD_REQUEST, "bad_length", "The request's length is not a number."
        limit = self._limit_for(environ)
        if length > limit:
            # Closing on a sender in full flow would cost them the answer.
            _drain(environ["wsgi.input"], min(length, DRAIN_FACTOR * limit))
            words = f"That is too long: at most {limit // 1024} KB."
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_long", words
        body = _read(environ["wsgi.input"], length)
        if len(body) < length:
            return HTTPStatus.BAD_REQUEST, "cut_short", "The request broke off on its way."
        environ["wsgi.input"] = BytesIO(body)
        return None

    def _limit_for(self, environ: WSGIEnvironment) -> int:
        edits = EDITING.fullmatch(environ.get("PATH_INFO", ""))
        return ROOM if edits and SIGNED_IN.search(environ.get("HTTP_COOKIE", "")) else self._limit

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """The whole response, made before any of it is sent.

        So a slow reader holds no slot, and an answer that fails half way is an error:
        streamed, the server would end it as if it were complete.
        """
        answer = self._app(environ, start_response)
        try:
            return [b"".join(answer)]
        except Exception:
            log.exception("%s: the answer broke off", environ.get("PATH_INFO"))
            words = "Something went wrong here; it has been noted."
            failure = _refused(environ, HTTPStatus.INTERNAL_SERVER_ERROR, "internal", words)
            return list(failure(environ, start_response))
        finally:
            if hasattr(answer, "close"):
                answer.close()


def _length(announced: str) -> int | None:
    # int() alone would take "+5", "1_0" and "٥".
    if not (announced.isascii() and announced.isdigit() and len(announced) < 20):
        return None
    return int(announced)


def _read(stream: IO[bytes], length: int) -> bytes:
    """Up to ``length`` bytes; fewer when the sender stops."""
    return b"".join(_parts(stream, length, length))


def _drain(stream: IO[bytes], length: int) -> None:
    """Let up to ``length`` bytes pass by, keeping none."""
    for _ in _parts(stream, length, BODY_LIMIT):
        pass


def _parts(stream: IO[bytes], length: int, most: int) -> Iterator[bytes]:
    while length:
        try:
            part = stream.read(min(length, most))
        except OSError:  # the connection is gone
            break
        if not part:
            break
        yield part
        length -= len(part)


def _refused(environ: WSGIEnvironment, status: HTTPStatus, code: str, words: str) -> Response:
    accepted = Request(environ).accept_mimetypes
    if accepted["application/json"] > accepted["text/html"]:
        text = json.dumps({"error": code, "message": words, "fields": {}})
        response = Response(text, status, mimetype="application/json")
    else:
        response = Response(f"{words}\n", status, mimetype="text/plain")
    response.headers.update(SECURITY_HEADERS)
    response.headers["Cache-Control"] = "no-store"
    return response
