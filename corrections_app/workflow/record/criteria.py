"""Which notices somebody asks to see: read from an address, turned into conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid
from corrections_app.domain.lifecycle import TOLD_CLASSES
from corrections_app.domain.text import search_words
from corrections_app.models import Notice
from corrections_app.workflow import searching
from corrections_app.workflow.record.notices import public_at

_MONTH = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"[12][0-9]{3}")


@dataclass(frozen=True)
class Criteria:
    """Which notices are asked for, as it stands in the address; empty is every one.

    ``year`` and ``month`` are of the newsroom's time zone; no month is the whole year.
    """

    year: int = 0
    month: int = 0
    change_class: str = ""
    section: str = ""
    words: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self != Criteria()

    def as_args(self, **other: str) -> dict[str, str]:
        """The same for an address: what `parse` makes these criteria of; ``other`` comes instead.

        An empty value takes a criterion out.
        """
        span = f"{self.year:04}-{self.month:02}" if self.month else ""
        args = {"month": span, "year": str(self.year) if self.year and not self.month else ""}
        args |= {"class": self.change_class, "section": self.section, "q": self.words} | other
        return {name: value for name, value in args.items() if value}


def parse(given: Mapping[str, str]) -> Criteria:
    """The criteria in an address; other parameters are left alone.

    Raises `Invalid`, which names each one at fault.
    """
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, read in _READERS.items():
        value = given.get(name, "").strip()
        try:
            found |= read(value) if value else {}
        except ValueError as error:
            faults[name] = str(error)
    if faults:
        raise Invalid(next(iter(faults.values())), fields=faults)
    return Criteria(**found)


def conditions(criteria: Criteria, zone: ZoneInfo, now: datetime) -> list[ColumnElement[bool]]:
    """What the notices asked for have in common."""
    made = []
    if criteria.year:
        begin, end = span(criteria.year, criteria.month, zone)
        # One bound above, and that the nearest: else SQLite walks there from the newest.
        now = min(now, end)
        made += [Notice.public_at >= begin, Notice.public_at < end]
    column = _past_the_index if criteria.words else lambda one: one
    if criteria.change_class:
        made.append(column(Notice.change_class) == criteria.change_class)
    if criteria.section:
        made.append(column(Notice.section) == criteria.section)
    if criteria.words:
        asked = search_words.asked(criteria.words)
        # Nobody finds by its words what may not be read.
        made += [searching.with_words("notices", asked), Notice.withheld_at.is_(None)]
    return [public_at(now), *made]


def _past_the_index(column: Any) -> Any:
    """The column as no index has it: its words lead to a notice, and are not asked of each one.

    SQLite would walk a section and look every notice of it up among all that have the words.
    """
    return func.coalesce(column, "")


def span(year: int, month: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a month begins and ends in a time zone, or with month 0 the whole year."""
    first, last = (month, month) if month else (1, 12)
    begin = datetime(year, first, 1, tzinfo=zone)
    end = datetime(year + last // 12, last % 12 + 1, 1, tzinfo=zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


def _month(value: str) -> dict[str, Any]:
    if not (known := _MONTH.fullmatch(value)):
        raise ValueError("Write a month as 2026-11.")
    return {"year": int(known[1]), "month": int(known[2])}


def _year(value: str) -> dict[str, Any]:
    if not _YEAR.fullmatch(value):
        raise ValueError("Write a year as 2026.")
    return {"year": int(value)}


def _class(value: str) -> dict[str, Any]:
    if value not in TOLD_CLASSES:
        raise ValueError("There is no such kind of notice.")
    return {"change_class": value}


def _section(value: str) -> dict[str, Any]:
    if len(value) > limits.NAME:
        raise ValueError("There is no such section.")
    return {"section": value}


def _words(value: str) -> dict[str, Any]:
    if len(value) > limits.NOTE or not search_words.asked(value):
        raise ValueError("Write a word to look for: letters or digits.")
    return {"words": value}


_READERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "year": _year,
    "month": _month,
    "class": _class,
    "section": _section,
    "q": _words,
}
NAMES = tuple(_READERS)
"""The parameters of an address that are criteria."""
