"""Pools of threads: what waits in one of them never keeps the others waiting.

A request that waits for the writer's turn, for a password's hash or for a
frozen neighbour holds a thread of its own pool, and those behind it stand in a
queue that is not endless. Articles have a pool that none of that enters, and
what readers send has one in which a crowd keeps no decision waiting.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from corrections_app.web.access import SAFE

Answer = TypeVar("Answer")

PUBLIC = frozenset(
    {"", "articles", "media", "static", "receipts", "letters", "healthz", "favicon.ico"}
)
"""First parts of the addresses that readers open."""
PASSWORDS = frozenset({"sign-in", "account"})
"""First parts of the addresses to which passwords are sent: each costs a tenth of a second."""
RECEIVING = frozenset({"receipts", "letters", "embed"})
"""First parts of the addresses to which strangers send something, besides corrections."""
NICENESS = 10  # setpriority(2)


class Full(Exception):
    """No thread came free in time; ``retry_after`` seconds may do."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class Pool:
    """Some threads, and a queue of those who wait for one."""

    def __init__(
        self, name: str, *, threads: int, queue: int, seconds: float, yields: bool = False
    ) -> None:
        """``queue``: how many may wait for a thread, each of them for ``seconds`` at most.

        What is worked on in a pool that ``yields`` gets the processor when nobody else
        wants it.
        """
        self._free = asyncio.Semaphore(threads)
        self._threads = ThreadPoolExecutor(
            threads, thread_name_prefix=name, initializer=_yield_to_others if yields else None
        )
        self._queue, self._seconds, self._waiting = queue, seconds, 0
        self.threads = threads

    async def run(self, job: Callable[[], Answer]) -> Answer:
        """What the job answers, once there is a thread for it. Raises `Full`."""
        await self._wait()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, job)
        finally:
            self._free.release()

    async def _wait(self) -> None:
        if self._free.locked() and self._waiting >= self._queue:
            raise Full(self._patience)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            raise Full(self._patience) from None
        finally:
            self._waiting -= 1

    @property
    def _patience(self) -> int:
        return max(1, round(self._seconds))


def _yield_to_others() -> None:
    # Linux counts niceness by thread, and those that argon2 starts inherit it.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


class Pools:
    """The pools of one process: together no more threads than there are database connections.

    ``waits``: whether a thread that asks the database waits for another process, as of
    PostgreSQL. SQLite answers in the thread itself: there more threads get nothing done
    sooner, since one at a time runs Python, and take it from each other at every statement.
    """

    def __init__(self, *, waits: bool = True) -> None:
        self.pages = Pool("pages", threads=6 if waits else 2, queue=2_000, seconds=10)
        self.newsroom = Pool("newsroom", threads=3 if waits else 2, queue=200, seconds=10)
        self.writing = Pool("writing", threads=2, queue=200, seconds=5)
        # Few: each that works takes its share of the processor from whoever reads or decides.
        # Patient: a thousand at once are all answered, if not at once, and nobody sends again.
        some = 2 if waits else 1
        self.receiving = Pool("receiving", threads=some, queue=1_000, seconds=30)
        self.passwords = Pool("passwords", threads=2, queue=24, seconds=5, yields=True)

    def pool_for(self, method: str, path: str) -> Pool:
        """Where a request is worked on, by what it may have to wait for."""
        first, *more = path.strip("/").split("/")
        if method in SAFE:
            return self.pages if first in PUBLIC else self.newsroom
        if first in PASSWORDS:
            return self.passwords
        sends = first in RECEIVING or (first == "articles" and more[1:] == ["corrections"])
        return self.receiving if sends else self.writing

    def threads(self) -> int:
        """How many requests are worked on at once, at most."""
        pools = (self.pages, self.newsroom, self.writing, self.receiving, self.passwords)
        return sum(pool.threads for pool in pools)
