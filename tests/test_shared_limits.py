"""Two web processes that count together, in a real Redis, and go on when it is lost."""

from __future__ import annotations

import http.client
import json
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.processes import Served, serving
from tests.redis_server import running

pytestmark = pytest.mark.long

MOST = 4
TRIED = 14
"""Each on a connection of its own, so that both processes are asked."""
PATIENCE = 60.0  # seconds, for a machine in need; a wait without end is longer


class Readers:
    """Readers of one article; each crowd is in a network of its own."""

    def __init__(self, served: Served) -> None:
        parts = urlsplit(served.url)
        self.address = (parts.hostname or "", parts.port or 0)
        page = self._asked("GET", "/")[1].decode()
        self.article = "/articles/" + page.partition('"/articles/')[2].partition('"')[0]
        self.crowds = 0

    def crowd(self, tries: int = TRIED) -> Counter[int]:
        """How often which status was answered to so many corrections from one network."""
        self.crowds += 1
        return Counter(self.send(f"10.0.{self.crowds}.7", number) for number in range(tries))

    def send(self, network: str, number: int) -> int:
        """The answer to one correction."""
        words = {"explanation": f"Something is wrong here: {network} {number}", "kind": "other"}
        headers = {"X-Forwarded-For": network, "Sec-Fetch-Site": "same-origin"}
        headers |= {"Content-Type": "application/json", "Accept": "application/json"}
        body = json.dumps(words | {"email": f"reader{number}@reader.example"})
        return self._asked("POST", f"{self.article}/corrections", body, headers)[0]

    def _asked(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {"Connection": "close"} | (headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def test_two_processes_count_together_and_go_on_alone_while_redis_is_lost(tmp_path: Path) -> None:
    together = Counter({201: MOST, 429: TRIED - MOST})
    settings = {"LIMITS": f"{MOST}/hour", "PROXY_HOPS": "1"}
    with (
        running() as redis,
        serving(tmp_path, "--samples", REDIS_URL=redis.url, **settings) as served,
    ):
        readers = Readers(served)
        assert readers.crowd() == together
        names = redis.names()
        assert b"10.0.1.0/24" in names
        assert b"mailbox-" in names
        assert b"reader.example" not in names

        redis.freeze()
        counted_alone(readers.crowd())
        redis.kill()
        counted_alone(readers.crowd())

        redis.start()
        counted_again(readers, together)


def counted_alone(answers: Counter[int]) -> None:
    """Each process counts for itself: never less than the limit, and no more than twice as much."""
    assert MOST <= answers[201] <= 2 * MOST
    assert answers[201] + answers[429] == TRIED


def counted_again(readers: Readers, together: Counter[int]) -> None:
    """Both find by themselves that it is back: they look again after some seconds."""
    deadline = time.monotonic() + 10 * PATIENCE
    while readers.crowd() != together:
        assert time.monotonic() < deadline
