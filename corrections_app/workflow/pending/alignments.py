"""Alignments of two revisions, made once and kept: revisions never change.

Whoever reads an old page, or sends something from it, makes the program compare two
whole texts. Strangers decide how often, so what was compared is kept for the next one,
and for strangers one comparison is made at a time (`for_strangers`).
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import BoundedSemaphore, Lock

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.errors import TooMany

ROOM = 32_000_000
"""Bytes of alignments that a process keeps; the ones asked for longest ago go first."""
PATIENCE = 2.0
"""Seconds that a stranger waits for another's comparison."""
COME_AGAIN = 5
_PIECE = 250  # bytes of a piece and of its entries in the alignment's rows

Key = tuple[int, int, int]
"""The article, and the numbers of the revisions from and to which it leads."""

_limited: ContextVar[bool] = ContextVar("alignments_are_for_strangers", default=False)
_turn = BoundedSemaphore(1)


class Kept:
    """The alignments asked for last, in no more than ``room`` bytes."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self.taken = 0
        self._known: OrderedDict[Key, Alignment] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: Key, old: str, new: str) -> Alignment | None:
        """The alignment of these very texts, if it is kept."""
        with self._lock:
            found = self._known.get(key)
            # After a restored backup the same numbers may stand for other texts.
            if found is None or (found.old, found.new) != (old, new):
                return None
            self._known.move_to_end(key)
            return found

    def keep(self, key: Key, made: Alignment) -> None:
        """Keep one more, and let go of as many as there is no room for."""
        with self._lock:
            if (before := self._known.pop(key, None)) is not None:
                self.taken -= size(before)
            self._known[key] = made
            self.taken += size(made)
            while self.taken > self.room:
                self.taken -= size(self._known.popitem(last=False)[1])


_kept = Kept()


def between(article_id: int, before: int, after: int, old: str, new: str) -> Alignment:
    """The alignment from one revision's text to another's. Raises `TooMany` for strangers."""
    key = (article_id, before, after)
    if (known := _kept.get(key, old, new)) is not None:
        return known
    if not _limited.get():
        return _made(key, old, new)
    with one_at_a_time():
        return _kept.get(key, old, new) or _made(key, old, new)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """A stranger's turn to compare texts in this process. Raises `TooMany` where it never comes."""
    if not _turn.acquire(timeout=PATIENCE):
        sentence = "Many people are comparing old pages at this moment. Try again in a few seconds."
        raise TooMany(sentence, retry_after=COME_AGAIN)
    try:
        yield
    finally:
        _turn.release()


@contextmanager
def for_strangers() -> Iterator[None]:
    """What is compared within is asked for by anybody: one at a time, or refused."""
    before = _limited.set(True)
    try:
        yield
    finally:
        _limited.reset(before)


def size(alignment: Alignment) -> int:
    """Roughly the bytes that an alignment holds, its two texts included."""
    texts = sys.getsizeof(alignment.old) + sys.getsizeof(alignment.new)
    return texts + _PIECE * alignment.pieces


def _made(key: Key, old: str, new: str) -> Alignment:
    made = Alignment(old, new)
    _kept.keep(key, made)
    return made
