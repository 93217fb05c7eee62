"""A door before a real site: all goes through it, and it can end whoever sends a change."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

_HOPPING = frozenset({"connection", "transfer-encoding", "content-length", "host"})


class _Handler(BaseHTTPRequestHandler):
    server: Any
    protocol_version = "HTTP/1.1"
    timeout: ClassVar[float] = 60

    def _through(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.command != "GET" and self.server.now(self.server.kills_before):
            self.server.kill()
            return
        site = http.client.HTTPConnection(self.server.site, timeout=60)
        sent = {name: said for name, said in self.headers.items() if name.lower() not in _HOPPING}
        site.request(self.command, self.path, body or None, sent)
        answer = site.getresponse()
        content = answer.read()
        site.close()
        if self.command != "GET":
            self.server.changes.append((self.path, answer.status))
            if self.server.now(self.server.kills_after):
                self.server.kill()
                return
        self.send_response(answer.status)
        for name, said in answer.getheaders():
            if name.lower() not in _HOPPING:
                self.send_header(name, said)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = _through

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class Door(ThreadingHTTPServer):
    """``changes`` are the paths and answers of what was changed through it."""

    daemon_threads = True

    def __init__(self, site: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site, self.changes = site, list[tuple[str, int]]()
        self.victim: int | None = None
        """The process that is killed by the next change: before it arrives, or after."""
        self.kills_before = self.kills_after = False
        self.spares = 0
        """So many changes go through before the one that kills."""

    def now(self, kills: bool) -> bool:
        """Whether somebody who is to be killed by a change is killed by this one."""
        if kills and self.spares:
            self.spares -= 1
            return False
        return kills

    @property
    def place(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self.server_address[1]}"

    def kill(self) -> None:
        """End the victim at this very moment, and nobody after it."""
        self.kills_before = self.kills_after = False
        assert self.victim is not None
        os.kill(self.victim, signal.SIGKILL)


@contextmanager
def door(site: str) -> Iterator[Door]:
    """One before the site at this host and port, until the block ends."""
    with Door(site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
