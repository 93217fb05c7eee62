"""How often something was done lately: counted in memory, or in Redis by all processes together.

The windows are fixed ones, of the ``limits`` library. While Redis is away each process counts for
itself, and asks for it again after 1, 2, 4… seconds.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from heapq import heappop, heappush
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar, cast

from flask import Flask, current_app
from limits import RateLimitItem, parse_many
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

log = logging.getLogger(__name__)

REDIS_SECONDS = 0.25
"""How long Redis is waited for, once: a request must not stand behind one that is frozen."""
MOST_SECONDS_AWAY = 32
_Answer = TypeVar("_Answer")


class Counted(NamedTuple):
    """Something that may be done so often: ``rates`` ("120/minute;2000/hour") under one name.

    ``scope`` is what is done, ``name`` who does it; it holds nobody's address.
    """

    rates: str
    scope: str
    name: str


class Passed(Exception):
    """Something was done as often as it may be. ``seconds`` are left until it counts anew."""

    def __init__(self, scope: str, seconds: int) -> None:
        super().__init__(scope)
        self.scope, self.seconds = scope, seconds


class Counters:
    """The counters of an application, none of which counts anything where ``LIMITS`` is off."""

    def init_app(self, app: Flask) -> None:
        """Begin to count. Raises `limits.errors.ConfigurationError` for an address of no Redis."""
        app.extensions["counters"] = Store(app.config["REDIS_URL"] or "")

    @property
    def store(self) -> Store:
        """Where the application at hand counts."""
        store: Store = current_app.extensions["counters"]
        return store

    def look(self, *these: Counted) -> None:
        """Whether each of them may be done once more; nothing is counted. Raises `Passed`."""
        self._each(FixedWindowRateLimiter.test, these)

    def take(self, *these: Counted) -> None:
        """Count each of them, up to the first that may not be done again. Raises `Passed`."""
        self._each(FixedWindowRateLimiter.hit, these)

    def _each(self, may: Callable[..., bool], these: tuple[Counted, ...]) -> None:
        if current_app.config["LIMITS"] == "off":
            return
        ask = self.store.ask
        each = [(item, one.name, one.scope) for one in these for item in _items(one.rates)]
        if all(ask(may, *what) for what in each):
            return
        # Of all that were passed the one that lasts: nobody is to come again too early.
        passed = [what for what in each if not ask(FixedWindowRateLimiter.test, *what)]
        waits = [(what[2], ask(_left, *what)) for what in passed]
        raise Passed(*max(waits, key=itemgetter(1), default=(these[0].scope, 1)))


def _left(counter: FixedWindowRateLimiter, item: RateLimitItem, *names: str) -> int:
    """Seconds until it counts anew, at least one."""
    return max(1, math.ceil(counter.get_window_stats(item, *names).reset_time - time.time()))


@lru_cache(64)
def _items(rates: str) -> tuple[RateLimitItem, ...]:
    """What rates mean, the shortest window first: parsed once, since every request has some."""
    return tuple(sorted(parse_many(rates), key=RateLimitItem.get_expiry))


class Store:
    """Where is counted: in a Redis that may go and come back, or in the memory of the process."""

    def __init__(self, url: str) -> None:
        self._here = FixedWindowRateLimiter(Memory())
        self._there = _counter(url) if url else None
        self._away_until = 0.0
        self._pause = 1
        self._lock = threading.Lock()

    @property
    def names(self) -> list[str]:
        """What is counted in memory, by its names."""
        return list(cast(Memory, self._here.storage).windows)

    def answers(self) -> bool:
        """Whether the Redis that is asked for answers."""
        return self._there is not None and self._there.storage.check()

    def reset(self) -> None:
        """Begin anew with what is counted in memory."""
        self._here.storage.reset()

    def ask(self, what: Callable[..., _Answer], *given: object) -> _Answer:
        """What the counter in charge says."""
        known = self._away_until
        if self._there is None or time.monotonic() < known:
            return what(self._here, *given)
        try:
            answer = what(self._there, *given)
        # Also what no Redis says: of its address, of the network, of what stands under a name.
        # A fault of ours is one here too.
        except Exception as error:
            self._is_away(known, error)
            return what(self._here, *given)
        # One that is full, or a replica of another, can still be read.
        if what is FixedWindowRateLimiter.hit:
            self._is_back(known)
        return answer

    def _is_away(self, known: float, error: Exception) -> None:
        with self._lock:
            if self._away_until != known:
                return  # another thread said so while this one waited
            self._away_until, pause = time.monotonic() + self._pause, self._pause
            self._pause = min(2 * pause, MOST_SECONDS_AWAY)
        said = "Redis cannot count (%s): for %s s this process counts for itself."
        log.warning(said, type(error).__name__, pause)

    def _is_back(self, known: float) -> None:
        if self._pause == 1:
            return
        with self._lock:
            if self._away_until != known:
                return  # lost again meanwhile
            self._pause = 1
        log.info("Redis counts again: for all processes together.")


class Memory(Storage):
    """Counts in the memory of this process; a window that is over goes when another one counts.

    The library's own looks through all of them a hundred times a second, by a thread: of the names
    that a crowd leaves behind that is more work than all it sends.
    """

    STORAGE_SCHEME = None
    base_exceptions = ()

    def __init__(self) -> None:
        super().__init__()
        self.windows: dict[str, tuple[int, float]] = {}
        """Under each name how often, and when its window ends, by a clock that nobody sets."""
        self._ends: list[tuple[float, str]] = []
        self._lock = threading.Lock()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """So often more, in the window that is open or begins now; how often that is in all."""
        now = time.monotonic()
        with self._lock:
            self._forget(now)
            count, end = self.windows.get(key, (0, now + expiry))
            if not count:
                heappush(self._ends, (end, key))
            self.windows[key] = count + amount, end
            return count + amount

    def _forget(self, now: float) -> None:
        while self._ends and self._ends[0][0] <= now:
            _, key = heappop(self._ends)
            self.windows.pop(key, None)

    def get(self, key: str) -> int:
        """How often in the window that is open."""
        count, end = self.windows.get(key, (0, 0.0))
        return count if end > time.monotonic() else 0

    def get_expiry(self, key: str) -> float:
        """When its window ends, in seconds since 1970; now where none is open."""
        now = time.monotonic()
        return time.time() + self.windows.get(key, (0, now))[1] - now

    def check(self) -> bool:
        """It is always there."""
        return True

    def reset(self) -> int:
        """Forget all of it; how many names that were."""
        with self._lock:
            many = len(self.windows)
            self.windows.clear()
            self._ends.clear()
        return many

    def clear(self, key: str) -> None:
        """Begin anew with one name, in the window that is open."""
        with self._lock:
            if key in self.windows:
                self.windows[key] = 0, self.windows[key][1]


def _counter(url: str) -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(cast(Storage, storage_from_string(url, **_options(url))))


def _options(url: str) -> dict[str, Any]:
    """A Redis that is frozen costs a moment once; then each process counts for itself."""
    if not url.startswith(("redis://", "rediss://", "redis+unix://", "unix://")):
        return {}
    try:
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError:  # said by the library, with the remedy
        return {}
    seconds = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
    return seconds | {"retry": Retry(NoBackoff(), 0)}
