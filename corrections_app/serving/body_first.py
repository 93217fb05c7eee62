"""The body first: a request is read whole before it takes any of the application's time.

Those that dawdle hold no thread, and not for ever: nothing
works on a request until every byte announced is here, and one that stops coming
is answered 408. What is worked on takes a thread of one of the `pools`.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

from corrections_app import logs
from corrections_app.domain import limits
from corrections_app.serving import kept_pages
from corrections_app.serving.gateway import Answer, Connection, Scope, environ_of, whole_answer
from corrections_app.serving.kept_pages import KeptPages
from corrections_app.serving.pools import Full, Pools
from corrections_app.web import hosts as known_hosts
from corrections_app.web.access import holds_our_cookie, may_send_articles
from corrections_app.web.bare import bare_answer
from corrections_app.web.headers import SECURITY_HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from corrections_app.web.hosts import Hosts

BODY_LIMIT = limits.BODY_BYTES
EDIT_LIMIT = limits.EDIT_BYTES
"""How many bytes may come instead from who is signed in, with an article edited by hand."""
EDITING = re.compile(r"/articles/[^/]+/edit")
SENDING = re.compile(r"/api/v1/articles/[^/]+")
"""Where programs with a token for it send a whole article (PUT)."""
DRAIN_FACTOR = 16
METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long a body may take to come, in seconds, and how many may be on their way."""

    silence: float = 10.0
    """between two pieces"""
    whole: float = 60.0
    """from the first byte to the last"""
    drain: float = 5.0
    """while a body that is too long passes by, so that its sender hears why"""
    bodies: int = 1_000
    bytes: int = 64 * 1024 * 1024
    """of all bodies together that are on their way, wait for a place or are worked on"""


PATIENCE = Patience()


class Declined(Exception):
    """A request that the application never sees: why, in a status, a code and words."""

    def __init__(
        self, status: HTTPStatus, code: str, words: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(words)
        self.status, self.code, self.words, self.retry_after = status, code, words, retry_after


class BodyFirst:
    """An RSGI application in front of a WSGI one, which gets complete bodies only.

    Refuses with 411 a body of unannounced length (RFC 9112 section 6.3), with 413 one
    of more than ``limit`` bytes (`EDIT_LIMIT` with an article's edit of whoever
    ``is_signed_in``, and of a program that ``may_send``, asked before a byte of the body
    is here), with 400 one that is not
    as long as announced, with 408 one that stops coming, and with 503 what finds no
    thread in time; but first of all with 400 what is not meant for one of ``hosts``.
    ``headers`` stand on all of that.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        limit: int = BODY_LIMIT,
        pools: Pools | None = None,
        patience: Patience | None = None,
        kept: KeptPages | None = None,
        is_signed_in: Callable[[WSGIEnvironment], bool] = lambda environ: False,
        may_send: Callable[[WSGIEnvironment], bool] = lambda environ: False,
        hosts: Hosts | None = None,
        headers: Mapping[str, str] = SECURITY_HEADERS,
    ) -> None:
        self._app = app
        self._kept = kept
        self._is_signed_in, self._may_send = is_signed_in, may_send
        self._limit = limit
        self._pools = pools or Pools()
        self._patience = patience or PATIENCE
        self._hosts = hosts
        self._headers = headers
        self._coming = 0  # bodies on their way,
        self._held = 0  # and the bytes that are here, until they are answered

    def close(self) -> None:
        """Close what it holds open."""
        if self._kept:
            self._kept.close()

    async def __rsgi__(self, scope: Scope, connection: Connection) -> None:
        """Answer one request."""
        if kept := await self._kept_answer(scope):
            connection.response_bytes(*kept)
            return
        environ = environ_of(scope)
        try:
            self._check_host(environ)
            body = await self._body(environ, connection)
            answer = await self._worked_on(scope, environ, body)
        except Declined as no:
            answer = self._refused(environ, no)
        except Full as full:
            answer = self._refused(environ, _busy(full.retry_after))
        except Exception:
            logs.number(environ)
            log.exception("a request could not be taken in")
            answer = self._refused(environ, _broken(environ))
        connection.response_bytes(answer.status, answer.headers, answer.body)

    async def _kept_answer(self, scope: Scope) -> Answer | None:
        """What is kept, if it can be had: a page may always be made again."""
        try:
            return await self._kept.answer(scope) if self._kept else None
        except Exception:
            log.exception("a kept page could not be given")
            return None

    def _check_host(self, environ: WSGIEnvironment) -> None:
        if self._hosts is not None and not self._hosts.include(environ):
            raise Declined(HTTPStatus.BAD_REQUEST, known_hosts.CODE, known_hosts.WORDS)

    async def _worked_on(self, scope: Scope, environ: WSGIEnvironment, body: bytes) -> Answer:
        """What the application answers. Raises `Full`."""
        environ["wsgi.input"] = BytesIO(body)
        pool = self._pools.pool_for(scope.method, scope.path)
        answer = self._kept.answering(scope, self._answer) if self._kept else self._answer
        self._held += len(body)
        try:
            return await pool.run(partial(answer, environ))
        finally:
            self._held -= len(body)

    async def _body(self, environ: WSGIEnvironment, connection: Connection) -> bytes:
        """The whole body. Raises `Declined`."""
        length = _length(environ)
        limit = await self._limit_for(environ, length)
        if length > limit:
            if length <= DRAIN_FACTOR * limit:
                # Closing on a sender in full flow would cost them the answer.
                with suppress(TimeoutError):
                    await self._drain(connection, length)
            words = f"That is too long: at most {limit // 1024} KB."
            raise Declined(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_long", words)
        return await self._whole(connection, length) if length else b""

    async def _limit_for(self, environ: WSGIEnvironment, length: int) -> int:
        """How many bytes may be sent with this request. Raises `Full`."""
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if length <= self._limit:
            return self._limit
        if EDITING.fullmatch(path):
            return EDIT_LIMIT if self._is_signed_in(environ) else self._limit
        if method == "PUT" and SENDING.fullmatch(path):  # the database is asked, in a thread
            pool = self._pools.pool_for(method, path)
            return EDIT_LIMIT if await pool.run(partial(self._may_send, environ)) else self._limit
        return self._limit

    async def _whole(self, connection: Connection, length: int) -> bytes:
        if self._coming >= self._patience.bodies or self._held >= self._patience.bytes:
            raise self._crowded()
        body = bytearray()
        self._coming += 1
        try:
            async with asyncio.timeout(self._patience.whole):
                async for part in self._parts(connection, length):
                    body += part
                    self._held += len(part)
                    if self._held > self._patience.bytes:  # many let in while small may grow
                        raise self._crowded()
        except TimeoutError:
            words = "The request was not complete. Send it again; nothing of it was saved."
            raise Declined(HTTPStatus.REQUEST_TIMEOUT, "too_slow", words) from None
        finally:
            self._coming -= 1
            self._held -= len(body)
        if len(body) < length:
            words = "The request broke off on its way."
            raise Declined(HTTPStatus.BAD_REQUEST, "cut_short", words)
        return bytes(body)

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        """The application's whole answer, or ours where it has none."""
        logs.number(environ)
        try:
            return whole_answer(self._app, environ)
        except Exception:
            log.exception("an answer broke off")
            return self._refused(environ, _broken(environ))

    def _refused(self, environ: WSGIEnvironment, no: Declined) -> Answer:
        answer = bare_answer(environ, no.status, no.code, no.words, self._headers)
        answer.headers["X-Request-ID"] = logs.number(environ)
        if no.retry_after is not None:
            answer.headers["Retry-After"] = str(no.retry_after)
        answer.headers["Connection"] = "close"  # the rest of a body is not waited for
        return whole_answer(answer, environ)

    def _crowded(self) -> Declined:
        return _busy(round(self._patience.silence))

    async def _drain(self, connection: Connection, length: int) -> None:
        async with asyncio.timeout(self._patience.drain):
            async for _ in self._parts(connection, length):
                pass

    async def _parts(self, connection: Connection, length: int) -> AsyncIterator[bytes]:
        """The pieces up to ``length`` bytes, or fewer.

        Raises TimeoutError when one is awaited too long.
        """
        parts = aiter(connection)
        while length > 0:
            try:
                async with asyncio.timeout(self._patience.silence):
                    part = await parts.__anext__()  # anext() with a default cannot be cancelled
            except StopAsyncIteration:
                return
            yield part[:length]
            length -= len(part)


def in_front_of(app: Any) -> BodyFirst:
    """What `server` serves: an application behind this, with its own hosts and headers."""
    config: Mapping[str, Any] = getattr(app, "config", {})
    database = config.get("SQLALCHEMY_DATABASE_URI") or ""
    return BodyFirst(
        app,
        pools=Pools(waits=not database.startswith("sqlite")),
        kept=kept_pages.of(app),
        is_signed_in=partial(holds_our_cookie, app),
        may_send=partial(may_send_articles, app),
        hosts=config.get("HOSTS"),
        headers=config.get("SECURITY_HEADERS", SECURITY_HEADERS),
    )


def _length(environ: WSGIEnvironment) -> int:
    """The length announced, 0 where none must be. Raises `Declined`."""
    announced = environ.get("CONTENT_LENGTH", "")
    lacks_length = not announced and environ["REQUEST_METHOD"] in METHODS_WITH_BODY
    if lacks_length or environ.get("HTTP_TRANSFER_ENCODING"):
        words = "Say how long the request is."
        raise Declined(HTTPStatus.LENGTH_REQUIRED, "length_required", words)
    announced = announced or "0"
    if not limits.is_number(announced, 19):
        words = "The request's length is not a number."
        raise Declined(HTTPStatus.BAD_REQUEST, "bad_length", words)
    return int(announced)


def _broken(environ: WSGIEnvironment) -> Declined:
    words = f"Something went wrong here; it has been noted under the number {logs.number(environ)}."
    return Declined(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", words)


def _busy(seconds: int) -> Declined:
    words = (
        "The server is too busy, so this was not done. "
        "Go back, wait a few seconds and send it again."
    )
    return Declined(HTTPStatus.SERVICE_UNAVAILABLE, "busy", words, retry_after=seconds)
