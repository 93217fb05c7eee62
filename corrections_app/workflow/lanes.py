"""The lanes of the queue, and which card a person is handed next: reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select

from corrections_app.domain.lifecycle import Status
from corrections_app.domain.roles import Ability
from corrections_app.models import (
    Appeal,
    Approval,
    Article,
    Correction,
    Escalation,
    Hold,
    Lease,
    Skip,
    User,
)
from corrections_app.workflow import queue

Corrections = Select[Any]


class Lane(StrEnum):
    """A part of what there is to do."""

    WAITING = "waiting"
    """Everything pending but what is being checked and not due yet."""
    HELD = "held"
    ESCALATED = "escalated"
    APPROVALS = "approvals"
    APPEALS = "appeals"
    SKIPPED = "skipped"
    """What this person skipped."""
    ALL = "all"


@dataclass(frozen=True)
class Rest:
    """Why somebody is handed no further card although corrections are pending."""

    skipped: int
    leased: int
    others: int
    """Somebody else's: passed up to an editor, to be confirmed, or of another section."""
    held: int


def within(lane: Lane, by: User, now: datetime) -> Corrections:
    """The corrections in a lane, as this person sees it."""
    if lane == Lane.APPEALS:
        appealed = _has(Appeal, Appeal.outcome.is_(None))
        return select(Correction).where(Correction.status == Status.REJECTED, appealed)
    conditions: dict[Lane, ColumnElement[bool]] = {
        Lane.WAITING: ~_on_hold(now),
        Lane.HELD: _on_hold(now),
        Lane.ESCALATED: _has(Escalation),
        Lane.APPROVALS: _has(Approval),
        Lane.SKIPPED: _has(Skip, Skip.user_id == by.id),
    }
    everything = queue.leaders()
    return everything.where(conditions[lane]) if lane in conditions else everything


def counts(by: User, now: datetime) -> dict[Lane, int]:
    """How many stand in each lane, counted no further than the cap."""
    return {lane: queue.how_many(within(lane, by, now)) for lane in Lane}


def following(lane: Lane, by: User, now: datetime, after: str | None = None) -> Correction | None:
    """The next card for this person, from the one after the cursor on, then from the beginning.

    Leases and skips steer it, and nobody is handed what they may not decide.
    """
    mine = _for(lane, by, now)
    page = queue.waiting(after, size=1, among=mine)
    items = page.items or (queue.waiting(size=1, among=mine).items if after else [])
    return items[0] if items else None


def rest(by: User, now: datetime) -> Rest:
    """What is left for others, or for later, once `following` has nothing more."""
    waiting = within(Lane.WAITING, by, now)
    skipped, leased = _has(Skip, Skip.user_id == by.id), _with_others(by, now)
    return Rest(
        skipped=queue.how_many(waiting.where(skipped)),
        leased=queue.how_many(waiting.where(leased, ~skipped)),
        others=queue.how_many(waiting.where(~_mine_to_decide(by), ~leased, ~skipped)),
        held=queue.how_many(within(Lane.HELD, by, now)),
    )


def _for(lane: Lane, by: User, now: datetime) -> Corrections:
    query = within(lane, by, now).where(~_with_others(by, now))
    if by.section is not None:
        query = query.where(_in_section(by.section))
    if lane == Lane.WAITING:
        query = query.where(_mine_to_decide(by), ~_has(Skip, Skip.user_id == by.id))
    return query


def _mine_to_decide(by: User) -> ColumnElement[bool]:
    """Nothing passed up to an editor, nor proposed, unless this person is who it waits for."""
    mine = ~_has(Approval, Approval.by_id == by.id)
    if not by.may(Ability.APPROVE, by.section):
        mine = ~_has(Approval)
    if not by.may(Ability.ANSWER_ESCALATED, by.section):
        mine &= ~_has(Escalation)
    return mine if by.section is None else mine & _in_section(by.section)


def _in_section(section: str) -> ColumnElement[bool]:
    return exists().where(Article.id == Correction.article_id, Article.section == section)


def _on_hold(now: datetime) -> ColumnElement[bool]:
    return _has(Hold, Hold.until > now)


def _with_others(by: User, now: datetime) -> ColumnElement[bool]:
    return _has(Lease, Lease.user_id != by.id, Lease.until > now)


def _has(table: Any, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.correction_id == Correction.id, *more).correlate(Correction)
