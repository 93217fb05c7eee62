"""What changes while somebody works: cards that colleagues close, new ones, leases, own decisions.

Asked every few seconds by each open screen, so every query is bounded and by an index.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from corrections_app.domain.lifecycle import Status
from corrections_app.extensions import db
from corrections_app.models import Correction, Decision, Lease, User
from corrections_app.workflow.queue import filters, lanes, rows
from corrections_app.workflow.queue.filters import Criteria
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.queue.leases import LEASES_EACH, give_back, take
from corrections_app.workflow.transaction import write

NEW_AT_MOST = 100
"""New corrections are counted no further."""
FRESH = timedelta(seconds=60)
"""A lease that still has so long to run is left alone: most askings then write nothing."""
LONGEST_UNDO = timedelta(hours=1)
"""No setting lets a decision be undone for longer (``CORRECTIONS_UNDO_SECONDS``)."""
KEPT = 5
"""So many of one's own decisions stand under the card."""


@dataclass(frozen=True)
class OnScreen:
    """A colleague who has a correction on the screen, and until when it counts."""

    name: str
    until: datetime


@dataclass(frozen=True)
class Today:
    """Decisions since a moment, counted no further than `rows.CAPPED`."""

    mine: int
    all: int


def closed(ids: Collection[int]) -> list[tuple[Correction, Decision | None]]:
    """Those of these corrections that are pending no more, each with the decision that stands."""
    corrections = db.session.scalars(
        select(Correction).where(Correction.id.in_(ids), Correction.status != Status.PENDING)
    ).all()
    standing = {
        decision.correction_id: decision
        for decision in db.session.scalars(
            select(Decision)
            .where(
                Decision.correction_id.in_([one.id for one in corrections]),
                Decision.undone_at.is_(None),
            )
            .options(joinedload(Decision.by))
        )
    }
    return [(one, standing.get(one.id)) for one in corrections]


def new_since(moment: datetime, lane: Lane, by: User, now: datetime, criteria: Criteria) -> int:
    """How many came into a list after a moment, counted no further than `NEW_AT_MOST`.

    What is looked back for is no list into which anything comes: none.
    """
    if criteria.looks_back:
        return 0
    asked = filters.conditions(criteria, now)
    came = lanes.within(lane, by, now).where(Correction.created_at > moment, *asked)
    ids = came.with_only_columns(Correction.id).order_by(None).limit(NEW_AT_MOST)
    return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def renew(ids: Sequence[int], *, by: User, now: datetime) -> None:
    """Let this person's leases on these cards run on, where they run out soon or are lost.

    They are lost where a page that closed gave them back after the next one had
    opened: so a page that is loaded again takes them anew. One that a colleague took
    meanwhile stays the colleague's.
    """
    by_id = by.id
    if not _due(db.session(), ids[:LEASES_EACH], by_id, now):
        return
    with write(public=False) as session:
        for correction_id in sorted(_due(session, ids[:LEASES_EACH], by_id, now)):
            take(session, correction_id, by_id, now)


def _due(session: Session, ids: Sequence[int], by_id: int, now: datetime) -> list[int]:
    mine = (Lease.user_id == by_id) & (Lease.until >= now + FRESH)
    theirs = (Lease.user_id != by_id) & (Lease.until > now)
    held = select(Lease.correction_id).where(Lease.correction_id.in_(ids), mine | theirs)
    pending = select(Correction.id).where(
        Correction.id.in_(ids), Correction.status == Status.PENDING, Correction.id.not_in(held)
    )
    return list(session.scalars(pending))


def release(ids: Collection[int], *, by: User) -> None:
    """Give back this person's leases on these cards."""
    by_id = by.id
    with write(public=False) as session:
        give_back(session, by_id, Lease.correction_id.in_(ids))


def made_since(moment: datetime) -> Select[Any]:
    """Ids of the decisions after a moment that stand and that no other one brought with it.

    Only the time leads to them: what somebody decided in ten years is a million rows,
    and a planner that knows no better reads them all to find the last hour's.
    """
    return select(Decision.id).where(
        Decision.created_at > moment,
        Decision.undone_at.is_(None),
        func.coalesce(Decision.caused_by_id, 0) == 0,
    )


def made_by(by: User, moment: datetime) -> Select[Any]:
    """Ids of those of them that are this person's."""
    return made_since(moment).where(func.coalesce(Decision.by_id, 0) == by.id)


def latest(by: User, now: datetime) -> Sequence[Decision]:
    """This person's last decisions that can still be undone, the newest first."""
    return db.session.scalars(
        made_by(by, now - LONGEST_UNDO)
        .where(Decision.undo_until > now)
        .with_only_columns(Decision)
        .options(joinedload(Decision.correction).joinedload(Correction.article))
        .order_by(Decision.created_at.desc(), Decision.id.desc())
        .limit(KEPT)
    ).all()


def on_screens(by: User, now: datetime) -> Sequence[OnScreen]:
    """Who else works on what waits, each with the time the last of their leases runs out."""
    rows = db.session.execute(
        select(User.name, func.max(Lease.until))
        .join(User, User.id == Lease.user_id)
        .join(Correction, Correction.id == Lease.correction_id)
        .where(Lease.user_id != by.id, Lease.until > now, Correction.status == Status.PENDING)
        .group_by(User.id, User.name)
        .order_by(User.name)
        .limit(KEPT)
    )
    return [OnScreen(name, until) for name, until in rows]


def today(by: User, since: datetime) -> Today:
    """How many decisions were made since a moment, by this person and by all."""
    return Today(
        mine=_count(made_by(by, since)),
        all=_count(made_since(since).where(Decision.by_id.is_not(None))),
    )


def _count(ids: Select[Any]) -> int:
    few = ids.limit(rows.CAPPED).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0
