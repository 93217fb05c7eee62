"""How accurate the newspaper is, in numbers: reads only, two queries however many rows.

Of decisions those count that a person made of one correction, that stand, and that
accepted or rejected it. Durations are in seconds, cut to what people say of them (whole
minutes, then quarters of an hour, then hours, then days), so that they can be counted rather
than listed; a median is the nearest rank.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from math import ceil
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, case, exists, func, select

from corrections_app.domain.lifecycle import ChangeClass, Status
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Decision, FoundElsewhere, Notice
from corrections_app.workflow.clock import seconds_of
from corrections_app.workflow.record.notices import public_at

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_STEPS = ((2 * _HOUR, _MINUTE), (2 * _DAY, 15 * _MINUTE), (60 * _DAY, _HOUR))
"""Below the first of each, durations are cut to whole ones of the second; beyond, to days."""

By = Literal["section", "author"]


@dataclass
class Tally:
    """What was counted of some decisions and of some published corrections."""

    accepted: int = 0
    rejected: int = 0
    published: int = 0
    waits: Counter[int] = field(default_factory=Counter)
    """From report to decision: how often each duration."""
    ages: Counter[int] = field(default_factory=Counter)
    """From an article's publication to its published correction."""

    @property
    def decisions(self) -> int:
        """Accepted and rejected together."""
        return self.accepted + self.rejected


@dataclass(frozen=True)
class Measures:
    """What is told of a group; None where too few were counted to say it."""

    published: int
    decisions: int | None = None
    accepted: int | None = None
    to_decision: int | None = None
    """The median in seconds."""
    to_correction: int | None = None


Tallies = Mapping[tuple[int, str | None], Tally]


def tallied(
    edges: Sequence[datetime], by: By, now: datetime, section: str | None = None
) -> Tallies:
    """Tallies for each stretch between two ``edges``, by its number, and each section or author."""
    found: dict[tuple[int, str | None], Tally] = defaultdict(Tally)
    for stretch, name, outcome, wait, count in db.session.execute(_decided(edges, by, section)):
        tally = found[stretch, name or None]
        tally.accepted += count if outcome == Status.ACCEPTED else 0
        tally.rejected += count if outcome == Status.REJECTED else 0
        tally.waits[wait] += count
    for stretch, name, age, count in db.session.execute(_published(edges, by, now, section)):
        tally = found[stretch, name or None]
        tally.published += count
        if age is not None and age >= 0:
            tally.ages[age] += count
    return found


def each(
    edges: Sequence[datetime], by: By, now: datetime, section: str | None = None
) -> list[tuple[str | None, Measures]]:
    """The measures of each section or author over the whole time, for colleagues.

    ``section`` takes its articles alone.
    """
    whole = [edges[0], edges[-1]]
    return [
        (name, measured(tally)) for (_, name), tally in tallied(whole, by, now, section).items()
    ]


def together(tallies: Iterable[Tally]) -> Tally:
    """One tally of several."""
    whole = Tally()
    for one in tallies:
        whole.accepted += one.accepted
        whole.rejected += one.rejected
        whole.published += one.published
        whole.waits.update(one.waits)
        whole.ages.update(one.ages)
    return whole


def measured(tally: Tally, least: int = 1) -> Measures:
    """What a tally comes to, of whatever at least so many were counted."""
    is_told = tally.decisions >= least or tally.decisions == 0
    return Measures(
        published=tally.published,
        decisions=tally.decisions if is_told else None,
        accepted=tally.accepted if is_told else None,
        to_decision=_median(tally.waits) if is_told else None,
        to_correction=_median(tally.ages) if tally.ages.total() >= least else None,
    )


def unsaid(tally: Tally) -> Measures:
    """What is told of a group of which nothing may be: what everybody can count in the log."""
    return Measures(tally.published)


def _decided(edges: Sequence[datetime], by: By, section: str | None) -> Select[Any]:
    rows = (
        select(
            _stretch(Decision.created_at, edges).label("stretch"),
            _name(by, Correction.section).label("name"),
            Decision.outcome,
            _cut(seconds_of(Decision.created_at) - seconds_of(Correction.created_at)).label("wait"),
        )
        .join(Correction, Correction.id == Decision.correction_id)
        .where(
            Decision.created_at >= edges[0],
            Decision.created_at < edges[-1],
            Decision.outcome.in_((Status.ACCEPTED, Status.REJECTED)),
            Decision.undone_at.is_(None),
            Decision.by_id.is_not(None),
            # Written so that no index of this column is taken instead of that of the days.
            func.coalesce(Decision.caused_by_id, 0) == 0,
            # What a colleague sent because the same words are elsewhere is no reader's report.
            ~exists().where(FoundElsewhere.correction_id == Correction.id),
        )
    )
    if by == "author":
        rows = rows.join(Article, Article.id == Correction.article_id)
    if section is not None:
        rows = rows.where(Correction.section == section)
    return _counted(rows)


def _published(
    edges: Sequence[datetime], by: By, now: datetime, section: str | None
) -> Select[Any]:
    rows = (
        select(
            _stretch(Notice.public_at, edges).label("stretch"),
            _name(by, Notice.section).label("name"),
            _cut(seconds_of(Notice.created_at) - seconds_of(Article.published_at)).label("age"),
        )
        .join(Article, Article.id == Notice.article_id)
        .where(
            Notice.public_at >= edges[0],
            Notice.public_at < edges[-1],
            public_at(now),
            Notice.withdrawn_at.is_(None),
            Notice.change_class == ChangeClass.CORRECTION,
        )
    )
    if section is not None:
        rows = rows.where(Notice.section == section)
    return _counted(rows)


def _counted(rows: Select[Any]) -> Select[Any]:
    """How often each row stands there: a sum per duration is small, whatever was counted."""
    one = rows.subquery()
    return select(*one.c, func.count()).group_by(*one.c)


def _name(by: By, section: Any) -> Any:
    return Article.byline if by == "author" else section


def _stretch(column: Any, edges: Sequence[datetime]) -> ColumnElement[int]:
    """The number of the stretch that a moment lies in."""
    whens = [(column < end, number) for number, (_, end) in enumerate(pairwise(edges))]
    return case(*whens, else_=len(whens))


def _cut(seconds: ColumnElement[int]) -> ColumnElement[int]:
    whens = [(seconds < below, seconds - seconds % step) for below, step in _STEPS]
    return case(*whens, else_=seconds - seconds % _DAY)


def _median(counted: Counter[int]) -> int | None:
    rank = ceil(counted.total() / 2)
    for value in sorted(counted):
        rank -= counted[value]
        if rank <= 0:
            return value
    return None
