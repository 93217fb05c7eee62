"""Many requests at once: half-sent bodies share their room, pools keep threads for one another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from corrections_app.config import SETTINGS
from corrections_app.serving import body_first
from corrections_app.serving.body_first import BodyFirst, Patience
from corrections_app.serving.pools import Pool, Pools
from corrections_app.web.headers import SECURITY_HEADERS
from tests.web.lines import Coming, Head, Heard, breaking, echo, heard, run

PATIENCE = 10.0  # seconds


class Counting:
    """An application in which requests stay, but for readers' pages, until they are let go."""

    def __init__(self) -> None:
        self.inside = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterator[bytes]:
        start("200 OK", [])
        self.inside.release()
        if environ["REQUEST_METHOD"] != "GET" or environ["PATH_INFO"] == "/queue":
            self.let_go.wait(PATIENCE)
        yield b"done"


async def entered(app: Counting, number: int) -> None:
    """Wait until so many more requests are inside."""
    for _ in range(number):
        assert await asyncio.to_thread(app.inside.acquire, timeout=PATIENCE)


@pytest.mark.parametrize("full", [Patience(bodies=1), Patience(bytes=6)])
def test_more_half_sent_bodies_than_there_is_room_for_are_told_to_come_again(
    full: Patience,
) -> None:
    async def crowd() -> tuple[Heard, Heard]:
        server, slow = BodyFirst(echo, patience=full), Coming(b"half a", hangs=True)
        half = Head(said={"content-length": "50"})
        first = asyncio.create_task(server.__rsgi__(half, slow))
        await slow.awaited.wait()
        refused = await heard(server, Coming(b"words"), Head(said={"content-length": "5"}))
        page = await heard(server, Coming(), Head("GET", "/articles/harbour-wall"))
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        taken = await heard(server, Coming(b"words"), Head(said={"content-length": "5"}))
        assert taken.data == b"words"
        return refused, page

    refused, page = run(crowd())
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert page.status_code == 200


def test_bodies_that_grow_together_are_bounded_too_and_those_worked_on_count() -> None:
    async def crowd() -> list[int]:
        app = Counting()
        intake = BodyFirst(app, patience=Patience(bytes=100))
        growing = [Coming(b"x" * 60, hangs=True, piece=6) for _ in range(2)]
        half = Head(said={"content-length": "61"})
        both = [asyncio.create_task(heard(intake, line, half)) for line in growing]
        grown, still = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        statuses = [task.result().status_code for task in grown]
        for task in still:
            task.cancel()
        await asyncio.gather(*still, return_exceptions=True)
        whole = Head(said={"content-length": "99"})
        inside = asyncio.create_task(heard(intake, Coming(b"x" * 99), whole))
        await entered(app, 1)
        statuses.append(
            (await heard(intake, Coming(b"xx"), Head(said={"content-length": "2"}))).status_code
        )
        app.let_go.set()
        statuses.append((await inside).status_code)
        statuses.append((await heard(intake, Coming(b"x" * 99), whole)).status_code)
        return statuses

    assert run(crowd()) == [503, 503, 200, 200]


@pytest.mark.parametrize(
    ("method", "path", "pool"),
    [
        ("POST", "/articles/harbour-wall/corrections", "receiving"),
        ("POST", "/queue/1/decision", "writing"),
        ("POST", "/sign-in", "passwords"),
        ("GET", "/queue", "newsroom"),
    ],
)
def test_what_fills_one_pool_keeps_no_reader_from_an_article(
    method: str, path: str, pool: str
) -> None:
    async def crowd() -> None:
        app, pools = Counting(), Pools()
        server = BodyFirst(app, pools=pools)
        threads = getattr(pools, pool).threads
        head = Head(method, path, said={"content-length": "0"})
        crowd = [asyncio.create_task(heard(server, Coming(), head)) for _ in range(threads + 5)]
        await entered(app, threads)
        page = await heard(server, Coming(), Head("GET", "/articles/harbour-wall"))
        assert page.status_code == 200
        assert app.inside.acquire(blocking=False)  # the page's own,
        assert not app.inside.acquire(blocking=False)  # and nobody else came in
        app.let_go.set()
        assert {answer.status_code for answer in await asyncio.gather(*crowd)} == {200}

    run(crowd())


@pytest.mark.parametrize(
    ("path", "pool"),
    [
        ("/articles/harbour-wall/corrections", "receiving"),
        ("/articles/harbour-wall/corrections/", "receiving"),
        ("/receipts/1-x/withdraw", "receiving"),
        ("/letters/1-x/stop", "receiving"),
        ("/embed/place", "receiving"),
        ("/articles/corrections/edit", "writing"),
        ("/articles/harbour-wall/edit", "writing"),
        ("/queue/1/decision", "writing"),
        ("/", "writing"),
    ],
)
def test_what_readers_send_stands_in_no_queue_with_decisions(path: str, pool: str) -> None:
    pools = Pools()

    assert pools.pool_for("POST", path) is getattr(pools, pool)


@pytest.mark.parametrize(("queue", "seconds"), [(0, PATIENCE), (5, 0.05)])
def test_who_finds_no_thread_is_told_when_to_come_again(queue: int, seconds: float) -> None:
    async def crowd() -> Heard:
        app, pools = Counting(), Pools()
        pools.writing = Pool("writing", threads=1, queue=queue, seconds=seconds)
        server = BodyFirst(app, pools=pools)
        head = Head(said={"content-length": "0"})
        first = asyncio.create_task(heard(server, Coming(), head))
        await entered(app, 1)
        refused = await heard(server, Coming(), head)
        app.let_go.set()
        assert (await first).status_code == 200
        assert (await heard(server, Coming(), head)).status_code == 200
        return refused

    refused = run(crowd())
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.text.startswith("The server is too busy")
    assert SECURITY_HEADERS.items() <= dict(refused.headers).items()


def test_all_pools_together_have_a_database_connection_for_each_thread() -> None:
    assert Pools().threads() <= SETTINGS["DATABASE_POOL"].default


@pytest.mark.parametrize(
    ("url", "threads"), [("postgresql+psycopg://u@h/d", 2), ("sqlite:////d/corrections.sqlite", 1)]
)
def test_an_engine_that_answers_in_the_thread_itself_has_fewer_of_them(
    url: str, threads: int, make_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    monkeypatch.setitem(app.config, "SQLALCHEMY_DATABASE_URI", url)

    pools = body_first.in_front_of(app)._pools

    assert pools.receiving.threads == threads
    assert 2 <= pools.pages.threads <= Pools().pages.threads


def test_a_sender_that_dawdles_holds_no_place() -> None:
    async def crowd() -> Heard:
        pools = Pools()
        pools.writing = Pool("writing", threads=1, queue=0, seconds=PATIENCE)
        server, slow = BodyFirst(echo, pools=pools), Coming(b"half", hangs=True)
        head = Head(said={"content-length": "5"})
        waiting = asyncio.create_task(server.__rsgi__(head, slow))
        await slow.awaited.wait()
        answer = await heard(server, Coming(b"words"), head)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return answer

    assert run(crowd()).data == b"words"


def test_a_place_is_free_again_after_a_failure() -> None:
    async def twice() -> list[int]:
        pools = Pools()
        pools.pages = Pool("pages", threads=1, queue=0, seconds=PATIENCE)
        server = BodyFirst(breaking, pools=pools)
        return [(await heard(server, Coming(), Head("GET"))).status_code for _ in range(2)]

    assert run(twice()) == [500, 500]
