"""From the server's own protocol (RSGI) to WSGI, for which Flask is written.

RSGI because it hands over the head of a request before its body, and lets one stop
waiting for the rest; under WSGI the server waits in a thread, without end.
https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_PLAIN = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Answer(NamedTuple):
    """A whole response."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Headers(Protocol):
    """The headers of a request, their names in lower case."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Each as it came, twins apart."""

    def get(self, name: str) -> str | None:
        """The first of a name."""


class Scope(Protocol):
    """The head of a request."""

    method: str
    path: str
    query_string: str
    http_version: str
    scheme: str
    client: str
    server: str

    @property
    def headers(self) -> Headers:
        """What else it said."""


class Connection(Protocol):
    """The connection that a request came on."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body, in the pieces it comes in."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer."""


def environ_of(scope: Scope) -> WSGIEnvironment:
    """The request as WSGI has it (PEP 3333), with an empty body and nothing of this process.

    Headers with an underscore in their name are left out: in WSGI
    ``X_Forwarded_For`` would pass for the ``X-Forwarded-For`` that a proxy wrote.
    """
    host, port = _address(scope.server)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _octets(scope.path),
        "QUERY_STRING": _octets(scope.query_string),
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version if '.' in scope.http_version else '1.0'}",
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = _address(scope.client)
    for name, value in scope.headers.items():
        if "_" not in name:
            _add(environ, name, _octets(value))
    return environ


def _add(environ: WSGIEnvironment, name: str, value: str) -> None:
    key = _PLAIN.get(name) or "HTTP_" + name.upper().replace("-", "_")
    if key in environ:
        value = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + value
    environ[key] = value


def _octets(text: str) -> str:
    # WSGI's strings are bytes, one character each.
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _address(pair: str) -> tuple[str, str]:
    """``127.0.0.1:80`` or ``[::1]:80`` apart; a Unix socket's peer has neither."""
    host, _, port = pair.rpartition(":")
    return host.strip("[]"), port


def whole_answer(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """The whole response of an application, made before any of it is sent.

    So an answer that fails half way is an error: streamed, the server would end it
    as if it were complete. Raises whatever the application raises.
    """
    started: list[Any] = []
    parts: list[bytes] = []

    def start(status: str, headers: list[tuple[str, str]], failure: Any = None) -> Any:
        started[:] = [int(status.split(None, 1)[0]), headers]
        return parts.append

    answer = app(environ, start)
    try:
        parts.extend(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return Answer(started[0], started[1], b"".join(parts))
