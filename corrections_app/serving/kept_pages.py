"""Pages that are the same for all, answered before the application is asked at all.

An answer is kept with the number that the database had before it was made. The number
rises with each change of what readers see, in the transaction of the change
(`workflow.transaction`), and is asked for on every request: so no request that comes
after a commit, in whichever process, is answered with what stood there before.
"""

from __future__ import annotations

import asyncio
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.datastructures import ResponseCacheControl
from werkzeug.http import parse_cache_control_header, parse_etags

from corrections_app.extensions import db
from corrections_app.models import Notice, PublicVersion
from corrections_app.serving.gateway import Answer, Scope
from corrections_app.web.answers import KEPT
from corrections_app.workflow.clock import now

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_BYTES = 8 * 1024 * 1024
"""Of answers that one process keeps; the one asked for longest ago goes first."""
_LARGEST = MOST_BYTES // 4
_EACH = 1024
"""What a kept answer takes besides its texts, roughly."""
_WORTH_PACKING = 512
"""Bytes; a shorter body would hardly become shorter."""
OWN_CONNECTIONS = 4
"""To PostgreSQL, at most, besides the pool's: over them the number is asked for."""
PATIENCE = 5.0
"""Seconds for which a server may be asked; then the application says why there is no page."""
_UNCHANGED = ("content-type", "content-length", "content-encoding", "content-disposition")
"""What a 304 does not repeat (RFC 9110, 15.4.5)."""


class State(NamedTuple):
    """What a page rests on: the number, and when it is over in any case."""

    number: int | None
    """None where it rests on no change."""
    until: datetime | None
    """Of a page the moment when the next notice appears by itself."""


def of(app: Any) -> KeptPages | None:
    """Those of an application of this house; None for any other."""
    if not isinstance(app, Flask) or "sqlalchemy" not in app.extensions:
        return None
    with app.app_context():
        return KeptPages(Versions(db.engine))


class Key(NamedTuple):
    """What a kept answer is an answer to."""

    host: str
    path: str
    gzip: bool


@dataclass(frozen=True)
class Page:
    """An answer that may be given again, whole or as ``304 Not Modified``."""

    state: State
    tag: str
    kept: Answer
    is_packed: bool
    """Whether the body is kept compressed, and opened for whoever does not ask for gzip."""
    unchanged: Answer

    @property
    def whole(self) -> Answer:
        """The answer as it was made."""
        body = self.kept.body
        return self.kept._replace(body=zlib.decompress(body)) if self.is_packed else self.kept

    @property
    def weight(self) -> int:
        """About how many bytes it takes: the shortest page too, at each name that we have."""
        heads = sum(len(name) + len(value) for name, value in self.kept.headers)
        return _EACH + heads + len(self.kept.body)

    def has(self, asked: str) -> bool:
        """Whether who names these tags has this page (RFC 9110, 13.1.2)."""
        return _is_named(self.tag, asked)


class KeptPages:
    """The kept answers of one process, at most ``most`` bytes of them."""

    def __init__(self, versions: Versions, *, most: int = MOST_BYTES) -> None:
        self._versions = versions
        self._most = most
        self._bytes = 0
        self._pages: OrderedDict[Key, Page] = OrderedDict()

    def close(self) -> None:
        """Close what is open."""
        self._versions.close()

    async def answer(self, scope: Scope) -> Answer | None:
        """The answer to a request, where one is kept and still true."""
        key = key_of(scope)
        page = self._pages.get(key) if key else None
        if key is None or page is None:
            return None
        if not await self._versions.still(page.state):
            self._drop(key, page)
            return None
        with _LOCK, suppress(KeyError):  # it may have gone while the database was asked
            self._pages.move_to_end(key)
        asked = scope.headers.get("if-none-match")
        return page.unchanged if asked and page.has(asked) else page.whole

    def answering(
        self, scope: Scope, answer: Callable[[WSGIEnvironment], Answer]
    ) -> Callable[[WSGIEnvironment], Answer]:
        """What makes an answer, so that it is kept too where it may be.

        The number is read before the page: a change in between makes it old, never new. Whoever
        has a page already has it made whole all the same, or it would never be kept for the others.
        """
        key = key_of(scope)
        if key is None:
            return answer

        def made(environ: WSGIEnvironment) -> Answer:
            state = self._versions.state()
            asked = environ.pop("HTTP_IF_NONE_MATCH", None)
            if asked is not None:  # it outranks this one (RFC 9110, 13.1.3)
                environ.pop("HTTP_IF_MODIFIED_SINCE", None)
            told = answer(environ)
            if state is not None and KEPT in environ:
                seconds = environ[KEPT]
                if seconds is not None:
                    state = State(None, now() + timedelta(seconds=seconds))
                self._keep(key, state, told)
            return told if asked is None else _unless_had(told, asked)

        return made

    def _keep(self, key: Key, state: State, answer: Answer) -> None:
        page = _page(key, state, answer)
        if page is None or len(answer.body) > _LARGEST:
            return
        with _LOCK:
            before = self._pages.pop(key, None)
            self._bytes += page.weight - (before.weight if before else 0)
            self._pages[key] = page
            while self._bytes > self._most:
                _, oldest = self._pages.popitem(last=False)
                self._bytes -= oldest.weight

    def _drop(self, key: Key, page: Page) -> None:
        with _LOCK:
            if self._pages.get(key) is page:
                del self._pages[key]
                self._bytes -= page.weight


_LOCK = threading.Lock()  # pages are made in several threads


def key_of(scope: Scope) -> Key | None:
    """What is asked for; None for a request that only the application can answer."""
    headers = scope.headers
    if scope.method != "GET" or scope.query_string or headers.get("range"):
        return None
    accepted = headers.get("accept-encoding") or ""
    if ";" in accepted:  # weighed, as no browser does it
        return None
    return Key(headers.get("host") or "", scope.path, "gzip" in accepted)


def _is_named(tag: str, asked: str) -> bool:
    if not tag:
        return False
    return asked == tag or parse_etags(asked).contains_weak(tag.removeprefix("W/").strip('"'))


def _unless_had(answer: Answer, asked: str) -> Answer:
    """The answer, or 304 for who names its tag."""
    tags = [value for name, value in answer.headers if name.lower() == "etag"]
    if answer.status != 200 or not tags or not _is_named(tags[0], asked):
        return answer
    repeated = [pair for pair in answer.headers if pair[0].lower() not in _UNCHANGED]
    return Answer(304, repeated, b"")


def _page(key: Key, state: State, answer: Answer) -> Page | None:
    """What is kept of an answer; None for one that is not the same for everyone."""
    headers = {name.lower(): value for name, value in answer.headers}
    control = parse_cache_control_header(headers.get("cache-control"), cls=ResponseCacheControl)
    varies = headers.get("vary", "Accept-Encoding")
    is_for_all = control.public or state.number is None
    if answer.status != 200 or not is_for_all or varies != "Accept-Encoding":
        return None
    if "set-cookie" in headers or ("content-encoding" in headers and not key.gzip):
        return None
    lasting = [pair for pair in answer.headers if pair[0].lower() != "x-request-id"]
    repeated = [pair for pair in lasting if pair[0].lower() not in _UNCHANGED]
    body, is_packed = _packed(answer.body)
    kept, unchanged = Answer(200, lasting, body), Answer(304, repeated, b"")
    return Page(state, headers.get("etag", ""), kept, is_packed, unchanged)


def _packed(body: bytes) -> tuple[bytes, bool]:
    """A body as it is kept, and whether that is compressed.

    Text takes a quarter of the room so, and is opened again within twenty microseconds. Browsers
    ask for gzip, whose bytes, like those of a picture, get no shorter and stay as they are.
    """
    if len(body) < _WORTH_PACKING:
        return body, False
    packed = zlib.compress(body, 1)
    return (packed, True) if len(packed) < len(body) // 2 else (body, False)


class Versions:
    """The number of what readers see, as it stands in the database at this moment."""

    _NUMBER = "SELECT number FROM public_version WHERE id = 1"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._errors = engine.dialect.loaded_dbapi.Error
        self._free: list[Any] = []
        # A file's number is read in microseconds; a server's is waited for elsewhere.
        self._is_near = engine.dialect.name == "sqlite"
        self._threads = ThreadPoolExecutor(OWN_CONNECTIONS, thread_name_prefix="versions")
        self._asking = asyncio.Lock()
        self._next: asyncio.Future[int | None] | None = None

    async def still(self, state: State) -> bool:
        """Whether nothing has changed since, as far as the database can be asked."""
        if state.until is not None and now() >= state.until:
            return False
        if state.number is None:
            return True
        with suppress(DBAPIError, NoConnectionFree, TimeoutError):
            if self._is_near:
                return self._number() == state.number
            async with asyncio.timeout(PATIENCE):
                return await self._shared_number() == state.number
        return False

    async def _shared_number(self) -> int | None:
        """The number as it stands after this was asked, by one question for all who wait.

        Who comes while a question is on its way waits for the next one: an answer to a question
        that was asked earlier might be older than a commit they know of.
        """
        if self._next is None:
            self._next = asyncio.ensure_future(self._asked_next())
        return await asyncio.shield(self._next)

    async def _asked_next(self) -> int | None:
        async with self._asking:
            self._next = None
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._number)

    def state(self) -> State | None:
        """What a page made from now on rests on; None where that cannot be told."""
        until = select(func.min(Notice.public_at)).where(Notice.public_at > now())
        query = select(PublicVersion.number, until.scalar_subquery())
        with suppress(DBAPIError, NoConnectionFree), self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
            return State(*row) if row else None
        return None

    def close(self) -> None:
        """Close what is open."""
        self._threads.shutdown()
        while self._free:
            self._free.pop().close()

    def _number(self) -> int | None:
        """None where it cannot be read: the application then says why."""
        try:
            connection = self._free.pop()
        except IndexError:
            connection = _alone(self._engine)
        try:
            cursor = connection.cursor()
            cursor.execute(self._NUMBER)
            row = cursor.fetchone()
            cursor.close()
        except self._errors:
            connection.close()
            return None
        self._free.append(connection)
        return row[0] if row else None


def _alone(engine: Engine) -> Any:
    """A connection of the driver, outside the pool, that reads only and is in no transaction.

    Inside one it would see no change. Raises `DBAPIError`, or SQLAlchemy's `TimeoutError`.
    """
    borrowed = engine.raw_connection()
    connection: Any = borrowed.driver_connection
    borrowed.detach()
    if engine.dialect.name == "sqlite":
        connection.execute("PRAGMA query_only = 1")
        connection.execute("PRAGMA busy_timeout = 0")
    else:
        connection.autocommit = True
    return connection
