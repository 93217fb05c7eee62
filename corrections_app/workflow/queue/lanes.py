"""The lanes of the queue, and which card a person is handed next: reads only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from corrections_app.domain.lifecycle import EnquiryState, Status
from corrections_app.domain.roles import Ability
from corrections_app.extensions import db
from corrections_app.models import (
    Appeal,
    Approval,
    Correction,
    Enquiry,
    Escalation,
    Hold,
    Lease,
    SetAside,
    Skip,
    User,
)
from corrections_app.workflow.pending import enquiries, set_aside
from corrections_app.workflow.queue import filters, paging, rows, sequence
from corrections_app.workflow.queue.filters import Condition, Criteria, in_section
from corrections_app.workflow.queue.paging import Cursor, Page, Stretch
from corrections_app.workflow.queue.sequence import Corrections


class Lane(StrEnum):
    """A part of what there is to do."""

    WAITING = "waiting"
    """Everything pending but what is being checked or asked and not due yet, and what looks like
    spam."""
    HELD = "held"
    ASKED = "asked"
    """Its reader was asked something, and the days for the answer are not over."""
    ESCALATED = "escalated"
    APPROVALS = "approvals"
    APPEALS = "appeals"
    SET_ASIDE = "set_aside"
    """What looks like spam: somebody looks at it once all else is done."""
    UNWRITTEN = "unwritten"
    """Accepted, and a person has to see to it that the newsroom's own page says so."""
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
    asked: int


def within(lane: Lane, by: User, now: datetime) -> Corrections:
    """The corrections in a lane, as this person sees it."""
    if lane == Lane.APPEALS:
        appealed = _among(Appeal, Appeal.outcome.is_(None))
        return select(Correction).where(Correction.status == Status.REJECTED, appealed)
    if lane == Lane.UNWRITTEN:
        return sequence.unwritten().query
    conditions: dict[Lane, ColumnElement[bool]] = {
        Lane.WAITING: ~_has(Hold, Hold.until > now)
        & ~_has(Enquiry, *_asked(now))
        & ~set_aside.is_set_aside(),
        Lane.HELD: _among(Hold, Hold.until > now),
        Lane.ASKED: _among(Enquiry, *_asked(now)),
        Lane.ESCALATED: _among(Escalation),
        Lane.SET_ASIDE: _among(SetAside, set_aside.standing()),
        Lane.APPROVALS: _among(Approval),
        Lane.SKIPPED: _among(Skip, Skip.user_id == by.id),
    }
    everything = rows.leaders()
    return everything.where(conditions[lane]) if lane in conditions else everything


def _asked(now: datetime) -> list[Condition]:
    """By its dates alone: that its days are over, nobody has to notice."""
    return enquiries.is_in(EnquiryState.ASKED, now)


def counts(by: User, now: datetime) -> dict[Lane, int]:
    """How many stand in each lane, counted no further than the cap."""
    return {lane: rows.how_many(within(lane, by, now)) for lane in Lane}


def listed(
    lane: Lane,
    by: User,
    now: datetime,
    after: str | None = None,
    criteria: Criteria | None = None,
    size: int = paging.PAGE,
) -> Page:
    """A page of a lane, or of whatever is looked back for, from the one after the cursor on.

    Raises `Invalid` for a cursor that is none.
    """
    criteria = criteria or Criteria()
    place, begun = paging.read(after) if after and not after.isdigit() else (None, now)
    made = runs(lane, by, begun, criteria)
    if after and place is None:
        place = _place(made, after, now, by)
    return paging.page(made, place, begun, size)


def count(lane: Lane, by: User, now: datetime, criteria: Criteria) -> int:
    """How many a list has, counted no further than the cap."""
    found = 0
    for run in runs(lane, by, now, criteria):
        if found < rows.CAPPED:
            found += rows.how_many(run.query)
    return min(found, rows.CAPPED)


def following(
    lane: Lane, by: User, now: datetime, after: str | None = None, criteria: Criteria | None = None
) -> Correction | None:
    """The next card for this person, from the one after the given one on, then from the beginning.

    Leases and skips steer it, and nobody is handed what they may not decide.
    What is overdue or escalated comes first even for someone who is further
    down, unless they have it on their own screen at this moment. A list that
    leaves something out is gone through once, from top to bottom.
    """
    criteria = criteria or Criteria()
    mine = None if criteria.looks_back else _steered(lane, by, now)
    made = runs(lane, by, now, criteria, mine)
    place = _place(made, after, now, by)
    found = []
    if place is not None and criteria.narrows:
        found = paging.fetch(made, place, 1)
        return db.session.get(Correction, found[0][1]) if found else None
    if place is not None:
        found = paging.fetch(_pressing(made, place, by, now), None, 1)
        found = found or paging.fetch(made, place, 1)
    found = found or paging.fetch(made, None, 1)
    return db.session.get(Correction, found[0][1]) if found else None


def rest(by: User, now: datetime) -> Rest:
    """What is left for others, or for later, once `following` has nothing more."""
    waiting = within(Lane.WAITING, by, now)
    skipped, leased = _has(Skip, Skip.user_id == by.id), _with_others(by, now)
    skips = _among(Skip, Skip.user_id == by.id)
    leases = _among(Lease, Lease.user_id != by.id, Lease.until > now)
    return Rest(
        skipped=rows.how_many(waiting.where(skips)),
        leased=rows.how_many(waiting.where(leases, ~skipped)),
        others=rows.how_many(waiting.where(~_mine_to_decide(by), ~leased, ~skipped)),
        held=rows.how_many(within(Lane.HELD, by, now)),
        asked=rows.how_many(within(Lane.ASKED, by, now)),
    )


def runs(
    lane: Lane, by: User, now: datetime, criteria: Criteria, steered: list[Condition] | None = None
) -> list[Stretch]:
    """The runs of a lane, or of what is looked back for; ``steered``: only what one is handed."""
    if criteria.looks_back:
        return [sequence.looking_back(criteria, now)]
    handed = steered or []
    if lane == Lane.APPEALS:
        return [sequence.appeals(criteria, now, *handed)]
    if lane == Lane.UNWRITTEN:
        asked = [*filters.conditions(criteria, now), *handed]
        return [sequence.unwritten(*asked)]
    asked = filters.conditions(criteria, now)
    among = within(lane, by, now).where(*asked, *handed)
    made = sequence.waiting(among, criteria, now, by)
    judges = by.may(Ability.JUDGE_APPEAL, by.section)
    in_parts = lane in (Lane.WAITING, Lane.ALL) and len(made) > 1 and not criteria.status
    if in_parts:
        made.insert(-1, sequence.missed(*asked, *handed))
    if in_parts and judges:
        mine = sequence.judged_by(by)
        not_leased = [~_with_others(by, now)] if steered is not None else []
        made.insert(-1, sequence.appeals(criteria, now, *mine, *not_leased))
    return made


def run_of(correction: Correction, by: User, now: datetime) -> str:
    """In which run of all that waits a pending correction stands for this person."""
    return sequence.place_of(runs(Lane.ALL, by, now, Criteria()), correction, now, by).run


def _place(runs: list[Stretch], after: str | None, now: datetime, by: User) -> Cursor | None:
    """The place of the correction with this number, if there is one."""
    known = after and after.isascii() and after.isdigit() and len(after) < 16
    correction = db.session.get(Correction, int(after)) if known and after else None
    return sequence.place_of(runs, correction, now, by) if correction is not None else None


def _pressing(runs: list[Stretch], place: Cursor, by: User, now: datetime) -> list[Stretch]:
    """The runs before a place that do not wait until somebody begins again."""
    names = [run.name for run in runs]
    before = runs[: names.index(place.run)] if place.run in names else []
    on_my_screen = _has(Lease, Lease.user_id == by.id, Lease.until > now)
    return [replace(run, query=run.query.where(~on_my_screen)) for run in before if run.presses]


def meant_for(lane: Lane, by: User) -> list[Condition]:
    """What of a lane somebody works through, whoever has it on the screen at this moment."""
    if lane == Lane.WAITING:
        return [_mine_to_decide(by), ~_has(Skip, Skip.user_id == by.id)]
    return [in_section(by.section)] if by.section is not None else []


def _steered(lane: Lane, by: User, now: datetime) -> list[Condition]:
    """What somebody is handed of a lane."""
    return [~_with_others(by, now), *meant_for(lane, by)]


def _mine_to_decide(by: User) -> ColumnElement[bool]:
    """Nothing passed up to an editor, nor proposed, unless this person is who it waits for."""
    mine = ~_has(Approval, Approval.by_id == by.id)
    if not by.may(Ability.APPROVE, by.section):
        mine = ~_has(Approval)
    if not by.may(Ability.ANSWER_ESCALATED, by.section):
        mine &= ~_has(Escalation)
    return mine if by.section is None else mine & in_section(by.section)


def _with_others(by: User, now: datetime) -> ColumnElement[bool]:
    return _has(Lease, Lease.user_id != by.id, Lease.until > now)


def _has(table: Any, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a correction has such a row, asked of each: for most have none."""
    return exists().where(table.correction_id == Correction.id, *more).correlate(Correction)


def _among(table: Any, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same, begun at those few rows: for few have one."""
    return Correction.id.in_(select(table.correction_id).where(*more))
