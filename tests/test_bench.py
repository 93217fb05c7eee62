"""What measures must itself be right: the table's verdicts, and the crowd without ``wrk``."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Barrier
from typing import Any, ClassVar

import pytest

from tests.bench import load
from tests.bench.bars import Row, between, ratio, spread, told, tried
from tests.bench.load import Post
from tests.bench.newsroom import together


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("fast", 1.5, "x hello", least=1.5), "reached"),
        (Row("slow", 1.49, "x hello", least=1.5), "NOT reached"),
        (Row("short", 100, "ms", most=100), "reached"),
        (Row("long", 101, "ms", most=100), "NOT reached"),
        (Row("only told", 0, "x hello"), ""),
    ],
)
def test_a_row_says_whether_its_bar_is_reached(
    row: Row, verdict: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missed = verdict.startswith("NOT")
    assert told([Row("before", 2, "x", least=1), row], "heading", tmp_path / "kept") == missed
    line = next(line for line in capsys.readouterr().out.splitlines() if row.name in line)
    assert ("NOT reached" in line, "reached" in line) == (missed, bool(verdict))
    kept = json.loads((tmp_path / "kept").read_text())["rows"]
    assert [each["reached"] for each in kept] == [True, not missed]


def test_what_cannot_be_measured_takes_nothing_else_along(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Iterable[Row]:
        yield Row("before it", 1, "x")
        raise OSError("no server\nat all")

    def rows() -> Iterable[Row]:
        yield from tried("broken", broken)
        yield Row("after it", 2, "x")
        raise TimeoutError

    assert told(rows(), "heading", tmp_path / "kept") == 1
    kept = json.loads((tmp_path / "kept").read_text())["rows"]
    found = [(each["name"], each["value"], each["reached"]) for each in kept]
    measured = [("before it", 1, True), ("after it", 2, True)]
    assert found == [measured[0], ("broken", None, False), measured[1], ("the rest", None, False)]
    assert "FAILED      OSError: no server at all" in capsys.readouterr().out


def test_each_round_is_held_against_its_own_reference() -> None:
    assert ratio([10, 400, 9], [10, 100, 3]) == 3  # the machine was busy in the first and last


def test_a_round_is_held_against_those_just_before_and_after_it() -> None:
    calm = between([100, 80, 40])  # a neighbour has come
    assert calm == [90, 60]
    assert ratio([90, 60], calm) == 1
    assert spread([10, 20, 30, 40, 50], [10] * 5) == "half of 5 between 2.00 and 4.00"


def test_what_starts_together_ends_even_where_one_did_not_start() -> None:
    met, both = list[str](), Barrier(2, timeout=20)

    @contextmanager
    def one(name: str, *, starts: bool = True) -> Iterator[str]:
        both.wait()  # breaks where they start one after the other
        if not starts:
            raise OSError(name)
        met.append(f"{name} stands")
        try:
            yield name
        finally:
            met.append(f"{name} ended")

    with together(one("a"), one("b")) as names:
        assert names == ["a", "b"]
        assert sorted(met) == ["a stands", "b stands"]
    assert sorted(met[2:]) == ["a ended", "b ended"]
    met.clear()
    with pytest.raises(OSError, match="b"), together(one("a"), one("b", starts=False)):
        pass
    assert met == ["a stands", "a ended"]


class Counting(BaseHTTPRequestHandler):
    """Answers, and refuses what comes a second time."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[set[tuple[str, str, str]]] = set()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = (self.path, body, self.headers["X-Forwarded-For"])
        self.send_response(429 if sent in self.seen else 201)
        self.seen.add(sent)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def apart(call: Callable[..., load.Load], *given: Any) -> load.Load:
    """What it comes to in a thread of its own: a browser's loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call, *given).result()


@pytest.fixture
def counting() -> Iterator[str]:
    Counting.seen = set()
    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_each_post_is_sent_once_and_what_is_refused_is_counted(counting: str) -> None:
    posts = [Post(f"/{number % 3}", f"a={number}", f"10.0.{number}.1") for number in range(20)]
    met = apart(load.each, counting, [*posts, *posts[:5]], {"Accept": "text/plain"}, 4)
    assert (met.failed, met.done) == (5, 20)
    assert Counting.seen == {(post.path, post.body, post.client) for post in posts}
    assert 0 < met.mean <= met.p99


def test_a_server_that_is_not_there_is_a_failure_and_no_wait() -> None:
    met = apart(load.each, "http://127.0.0.1:1/", [Post("/", "a=1")], {}, 1)
    assert (met.rate, met.failed) == (0, 1)
