"""How long a letter waits before it is tried again, and when it is given up.

RFC 5321, section 4.5.4.1: waits of half an hour and more, and giving up after
four to five days. The first wait is shorter, because greylisting ends sooner.
"""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST = timedelta(minutes=5)
LONGEST = timedelta(hours=4)
PATIENCE = timedelta(days=4)


def wait(attempts: int, chance: float) -> timedelta:
    """The pause after so many attempts (1 and up), doubled each time up to `LONGEST`.

    ``chance`` in [0, 1) moves it by up to a quarter either way, so that letters
    refused together do not all come back together.
    """
    doublings = min(max(attempts, 1) - 1, 16)
    doubled = min(FIRST * (1 << doublings), LONGEST)
    return doubled * (0.75 + chance / 2)


def is_hopeless(first_attempt: datetime, now: datetime) -> bool:
    """Whether a letter was tried for so long that trying again is no use."""
    return now - first_attempt >= PATIENCE
