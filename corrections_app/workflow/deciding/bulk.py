"""One act on many corrections: each row is a decision of its own, and all are one undo step.

What was asked for is stored first and what came of it last, so that sending
the same act again goes on where it stopped and shows the same results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid, NotFound, NotPermitted, Refusal
from corrections_app.domain.lifecycle import ALREADY_CORRECTED, Action
from corrections_app.domain.roles import Ability
from corrections_app.extensions import db
from corrections_app.language import N_
from corrections_app.models import Approval, Bulk, BulkItem, Correction, Skip, User
from corrections_app.workflow import audit
from corrections_app.workflow.deciding import (
    approval,
    decision,
    lost_races,
    reasons,
    side_facts,
    undoing,
)
from corrections_app.workflow.deciding.bulk_limits import (
    ACTIONS,
    CLOSED,
    check_count,
    chosen,
    hindrance,
)
from corrections_app.workflow.deciding.undoing import Reopened
from corrections_app.workflow.deciding.verdict import Verdict
from corrections_app.workflow.transaction import Act, OnceOnly, write

DONE = "done"
AWAITING = "awaiting"
APART = "apart"
"""The code of a row that is never accepted together with others."""
STOPPED = "stopped"
_STOPPED = N_("The act was taken back before the turn of this one came.")


@dataclass(frozen=True)
class Seen:
    """A row as it was shown when it was ticked: versions of the correction and of its article."""

    id: int
    version: int
    revision: int


@dataclass(frozen=True)
class Batch:
    """What is to be done with these rows."""

    action: Action
    items: tuple[Seen, ...]
    reason: str | None = None
    note: str = ""


def one(bulk_id: int) -> Bulk:
    """The act with this number, as it stands. Raises `NotFound`."""
    db.session.rollback()
    bulk = db.session.get(Bulk, bulk_id)
    if bulk is None:
        raise NotFound("There is no such batch.")
    return bulk


def carry_out(batch: Batch, act: Act) -> int:
    """Do it, row by row, and return the number of the act.

    A row that cannot be done changes nothing in the others. The same key goes
    on with the same batch. Raises `Invalid`, `TooLong` and `BadKey`, and then
    nothing has changed.
    """
    _check(batch, act.by)
    # All are looked at before the first is done, which changes what stands around the next;
    # and once, for what goes on later finds the work of its own first half there.
    bulk_id = _begin(batch, _apart(batch, act.now), act.by, act.key, act.now)
    bulk = one(bulk_id)
    if bulk.finished_at is None:
        left = [item for item in bulk.items if item.answer is None]
        rows = [Seen(item.correction_id, item.version, item.revision) for item in left]
        _finish(
            bulk_id,
            {row.id: _carried_out(batch, bulk_id, row, act.by, act.now) for row in rows},
            act.now,
        )
    return bulk_id


def take_back(bulk_id: int, *, by: User, now: datetime) -> None:
    """Take back every row of an act that still stands, the latest first.

    What cannot be taken back says why, and stays. Raises `NotFound`, and
    `NotPermitted` for the act of somebody else.
    """
    bulk = one(bulk_id)
    if bulk.by_id != by.id and not by.may(Ability.UNDO_OTHERS, by.section):
        raise NotPermitted("This was done by a colleague: ask an editor to take it back.")
    if bulk.by_id == by.id and bulk.undone_at is None:
        with write() as session:
            undoing.claim(session, session.get_one(Bulk, bulk_id), by, now)
    standing = [(item.decision_id, item.correction_id) for item in _standing(bulk_id)]
    answers = {one: _undone(one, by, now) for _, one in sorted(standing, reverse=True)}
    answers |= {one: _sent_back(one, by, now) for one in _proposed(one(bulk_id))}
    with write() as session:
        answers |= {one: {"code": DONE} for one in _unskipped(session, bulk_id)}
        for correction_id, answer in answers.items():
            session.get_one(BulkItem, (bulk_id, correction_id)).undo_answer = answer


def undo_latest(act: Act) -> Reopened:
    """Take back this person's latest decision, or the whole act that it was part of.

    Raises what `undoing.undo_latest` raises.
    """
    done = undoing.undo_latest(Act(act.by, act.key, act.now))
    if done.bulk is not None:
        take_back(done.bulk, by=act.by, now=act.now)
    return done


def may_undo(bulk: Bulk, by: User, now: datetime) -> bool:
    """Whether there is something left of this act that this person could take back."""
    if bulk.by_id != by.id and not by.may(Ability.UNDO_OTHERS, by.section):
        return False
    standing = (item.decision for item in bulk.items if item.decision is not None)
    if any(one.undone_at is None and now < one.undo_until for one in standing):
        return True
    return bool(_proposed(bulk) or db.session.scalars(_skips(bulk)).first())


def _check(batch: Batch, by: User) -> None:
    if batch.action not in ACTIONS:
        raise Invalid("This cannot be done with several at once.")
    check_count(len(batch.items), by)
    if batch.action == Action.REJECT:
        reasons.check(db.session(), batch.reason, batch.note)
    limits.check_length("note", batch.note, limits.NOTE)


def _begin(
    batch: Batch, apart: dict[int, dict[str, Any]], by: User, key: str | None, now: datetime
) -> int:
    """Store what is asked for, once for each key, with the answers that are known already."""
    request = OnceOnly(f"act:{by.id}", key, {"bulk": asdict(batch)})
    with write() as session:
        if answered := request.answered(session):
            return int(answered["bulk"])
        bulk = Bulk(
            by_id=by.id,
            action=batch.action,
            reason=batch.reason,
            note=batch.note.strip() or None,
            created_at=now,
        )
        session.add(bulk)
        session.flush()
        rows = {row.id: row for row in batch.items}
        known = set(session.scalars(select(Correction.id).where(Correction.id.in_(rows))))
        for position, row in enumerate(row for row in rows.values() if row.id in known):
            session.add(
                BulkItem(
                    bulk_id=bulk.id,
                    correction_id=row.id,
                    position=position,
                    version=row.version,
                    revision=row.revision,
                    **({"answer": apart[row.id]} if row.id in apart else {}),
                )
            )
        audit.record(
            session,
            "bulk",
            by_id=by.id,
            now=now,
            bulk=bulk.id,
            act=batch.action,
            items=[row.id for row in batch.items],
        )
        request.keep(session, {"bulk": bulk.id}, now)
        return bulk.id


def _apart(batch: Batch, now: datetime) -> dict[int, dict[str, Any]]:
    """The answers to the rows that are not acted on together with others.

    What is closed is left to `decide`, which knows by whom, and knows this very act again.
    """
    session = db.session()
    rows = chosen(row.id for row in batch.items)
    why = {one.id: hindrance(session, one, batch.action, now) for one in rows}
    return {
        correction_id: {"code": APART, "template": sentence, "details": {}}
        for correction_id, sentence in why.items()
        if sentence is not None and sentence is not CLOSED
    }


def _carried_out(batch: Batch, bulk_id: int, row: Seen, by: User, now: datetime) -> dict[str, Any]:
    """What came of one row."""
    if one(bulk_id).undone_at is not None:
        return {"code": STOPPED, "template": _STOPPED, "details": {}}
    try:
        if batch.action == Action.SKIP:
            side_facts.skip(row.id, by=by, now=now)
            return {"code": DONE}
        return _decided(batch, bulk_id, row, by, now)
    except Refusal as refusal:
        lost_races.note(refusal, row.id, now=now)
        return _told(refusal)


def _decided(batch: Batch, bulk_id: int, row: Seen, by: User, now: datetime) -> dict[str, Any]:
    verdict = Verdict(
        batch.action,
        seen=row.version,
        revision=row.revision,
        reason=ALREADY_CORRECTED if batch.action == Action.SUPERSEDE else batch.reason,
        note=batch.note,
        bulk_id=bulk_id,
    )
    outcome = decision.decide(row.id, verdict, Act(by, f"bulk-{bulk_id}-{row.id}", now))
    return {"code": AWAITING if outcome.awaiting else DONE}


def _finish(bulk_id: int, answers: dict[int, dict[str, Any]], now: datetime) -> None:
    """Keep the answers; whoever sent the same act at the same moment gets those kept first."""
    with write() as session:
        bulk = session.get_one(Bulk, bulk_id, with_for_update=True)
        if bulk.finished_at is None:
            for item in bulk.items:
                item.answer = item.answer or answers[item.correction_id]
            bulk.finished_at = now


def _undone(correction_id: int, by: User, now: datetime) -> dict[str, Any] | None:
    try:
        undoing.undo(correction_id, Act(by, None, now))
    except Refusal as refusal:
        return _told(refusal)
    return None


def _sent_back(correction_id: int, by: User, now: datetime) -> dict[str, Any] | None:
    try:
        approval.send_back(correction_id, Act(by, None, now))
    except Refusal as refusal:
        return _told(refusal)
    return {"code": DONE}


def _standing(bulk_id: int) -> Sequence[BulkItem]:
    items = one(bulk_id).items
    return [it for it in items if it.decision is not None and it.decision.undone_at is None]


def _proposed(bulk: Bulk) -> list[int]:
    """The rows that this act proposed to an editor and that still wait for one."""
    waiting = [it.correction_id for it in bulk.items if (it.answer or {}).get("code") == AWAITING]
    query = select(Approval.correction_id).where(
        Approval.correction_id.in_(waiting),
        Approval.by_id == bulk.by_id,
        # What the same person proposed for one of them later on is another proposal.
        Approval.created_at <= (bulk.finished_at or bulk.created_at),
    )
    return list(db.session.scalars(query))


def _skips(bulk: Bulk) -> Select[int]:
    """The rows that this act skipped and that still are."""
    rows = [it.correction_id for it in bulk.items if bulk.action == Action.SKIP]
    return select(Skip.correction_id).where(
        Skip.correction_id.in_(rows),
        Skip.user_id == bulk.by_id,
        Skip.created_at >= bulk.created_at,
        Skip.created_at <= (bulk.finished_at or bulk.created_at),
    )


def _unskipped(session: Session, bulk_id: int) -> list[int]:
    """Take back the skips of an act, which are no decisions; the rows that are handed out again."""
    bulk = session.get_one(Bulk, bulk_id)
    rows = list(session.scalars(_skips(bulk)))
    mine = Skip.user_id == bulk.by_id
    session.execute(delete(Skip).where(mine, Skip.correction_id.in_(rows)))
    return rows


def _told(refusal: Refusal) -> dict[str, Any]:
    """A refusal as it is kept: the sentence before it is filled in, for whoever reads it."""
    plain = {name: value for name, value in refusal.details.items() if isinstance(value, str | int)}
    return {"code": refusal.code, "template": refusal.template, "details": plain}
