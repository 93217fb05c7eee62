"""A lock on a file, for which one waits in the order one came, but not without end."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

try:
    import fcntl
except ImportError:  # Windows: SQLite's own busy timeout must do
    fcntl = None  # type: ignore[assignment]

MOST_WAITING = 64
"""Threads of one process that may stand in the kernel's queue, given up or not."""
_places = threading.BoundedSemaphore(MOST_WAITING)


class TooLong(Exception):
    """The turn did not come within the time."""


@contextmanager
def turn(path: str, seconds: float) -> Iterator[None]:
    """Hold the lock on the file at ``path`` for this block. Raises `TooLong`."""
    if fcntl is None:
        yield
        return
    handle = _taken(path, seconds)
    try:
        yield
    finally:
        os.close(handle)


def _taken(path: str, seconds: float) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        until = time.monotonic() + seconds
        if not _places.acquire(timeout=seconds):
            os.close(handle)
            raise TooLong from None
        return _Waiting(handle).handle_within(max(0.0, until - time.monotonic()))
    except BaseException:
        os.close(handle)
        raise
    return handle


class _Waiting:
    """One wait in the kernel's queue, which has no end of its own: so a thread waits there.

    Polling instead would starve whoever polls at the wrong moments. A thread whose
    asker has gone lets go of the lock as soon as it has it. A lock that is never let go
    would gather such threads without end, hence `MOST_WAITING`.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._mutex = threading.Lock()
        self._granted = threading.Event()
        self._given_up = False
        threading.Thread(target=self._wait, name="turn", daemon=True).start()

    def handle_within(self, seconds: float) -> int:
        """The file, locked. Raises `TooLong`."""
        if self._granted.wait(seconds):
            return self._handle
        with self._mutex:
            if self._granted.is_set():
                return self._handle
            self._given_up = True
        raise TooLong

    def _wait(self) -> None:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        finally:
            _places.release()
        with self._mutex:
            if self._given_up:
                os.close(self._handle)
            else:
                self._granted.set()
