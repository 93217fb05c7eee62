"""A small IMAP4rev1 server over TLS, as far as one folder is read and flagged (RFC 3501).

The whole walk is also done against a real Dovecot: ``python -m tests.cms.dovecot``.
"""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LITERAL = re.compile(rb"\{(\d+)\}$")


class ImapServer(socketserver.ThreadingTCPServer):
    """One account, ``desk`` with ``p@ss:word``, and one folder, ``Back in``."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        self.messages: list[bytes] = []
        self.seen: set[int] = set()
        self.fetched: list[int] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up, be it over our certificate, has said all there is to say."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: ImapServer

    def setup(self) -> None:
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, command, rest = [*line.rstrip().split(b" ", 2), b"", b""][:3]
            if command.upper() == b"UID":
                command, _, rest = rest.partition(b" ")
            answer: Any = getattr(self, f"do_{command.decode().lower()}", self.unknown)
            for said in answer(rest):
                self.wfile.write(said + b"\r\n")
            self.wfile.write(tag + b" " + self.end + b"\r\n")
            if command.upper() == b"LOGOUT":
                return

    end = b"OK done"

    def unknown(self, rest: bytes) -> Iterator[bytes]:
        self.end = b"BAD unknown"
        return iter(())

    def do_capability(self, rest: bytes) -> Iterator[bytes]:
        self.end = b"OK done"
        yield b"* CAPABILITY IMAP4rev1"

    def do_login(self, rest: bytes) -> Iterator[bytes]:
        right = rest == b'desk "p@ss:word"' or rest == b'"desk" "p@ss:word"'
        self.end = b"OK in" if right else b"NO [AUTHENTICATIONFAILED] wrong\x1b name or password"
        return iter(())

    def do_select(self, rest: bytes) -> Iterator[bytes]:
        self.end = b"OK [READ-WRITE] chosen" if rest == b'"Back in"' else b"NO no such folder"
        yield b"* %d EXISTS" % len(self.server.messages)

    def do_search(self, rest: bytes) -> Iterator[bytes]:
        assert rest == b"UNSEEN", rest
        known = range(1, len(self.server.messages) + 1)
        found = [str(uid).encode() for uid in known if uid not in self.server.seen]
        yield b" ".join([b"* SEARCH", *found])

    def do_fetch(self, rest: bytes) -> Iterator[bytes]:
        asked = re.fullmatch(rb"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest)
        assert asked, rest
        uid, most = int(asked[1]), int(asked[2])
        part = self.server.messages[uid - 1][:most]
        self.server.fetched.append(uid)
        yield b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%b)" % (uid, uid, len(part), part)

    def do_store(self, rest: bytes) -> Iterator[bytes]:
        asked = re.fullmatch(rb"(\d+) \+FLAGS\.SILENT \(\\Seen\)", rest)
        assert asked, rest
        self.server.seen.add(int(asked[1]))
        return iter(())

    def do_logout(self, rest: bytes) -> Iterator[bytes]:
        yield b"* BYE"


@contextmanager
def imap_server(certificate: Path) -> Iterator[ImapServer]:
    """One that runs until the block ends."""
    with ImapServer(certificate) as server:
        running = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        running.start()
        try:
            yield server
        finally:
            server.shutdown()
            running.join()
