"""A connection without a network: what the server hands to the intake, as a test says it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

PIECE = 7  # bytes
Result = TypeVar("Result")


@dataclass
class Head:
    """The head of a request."""

    method: str = "POST"
    path: str = "/"
    said: dict[str, str] = field(default_factory=dict)
    twins: list[tuple[str, str]] = field(default_factory=list)
    query_string: str = ""
    http_version: str = "1.1"
    scheme: str = "http"
    client: str = "192.0.2.7:4711"
    server: str = "127.0.0.1:80"

    @property
    def headers(self) -> Any:
        """In the order they came."""
        return Headers([*self.said.items(), *self.twins])


class Heard(Response):
    """An answer."""

    @property
    def text(self) -> str:
        """Its body."""
        return self.get_data(as_text=True)


class Coming:
    """A body that comes in small pieces and then ends, or hangs, or is awaited elsewhere."""

    def __init__(self, body: bytes = b"", *, hangs: bool = False, piece: int = PIECE) -> None:
        self.body, self.hangs, self.piece = body, hangs, piece
        self.passed = 0
        self.answer: Heard | None = None
        self.awaited = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while part := self.body[self.passed : self.passed + self.piece]:
            self.passed += len(part)
            yield part
        self.awaited.set()
        if self.hangs:
            await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """What the server would send."""
        self.answer = Heard(body, status, Headers(list(headers)))


async def heard(intake: Any, line: Coming, head: Head) -> Heard:
    """The answer to one request."""
    await intake.__rsgi__(head, line)
    assert line.answer is not None
    return line.answer


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What it comes to. In a thread of its own: a browser's loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def echo(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """An application that answers with what it was sent."""
    start("200 OK", [("Content-Type", "application/octet-stream")])
    return [environ["wsgi.input"].read()]


def breaking(environ: WSGIEnvironment, start: StartResponse) -> Iterator[bytes]:
    """An application that fails in the middle of its answer."""
    start("200 OK", [])
    yield b"half an answer"
    raise RuntimeError("the other half")
