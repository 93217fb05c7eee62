"""A web server for tests that answers to the byte what it is told, and notes what it was asked."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Answers = Callable[["Asked"], Iterable[bytes]]


class Asked:
    """One request: its first line's path, its headers by their small names, and its body."""

    def __init__(self, text: str, body: bytes = b"") -> None:
        self.body = body
        first, *lines = text.split("\r\n")
        self.method, self.path, _ = first.split(" ")
        pairs = (line.partition(": ") for line in lines)
        self.headers = {name.lower(): value for name, _, value in pairs}


class _Handler(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        """Read a request's head, and send what the test says until the other side goes."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            head += line
        asked = Asked(head.decode().strip())
        asked.body = self.rfile.read(int(asked.headers.get("content-length", 0)))
        self.server.asked.append(asked)
        try:
            for part in self.server.answers(asked):
                self.wfile.write(part)
                self.wfile.flush()
        except OSError:
            self.server.left.set()


class Answering(socketserver.ThreadingTCPServer):
    """The server; ``asked`` is what came, ``left`` is set when somebody hung up meanwhile."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answers: Answers, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.asked = answers, list[Asked]()
        self.left = threading.Event()
        self.scheme = "http"
        if certificate is not None:
            self.scheme = "https"
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, certificate.with_suffix(".key"))

    def get_request(self) -> Any:
        """The next connection, encrypted where that is asked for."""
        sock, address = super().get_request()
        if self.scheme == "https":
            sock = self.context.wrap_socket(sock, server_side=True)
        return sock, address

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextmanager
def answering(answers: Answers, certificate: Path | None = None) -> Iterator[Answering]:
    """A server that answers so until the block ends."""
    with Answering(answers, certificate) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def page(content: bytes, *headers: str, status: str = "200 OK") -> Iterator[bytes]:
    """An answer with all that belongs to one."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers]
    yield "\r\n".join([*head, "", ""]).encode() + content


def led_on(address: str) -> Iterator[bytes]:
    """A redirect."""
    return page(b"", f"Location: {address}", status="302 Found")
