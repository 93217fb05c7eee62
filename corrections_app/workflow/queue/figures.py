"""What leads want to know of the queue: how much, how old, how fast, with what outcome.

Reads only, in as many queries for a million corrections as for ten: each walks
an index over a stretch of days. Days are those of the newsroom's time zone, ages
are in whole seconds, and a percentile is the nearest rank (the smallest value
that at least so many per cent do not exceed).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, exists, func, select, true

from corrections_app.domain.lifecycle import LetterState, Status
from corrections_app.extensions import db
from corrections_app.models import BulkItem, Conflict, Correction, Decision, Letter, Owed
from corrections_app.workflow import dates
from corrections_app.workflow.clock import seconds_of

SPANS = (7, 30, 90)
"""How many days back one may look."""
PAUSE = 300
"""Seconds between two decisions of one person beyond which the second was not being made."""
LATEST = 5_000
"""Of so many of the latest decisions the pace is taken."""
SHARED_OUT = 100_000
"""Of so many of the latest decisions the shares are taken."""
OLD = (1, 2, 7, 30)
"""Days: the edges of the ages that what waits is counted in."""


@dataclass(frozen=True)
class Spread:
    """How some durations lie, in seconds; without any, there is no percentile."""

    count: int
    p50: int | None = None
    p90: int | None = None


@dataclass(frozen=True)
class Day:
    """What came and what was settled in one day."""

    day: date
    came: int
    settled: int


@dataclass(frozen=True)
class Share:
    """Of ``total`` decisions on one kind of correction, so many accepted it."""

    name: str | None
    accepted: int
    total: int


@dataclass(frozen=True)
class Figures:
    """Everything that the page shows, of one section or of all."""

    waiting: int
    overdue: int
    waiting_age: Spread
    waiting_by_age: Sequence[int]
    """As `OLD` parts them: younger than the first edge, …, older than the last."""
    days: Sequence[Day]
    settled_age: Spread
    pace: Spread
    """Seconds from one decision of a person to that person's next."""
    by_kind: Sequence[Share]
    reasons: Sequence[tuple[str, int]]
    """Why corrections were rejected, the most frequent reason first."""
    decisions: int
    undone: int
    conflicts: int
    letters_failed: int


class _Made(NamedTuple):
    """So many decisions that are alike."""

    kind: str | None
    outcome: str
    reason: str | None
    undone: bool
    by_person: bool
    number: int


# Written so that no index of the second column is taken instead of that of the days.
_BY_PERSON = and_(Decision.by_id.is_not(None), func.coalesce(Decision.caused_by_id, 0) == 0)


def figures(days: int, section: str | None, now: datetime) -> Figures:
    """The figures of the last so many days, today included."""
    starts = beginnings(days, now)
    since = starts[0]
    shared_since = _shared_since(since)
    made = _made(shared_since, section)
    by_age = _waiting_by_age(section, now)
    daily = _daily(starts, section)
    return Figures(
        waiting=sum(by_age),
        overdue=_overdue(section, now),
        waiting_age=_waiting_age(section, sum(by_age), now),
        waiting_by_age=by_age,
        days=daily,
        settled_age=_settled_age(since, section, sum(day.settled for day in daily)),
        pace=_pace(since, section),
        by_kind=_shares(made),
        reasons=_reasons(made),
        decisions=sum(one.number for one in made if one.by_person),
        undone=sum(one.number for one in made if one.by_person and one.undone),
        conflicts=_conflicts(shared_since, section),
        letters_failed=_letters_failed(since, section),
    )


def beginnings(days: int, now: datetime) -> list[datetime]:
    """The beginnings of the days, and the end of the last; a day may have 23 or 25 hours."""
    zone = dates.zone()
    today = now.astimezone(zone).date()
    all_days = (today + timedelta(days=step) for step in range(1 - days, 2))
    return [datetime.combine(one, time(), zone) for one in all_days]


def _daily(edges: Sequence[datetime], section: str | None) -> list[Day]:
    """One statement of many small counts, each of a stretch of an index."""
    pairs = list(pairwise(edges))
    came, settled = (
        _row(_between(column, start, end, section) for start, end in pairs)
        for column in (Correction.created_at, Correction.decided_at)
    )
    counted = zip(edges, came, settled, strict=False)
    return [Day(start.date(), arrived, left) for start, arrived, left in counted]


def _between(column: Any, start: datetime, end: datetime, section: str | None) -> Select[Any]:
    query = select(func.count()).select_from(Correction).where(column >= start, column < end)
    return _of(query, section)


def _row(counts: Iterable[Select[Any]]) -> list[int]:
    return list(db.session.execute(select(*(one.scalar_subquery() for one in counts))).one())


def _waiting(section: str | None, *columns: Any) -> Select[Any]:
    """Everything that waits for a decision, one for each cluster."""
    query = select(*columns).where(
        Correction.status == Status.PENDING, Correction.leader_id.is_(None)
    )
    return _of(query, section)


def _overdue(section: str | None, now: datetime) -> int:
    late = _waiting(section, func.count()).where(Correction.overdue_at <= now)
    return db.session.scalar(late) or 0


def _waiting_by_age(section: str | None, now: datetime) -> list[int]:
    edges = [now - timedelta(days=days) for days in OLD]
    older = (func.count().filter(Correction.created_at <= edge) for edge in edges)
    [counts] = db.session.execute(_waiting(section, func.count(), *older))
    return [total - beyond for total, beyond in zip(counts, [*counts[1:], 0], strict=True)]


def _waiting_age(section: str | None, count: int, now: datetime) -> Spread:
    # What waits has an index in the order it came. Those of a section are few, and have one
    # of their own: ordered by that column, SQLite would go through all that waits instead.
    key = Correction.created_at if section is None else seconds_of(Correction.created_at)
    ordered = _waiting(section, Correction.created_at).order_by(key.desc())
    moments = [_nth(ordered, _rank(percent, count)) for percent in (50, 90)]
    return Spread(count, *(int((now - one).total_seconds()) if one else None for one in moments))


def _settled_age(since: datetime, section: str | None, count: int) -> Spread:
    age = seconds_of(Correction.decided_at) - seconds_of(Correction.created_at)
    ordered = _of(select(age).where(Correction.decided_at >= since), section).order_by(age)
    return Spread(count, *(_nth(ordered, _rank(percent, count)) for percent in (50, 90)))


def _pace(since: datetime, section: str | None) -> Spread:
    """From one act of a person to their next decision of one correction, here where a section is.

    What they did before it may be of another section, or an act on many.
    """
    together = exists().where(BulkItem.decision_id == Decision.id)
    here: Any = true() if section is None else Correction.section == section
    latest: Any = (
        select(Decision.by_id, Decision.created_at, and_(here, ~together))
        .join(Correction, Correction.id == Decision.correction_id)
        .where(Decision.created_at >= since, _BY_PERSON)
        .order_by(Decision.created_at.desc())
        .limit(LATEST)
    )
    moments: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    for by_id, created_at, counts in db.session.execute(latest):
        moments[by_id].append((created_at, counts))
    gaps = [
        int((later - earlier).total_seconds())
        for each in moments.values()
        for (later, counts), (earlier, _) in pairwise(each)
        if counts
    ]
    short = sorted(gap for gap in gaps if gap <= PAUSE)
    ranks = (_rank(percent, len(short)) for percent in (50, 90))
    return Spread(len(short), *(short[rank] if short else None for rank in ranks))


def _shared_since(since: datetime) -> datetime:
    """From when on the shares are taken: of no more than the latest `SHARED_OUT` decisions."""
    latest = select(Decision.created_at).where(Decision.created_at >= since)
    return _nth(latest.order_by(Decision.created_at.desc()), SHARED_OUT - 1) or since


def _made(since: datetime, section: str | None) -> list[_Made]:
    """The decisions, also those that were taken back, counted by what they came to."""
    columns: tuple[Any, ...] = (
        Correction.kind,
        Decision.outcome,
        Decision.reason,
        Decision.undone_at.is_not(None).label("undone"),
        _BY_PERSON.label("by_person"),
    )
    query = (
        select(*columns, func.count())
        .join(Correction, Correction.id == Decision.correction_id)
        .where(Decision.created_at >= since)
        .group_by(*columns)
    )
    return [_Made(*row) for row in db.session.execute(_of(query, section))]


def _shares(made: Iterable[_Made]) -> list[Share]:
    """How many of the decisions that stand accepted, the most frequent kind first."""
    total: Counter[str | None] = Counter()
    accepted: Counter[str | None] = Counter()
    for one in made:
        if not one.undone and one.outcome in (Status.ACCEPTED, Status.REJECTED):
            total[one.kind] += one.number
            accepted[one.kind] += one.number if one.outcome == Status.ACCEPTED else 0
    shares = [Share(kind, accepted[kind], count) for kind, count in total.items()]
    return sorted(shares, key=lambda share: (-share.total, share.name or ""))


def _reasons(made: Iterable[_Made]) -> list[tuple[str, int]]:
    """Why corrections stand rejected, the most frequent reason first."""
    reasons: Counter[str] = Counter()
    for one in made:
        if not one.undone and one.outcome == Status.REJECTED:
            reasons[one.reason or ""] += one.number
    return sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))


def _letters_failed(since: datetime, section: str | None) -> int:
    failed = Letter.state == LetterState.DEAD
    query = select(func.count(Letter.id.distinct())).where(failed, Letter.created_at >= since)
    if section is not None:
        query = query.join(Letter.owed).join(Correction, Correction.id == Owed.correction_id)
    return db.session.scalar(_of(query, section)) or 0


def _conflicts(since: datetime, section: str | None) -> int:
    query = select(func.count(Conflict.id)).where(Conflict.created_at >= since)
    if section is not None:
        query = query.join(Correction, Correction.id == Conflict.correction_id)
    return db.session.scalar(_of(query, section)) or 0


def _of(query: Select[Any], section: str | None) -> Select[Any]:
    """Only what belongs to one section."""
    return query if section is None else query.where(Correction.section == section)


def _nth(ordered: Select[Any], rank: int) -> Any:
    return db.session.scalar(ordered.offset(rank).limit(1)) if rank >= 0 else None


def _rank(percent: int, count: int) -> int:
    """The place of a percentile among so many ordered values, from 0; -1 among none."""
    return ceil(percent * count / 100) - 1
