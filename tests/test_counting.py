"""What is counted, where and for how long, in the memory of a process."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from corrections_app import counting
from corrections_app.counting import Counted, Memory, Passed
from corrections_app.extensions import counters

HOUR = 3_600.0


@pytest.fixture
def clock(monkeypatch):
    """The time, which a test puts forward."""
    shown = [1_000_000.0]
    monkeypatch.setattr(counting.time, "time", lambda: shown[0])
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
