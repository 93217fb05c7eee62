"""How long a program that does not answer is called: ten times in a day, ever more seldom."""

from __future__ import annotations

from datetime import timedelta

SINCE_FIRST = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""When a call is tried, from the first time on."""
MOST_TRIES = len(SINCE_FIRST)
LONGEST_ASKED = timedelta(hours=24)
"""The longest pause that a program may ask for."""
_JITTER = 0.1


def pause(tries: int, chance: float, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after so many tries (1 and up); None where that was the last.

    ``chance`` in [0, 1) makes it up to a tenth longer, so that what failed together does not
    all come back together; ``asked`` is what the program asked for (Retry-After), if it did.
    """
    if tries >= MOST_TRIES:
        return None
    wait = (SINCE_FIRST[tries] - SINCE_FIRST[tries - 1]) * (1 + _JITTER * chance)
    return max(wait, min(asked or timedelta(0), LONGEST_ASKED))
