"""What is counted, where and for how long, in the memory of a process."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import ClassVar

import pytest
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from corrections_app import counting
from corrections_app.counting import Counted, Memory, Passed, Store
from corrections_app.extensions import counters

HOUR = 3_600.0


class Clock(list):
    """Seconds that passed, which a test puts forward; the clock on the wall may be off."""

    wall = 0.0


@pytest.fixture
def clock(monkeypatch):
    """The time, as the test has it."""
    shown = Clock([1_000_000.0])
    told = SimpleNamespace(time=lambda: shown[0] + shown.wall, monotonic=lambda: shown[0])
    monkeypatch.setattr(counting, "time", told)
    return shown


@pytest.fixture
def counted(make_app):
    """Counters that count."""
    app = make_app(LIMITS="30/hour")
    with app.app_context():
        counters.store.reset()
        yield counters


def times(counted, one, tries):
    """Of so many tries the first that was refused, from 1; None where none was."""
    for number in range(1, tries + 1):
        try:
            counted.take(one)
        except Passed:
            return number
    return None


def test_so_often_and_no_more_until_its_window_is_over(counted, clock):
    one = Counted("3/minute", "try", "somebody")

    assert times(counted, one, 10) == 4
    clock[0] += 59.5
    with pytest.raises(Passed) as passed:
        counted.take(one)
    assert (passed.value.scope, passed.value.seconds) == ("try", 1)
    clock[0] += 1
    assert times(counted, one, 3) is None


@pytest.mark.parametrize("other", [("try", "somebody else"), ("search", "somebody")])
def test_each_name_and_each_act_is_counted_by_itself(counted, other):
    assert times(counted, Counted("2/hour", "try", "somebody"), 3) == 3
    assert times(counted, Counted("2/hour", *other), 2) is None


def test_of_two_rates_the_shorter_is_passed_first_and_the_longer_holds(counted, clock):
    one = Counted("5/hour;2/minute", "try", "somebody")

    assert times(counted, one, 9) == 3
    clock[0] += 61
    assert times(counted, one, 9) == 3
    clock[0] += 61
    assert times(counted, one, 9) == 2
    with pytest.raises(Passed) as passed:
        counted.look(one)
    assert passed.value.seconds > 3_000


def test_the_shorter_of_two_windows_is_the_one_that_ends_first(counted, clock):
    """Whoever it refuses has used up nothing of the longer one, whatever their units are."""
    one = Counted("3/90 minutes;2/hour", "try", "somebody")

    assert times(counted, one, 2) is None
    for _ in range(5):
        with pytest.raises(Passed):
            counted.take(one)
    clock[0] += 61 * 60
    assert times(counted, one, 9) == 2


def test_looking_takes_nothing_of_any_of_them(counted):
    many, few = Counted("9/hour", "a", "x"), Counted("1/hour", "b", "x")
    for _ in range(20):
        counted.look(many, few)

    counted.take(many, few)
    with pytest.raises(Passed):
        counted.look(many, few)

    assert times(counted, many, 9) == 9


def test_nothing_is_counted_where_limits_are_off(make_app):
    with make_app(LIMITS="off").app_context():
        assert times(counters, Counted("1/hour", "try", "somebody"), 5) is None
        assert counters.store.names == []


def test_what_is_over_is_forgotten_and_no_thread_looks_for_it(clock):
    memory, threads = Memory(), threading.active_count()
    for number in range(5_000):
        memory.incr(f"{number}", HOUR if number % 2 else 2 * HOUR)
    clock[0] += HOUR

    assert memory.get("1") == 0
    assert memory.get("2") == 1
    memory.incr("another", HOUR)

    assert len(memory.windows) == 2_501
    assert len(memory._ends) == 2_501
    assert threading.active_count() == threads


def test_a_name_that_begins_anew_ends_with_its_window(clock):
    memory = Memory()
    memory.incr("one", HOUR)
    memory.clear("one")
    clock[0] += HOUR / 2

    assert memory.incr("one", HOUR) == 1
    assert memory.get_expiry("one") == 1_000_000 + HOUR
    clock[0] += HOUR / 2
    assert memory.incr("one", HOUR) == 1
    assert memory.get_expiry("one") == 1_000_000 + 2 * HOUR


def test_threads_lose_none_of_what_they_count(monkeypatch):
    memory, switching = Memory(), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: memory.incr("one", HOUR), range(4_000)))
    finally:
        sys.setswitchinterval(switching)

    assert memory.get("one") == 4_000


class Broken(Memory):
    """What fails as it is told to, and counts where it is not."""

    STORAGE_SCHEME: ClassVar = ["broken"]
    base_exceptions = (ConnectionError,)
    fails: ClassVar[dict[str, Exception]] = {}

    def __init__(self, _url, **_options):
        super().__init__()

    def incr(self, key, expiry, amount=1):
        """Raises what is wished for."""
        if "incr" in self.fails:
            raise self.fails["incr"]
        return super().incr(key, expiry, amount)


@pytest.fixture
def broken(monkeypatch):
    """What is wished of the counter that all processes share."""
    wished: dict[str, Exception] = {}
    monkeypatch.setattr(Broken, "fails", wished)
    return wished


@pytest.mark.parametrize(
    "error", [ConnectionError("lost"), OSError("no"), UnicodeError("idna"), ValueError("b'abc'")]
)
def test_whatever_is_wrong_with_what_counts_for_all_this_process_counts(clock, broken, error):
    store, item = Store("broken://"), parse("2/hour")
    broken["incr"] = error

    assert [store.ask(FixedWindowRateLimiter.hit, item, "x") for _ in range(3)] == [
        True,
        True,
        False,
    ]


def test_one_outage_is_one_however_many_threads_run_into_it(clock, broken, caplog):
    """As where eight wait for a frozen Redis: it is asked again after one second, not after 32."""
    store, together = Store("broken://"), threading.Barrier(8)
    broken["incr"] = ConnectionError("lost")

    def lost(counter):
        if counter is not store._here:
            together.wait(10)
        return counter.storage.incr("x", HOUR)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: store.ask(lost), range(8)))
    broken.clear()
    clock[0] += 1.5

    assert caplog.text.count("for itself") == 1
    assert store.ask(lambda counter: counter.storage.get("x")) == 0


def test_what_can_be_read_but_not_written_is_not_back(clock, broken, caplog):
    """As a Redis that is full, or a replica of another: it is asked ever more seldom."""
    store, item = Store("broken://"), parse("30/hour")
    broken["incr"] = ConnectionError("full")

    for _ in range(60):
        store.ask(FixedWindowRateLimiter.test, item, "x")
        store.ask(FixedWindowRateLimiter.hit, item, "x")
        clock[0] += 1

    assert caplog.text.count("for itself") == 6


def test_a_clock_that_is_set_holds_nobody_longer_and_forgives_nobody(counted, clock):
    one = Counted("3/hour", "try", "somebody")
    assert times(counted, one, 4) == 4

    clock.wall += 86_400
    with pytest.raises(Passed) as passed:
        counted.look(one)
    assert passed.value.seconds == HOUR
    clock.wall -= 2 * 86_400
    clock[0] += HOUR
    counted.look(one)
