"""Rooms to work in: what waits in one of them never keeps the others waiting.

A request that waits for the writer's turn, for a password's hash or for a
frozen neighbour holds one of the places of its own room, and those behind it
stand in a line that is not endless. Articles have a room that none of that enters.
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

PUBLIC = frozenset({"", "articles", "static", "receipts", "letters", "healthz", "favicon.ico"})
"""First parts of the addresses that readers open."""
PASSWORDS = frozenset({"sign-in", "account"})
"""First parts of the addresses to which passwords are sent: each costs a tenth of a second."""


NICENESS = 10  # setpriority(2)


class Full(Exception):
    """No place came free in time; ``retry_after`` seconds may do."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class Room:
    """Some places to work at, each with a thread, and a line before them."""

    def __init__(
        self, name: str, *, places: int, line: int, seconds: float, yields: bool = False
    ) -> None:
        """``line``: how many may wait for a place, each of them for ``seconds`` at most.

        What is worked on in a room that ``yields`` gets the processor when nobody else
        wants it.
        """
        self._free = asyncio.Semaphore(places)
        self._threads = ThreadPoolExecutor(
            places, thread_name_prefix=name, initializer=_yield_to_others if yields else None
        )
        self._line, self._seconds, self._waiting = line, seconds, 0
        self.places = places

    async def work(self, job: Callable[[], Answer]) -> Answer:
        """What the job answers, once there is a place for it. Raises `Full`."""
        await self._enter()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, job)
        finally:
            self._free.release()

    async def _enter(self) -> None:
        if self._free.locked() and self._waiting >= self._line:
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


class Rooms:
    """The rooms of one process; together they have no more places than the database connections."""

    def __init__(self) -> None:
        self.pages = Room("pages", places=6, line=2_000, seconds=10)
        self.desk = Room("desk", places=3, line=200, seconds=10)
        self.writing = Room("writing", places=4, line=1_000, seconds=5)
        self.passwords = Room("passwords", places=2, line=24, seconds=5, yields=True)

    def room_for(self, method: str, path: str) -> Room:
        """Where a request is worked on, by what it may have to wait for."""
        first = path.lstrip("/").partition("/")[0]
        if method in SAFE:
            return self.pages if first in PUBLIC else self.desk
        return self.passwords if first in PASSWORDS else self.writing

    def places(self) -> int:
        """How many requests are worked on at once, at most."""
        return sum(r.places for r in (self.pages, self.desk, self.writing, self.passwords))
