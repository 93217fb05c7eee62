"""The accuracy page: whole quarters, each for itself, and of no group so small that it is people.

A quarter is told once it is over and has `MOST_HIDDEN` decisions and one more. Quarters do not
overlap, so that none can be subtracted from another; within one, `small_groups.told` says
which months and sections are told beside the whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from corrections_app.domain.errors import Invalid, NotFound, NotPermitted
from corrections_app.domain.roles import Ability
from corrections_app.domain.small_groups import LEAST, told
from corrections_app.models import User
from corrections_app.workflow import audit, dates, settings
from corrections_app.workflow.record.measures import (
    Measures,
    Tally,
    measured,
    tallied,
    together,
    unsaid,
)
from corrections_app.workflow.transaction import Act, write

MOST_HIDDEN = 50
"""Of a quarter with so many decisions nothing is told yet."""
QUARTERS = 8
"""So many of the last ones may be asked for."""
MONTHS = 3
_SETTING = "accuracy_is_public"
_NAME = re.compile(r"(2\d{3})-q([1-4])")


class Quarter(NamedTuple):
    """Three months of a year, in the newsroom's time zone; ``number`` from 1."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """As addresses have it: ``2026-q3``."""
        return f"{self.year}-q{self.number}"

    @property
    def months(self) -> list[date]:
        """The first day of each of its months."""
        first = MONTHS * (self.number - 1) + 1
        return [date(self.year, first + step, 1) for step in range(MONTHS)]

    def before(self) -> Quarter:
        """The one before."""
        return (
            Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)
        )

    def after(self) -> Quarter:
        """The one after."""
        return (
            Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)
        )


@dataclass(frozen=True)
class Part:
    """A month (its first day) or a section (None for articles that have none), and its measures."""

    name: date | str | None
    measures: Measures
    is_hidden: bool


@dataclass(frozen=True)
class Accuracy:
    """What is told of one quarter."""

    quarter: Quarter
    whole: Measures
    by_month: Sequence[Part]
    by_section: Sequence[Part]


def is_public() -> bool:
    """Whether an editor has turned the page on."""
    return bool(settings.chosen(_SETTING, False))


def show_to_readers(on: bool, act: Act) -> bool:
    """Turn the page on or off. Raises `NotPermitted`, `BadKey`."""
    request = act.once({"accuracy_is_public": on})
    with write() as session:
        if request.answered(session) is not None:
            return on
        user = session.get(User, act.by.id, populate_existing=True)
        if user is None or not user.may(Ability.PUBLISH_ACCURACY):
            raise NotPermitted("Only an editor may show these figures to readers.")
        settings.choose(session, _SETTING, on, act)
        action = "publish_accuracy" if on else "hide_accuracy"
        audit.record(session, action, by_id=act.by.id, now=act.now)
        request.keep(session, {"on": on}, act.now)
    return on


def last_quarters(now: datetime) -> list[Quarter]:
    """The quarters that are over and may be asked for, newest first."""
    today = now.astimezone(dates.zone()).date()
    quarter = Quarter(today.year, (today.month - 1) // MONTHS + 1)
    found = []
    for _ in range(QUARTERS):
        quarter = quarter.before()
        found.append(quarter)
    return found


def asked(name: str | None, now: datetime) -> Quarter:
    """The quarter that somebody names, by default the last. Raises `Invalid` and `NotFound`."""
    quarters = last_quarters(now)
    if not name:
        return quarters[0]
    parts = _NAME.fullmatch(name)
    if parts is None:
        raise Invalid("Name a quarter as 2026-q3.")
    quarter = Quarter(int(parts[1]), int(parts[2]))
    if quarter not in quarters:
        raise NotFound("There are no figures of that quarter.")
    return quarter


def of(quarter: Quarter, now: datetime) -> Accuracy | None:
    """What may be told of a quarter; None where it has too few decisions."""
    tallies = tallied(_edges(quarter), "section", now)
    whole = together(tallies.values())
    if whole.decisions <= MOST_HIDDEN:
        return None
    months = {
        month: together(tally for (nth, _), tally in tallies.items() if nth == number)
        for number, month in enumerate(quarter.months)
    }
    names = sorted({name for _, name in tallies}, key=lambda name: (name is None, name or ""))
    sections = {
        name: together(tally for (_, of), tally in tallies.items() if of == name) for name in names
    }
    return Accuracy(quarter, measured(whole, LEAST), _parts(months), _parts(sections))


def _parts(groups: Mapping[Any, Tally]) -> list[Part]:
    shown = told({name: tally.decisions for name, tally in groups.items()})
    return [
        Part(name, measured(tally, LEAST) if name in shown else unsaid(tally), name not in shown)
        for name, tally in groups.items()
    ]


def _edges(quarter: Quarter) -> list[datetime]:
    firsts = [*quarter.months, quarter.after().months[0]]
    return [datetime.combine(first, time(), dates.zone()) for first in firsts]
