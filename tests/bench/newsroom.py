"""Newsrooms to measure: filled, served as an operator serves them, and beside a reference."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy import text

from tests.bench import filling
from tests.bench.crowd import Client, Ledger
from tests.bench.load import Post
from tests.processes import ROOT, Served, environment, free_port, serving

PARAGRAPHS = 50
MANY = "1000000/hour"
LIFTED = {
    "LIMITS": MANY,
    "LIMITS_PER_ARTICLE": MANY,
    "LIMITS_PER_MAILBOX": MANY,
    "LIMITS_PER_SITE": MANY,
    "MOST_WAITING": "1000000",
    "MOST_WAITING_PER_ARTICLE": "1000000",
    "PROXY_HOPS": "1",
}
"""The limits are counted as ever, but a crowd may send: each from a network of its own."""
EDITOR = "person1@courier.example"


@dataclass(frozen=True)
class Newsroom:
    """One newsroom's database and its folder."""

    database: str
    instance: Path

    @contextmanager
    def served(self, *arguments: str, **settings: Any) -> Iterator[Served]:
        """As shipped, until the block ends; what it says is read, or it would wait for that."""
        settings = LIFTED | {"DATABASE_URL": self.database} | settings
        with serving(self.instance, *arguments, **settings) as site:
            reader = threading.Thread(target=_read_out, args=(site,), daemon=True)
            reader.start()
            yield site

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The application's context, in this process."""
        from corrections_app import create_app
        from corrections_app.extensions import db

        given = {"DATABASE_URL": self.database, "INSTANCE": str(self.instance), "LIMITS": "off"}
        with create_app(given | {"PUBLIC_URL": "http://127.0.0.1"}).app_context():
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()

    def editor(self, site: Served) -> Client:
        """An editor who has signed in there."""
        client = Client(urlsplit(site.url).port or 0, Ledger())
        client.sign_in(lambda: urlsplit(link_for(self.database, self.instance)).path)
        return client


class Newsrooms:
    """As many as wanted, on an engine that waits for the disk."""

    def __init__(self, folder: Path) -> None:
        from tests.databases import Databases

        self.folder = folder
        self.databases = Databases(folder)
        in_earnest(self.databases)

    def filled(self, fill: Callable[[], None] | None = None) -> Newsroom:
        """A new one, with what ``fill`` puts into it."""
        database = self.databases.fresh()
        room = Newsroom(database, self.folder / f"instance{self.databases.made}")
        room.instance.mkdir(0o700)
        if fill is not None:
            with room.inside():
                fill()
        return room

    @contextmanager
    def reference(self, **settings: str) -> Iterator[str]:
        """The address of `reference`, served beside them on a database of its own."""
        self.databases.made += 1
        folder, port = self.folder / f"reference{self.databases.made}", free_port()
        folder.mkdir()
        database = self.databases.empty()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.reference", str(port), str(folder), database],
            cwd=ROOT,
            env=environment(folder, **settings),
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout
            assert "ready" in process.stdout.readline()
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(timeout=60)


@contextmanager
def together(*those: AbstractContextManager[Any]) -> Iterator[list[Any]]:
    """Enter all of them at the same time: a server takes seconds to start."""
    with ThreadPoolExecutor(len(those)) as threads, ExitStack() as after:
        starting = [threads.submit(one.__enter__) for one in those]
        wait(starting)
        for one, started in zip(those, starting, strict=True):
            if started.exception() is None:
                after.push(one)
        yield [started.result() for started in starting]


@contextmanager
def newsrooms(engine: str) -> Iterator[Newsrooms]:
    """Some, until the block ends. Call it before anything of `tests.databases` is imported."""
    os.environ["CORRECTIONS_TEST_DATABASE"] = engine
    with tempfile.TemporaryDirectory(prefix="corrections-bench-") as name:
        Path(name).chmod(0o755)  # PostgreSQL's own user must reach it
        rooms = Newsrooms(Path(name))
        try:
            yield rooms
        finally:
            rooms.databases.close()


def in_earnest(databases: Any) -> None:
    """Let PostgreSQL flush what it writes, as where a power cut matters; SQLite does anyway."""
    if databases.server is None:
        return
    with databases.admin.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM RESET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))


def link_for(database: str, instance: Path) -> str:
    """A one-time link that lets the first editor in."""
    from corrections_app.workflow.clock import now
    from corrections_app.workflow.people import accounts

    with Newsroom(database, instance).inside():
        return accounts.one_time_link(EDITOR, now=now())


class Submissions:
    """Corrections of words of `filling.fill_waiting`'s articles, no two alike."""

    def __init__(self, articles: range) -> None:
        """``articles``: the numbers of those that are written about."""
        self.articles = articles
        self.sent = 0

    def some(self, many: int) -> list[Post]:
        """So many that were not sent before."""
        self.sent += many
        return [self._one(number) for number in range(self.sent - many, self.sent)]

    def _one(self, number: int) -> Post:
        article = self.articles[number % len(self.articles)]
        line = number // len(self.articles) % PARAGRAPHS
        start, end = filling.word(line)
        fields = {
            "revision": 1,
            "start": start,
            "end": end,
            "exact": f"harbor{line:03}",
            "replacement": f"harbour{number}",
            "email": f"reader{number}@reader.example",
            "key": f"a key of twenty-two letters {number}",
        }
        client = f"10.{number // 256 % 256}.{number % 256}.7"
        return Post(f"/articles/article-{article}/corrections", urlencode(fields), client)


def _read_out(site: Served) -> None:
    with suppress(ValueError):  # closed meanwhile
        for _ in site.process.stdout or ():
            pass
