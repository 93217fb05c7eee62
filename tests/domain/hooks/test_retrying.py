"""How long a program that does not answer is called."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corrections_app.domain.hooks.retrying import MOST_TRIES, SINCE_FIRST, pause

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_call_is_tried_ten_times_in_a_day():
    waits = [pause(tries, 0.0) for tries in range(1, MOST_TRIES)]

    assert [sum(waits[:n], timedelta(0)) for n in range(len(waits) + 1)] == list(SINCE_FIRST)
    assert sum(waits, timedelta(0)) == DAY
    assert pause(MOST_TRIES, 0.0) is None
    assert pause(MOST_TRIES + 1, 0.0, HOUR) is None


@pytest.mark.parametrize(
    ("tries", "chance", "asked", "wait"),
    [
        (1, 0.0, None, timedelta(seconds=5)),
        (1, 0.5, None, timedelta(seconds=5.25)),
        (1, 0.0, HOUR, HOUR),
        (1, 0.0, timedelta(seconds=1), timedelta(seconds=5)),
        (3, 0.0, timedelta(days=300), DAY),
        (4, 0.0, timedelta(0), timedelta(minutes=90)),
    ],
)
def test_a_program_may_ask_for_a_longer_pause_but_for_no_shorter_one(tries, chance, asked, wait):
    assert pause(tries, chance, asked) == wait
