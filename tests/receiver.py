"""A program that is called: it keeps what it was told, and answers as it is bidden."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Heard:
    """One call as it came."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def uid(self) -> str:
        """By which it is known when it comes twice."""
        return self.headers["webhook-id"]


Reply = tuple[int, Mapping[str, str], bytes]


class Receiver:
    """What came, in order; ``answers`` says what is answered to each."""

    def __init__(self) -> None:
        self.heard = list[Heard]()
        self.came = threading.Semaphore(0)
        self.answers: Callable[[Heard], Reply] = lambda _heard: (204, {}, b"")
        self.place = ""

    @property
    def url(self) -> str:
        """Where it is called."""
        return f"http://{self.place}/heard"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on this machine, until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard = Heard({name.lower(): value for name, value in self.headers.items()}, body)
            receiver.heard.append(heard)
            receiver.came.release()
            status, headers, content = receiver.answers(heard)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.place = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
