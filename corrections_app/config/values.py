"""The kinds of values a setting may have: each parser takes a text or says what it must be.

Every parser raises ValueError, whose message ends the sentence "it must be …".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from limits import parse_many

from corrections_app import language

SHORTEST_SECRET = 16  # characters

# When a browser was last seen is known to the minute.
SHORTEST_SESSION = timedelta(minutes=5)

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def text(value: str) -> str:
    """Any text at all, empty too."""
    return value


def line(value: str) -> str:
    """Words on one line."""
    if not value.strip() or not value.isprintable():
        raise ValueError("one line of text")
    return value.strip()


def secret(value: str) -> str:
    """Something too long to be guessed."""
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"{SHORTEST_SECRET} characters or more, as random as can be")
    return value


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number within two bounds, both allowed."""

    def parse(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return number

    return parse


def span(low: timedelta, high: timedelta) -> Callable[[str], timedelta]:
    """A length of time with its unit: 45m, 12h, 14d."""

    def parse(value: str) -> timedelta:
        found = re.fullmatch(r"([0-9]{1,6}) ?([mhd])", value)
        length = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None
        if length is None or not low <= length <= high:
            raise ValueError(
                f"minutes, hours or days such as 45m, 12h or 14d, from {in_units(low)} to "
                f"{in_units(high)}"
            )
        return length

    return parse


def in_units(length: timedelta) -> str:
    """As `span` reads it, in the largest unit that is whole."""
    minutes = int(length.total_seconds()) // 60
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def choice(*values: str) -> Callable[[str], str]:
    """One of a few words."""

    def parse(value: str) -> str:
        if value not in values:
            raise ValueError(" or ".join(values))
        return value

    return parse


def languages(value: str) -> tuple[str, ...]:
    """Languages of the interface, the newsroom's own first."""
    named = tuple(tag.strip().lower() for tag in value.split(",") if tag.strip())
    known = language.installed()
    if not named or not set(named) <= set(known):
        raise ValueError(f"some of {', '.join(known)}, with commas between, your own first")
    return tuple(dict.fromkeys(named))


def zone(value: str) -> str:
    """A time zone that this machine knows by name."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("a time zone such as Europe/Kyiv") from error
    return value


def limits(value: str) -> str:
    """Rates, or off for none."""
    return value if value == "off" else rates(value, "rates such as 30/hour;100/day, or off")


def rates(value: str, wanted: str = "rates such as 30/hour;100/day") -> str:
    """How much may come in which time, as the library `limits` reads it."""
    try:
        if any(limit.amount < 1 for limit in parse_many(value)):
            raise ValueError("none at all")
    except ValueError as error:
        raise ValueError(wanted) from error
    return value


def database(value: str) -> str:
    """The address of a database, with the driver that SQLAlchemy needs for it."""
    scheme = value.partition(":")[0].partition("+")[0]
    if scheme not in ("sqlite", "postgresql", "postgres") or "://" not in value:
        raise ValueError("sqlite:///file or postgresql://user:password@host/name")
    bare = value.partition("://")[2]
    return value if scheme == "sqlite" else f"postgresql+psycopg://{bare}"
