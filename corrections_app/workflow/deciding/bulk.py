"""One act on many corrections: each row is a decision of its own, and all are one undo step.

What was asked for is stored first and what came of it last, so that sending
the same act again goes on where it stopped and shows the same results.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
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
from corrections_app.workflow.deciding import approval, decision, side_facts, undoing
from corrections_app.workflow.deciding.bulk_limits import (
    ACTIONS,
    CLOSED,
    check_count,
    chosen,
    hindrance,
)
from corrections_app.workflow.deciding.undoing import Reopened
from corrections_app.workflow.deciding.verdict import Verdict
from corrections_app.workflow.reasons import keeping as reasons
from corrections_app.workflow.transaction import Act, write

DONE = "done"
AWAITING = "awaiting"
APART = "apart"
"""The code of a row that is never accepted together with others."""
STOPPED = "stopped"
_Answer = dict[str, Any]
_STOPPED = N_("The batch was undone before this one was reached.")


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
    bulk_id = _store(batch, _answers_apart(batch, act.now), act)
    bulk = one(bulk_id)
    if bulk.finished_at is None:
        left = [item for item in bulk.items if item.answer is None]
        rows = [Seen(item.correction_id, item.version, item.revision) for item in left]
        _finish(bulk_id, {row.id: _do_row(batch, bulk_id, row, act) for row in rows}, act.now)
    return bulk_id


def take_back(bulk_id: int, act: Act) -> None:
    """Take back every row of an act that still stands, the latest first.

    What cannot be taken back says why, and stays. Raises `NotFound`, and
    `NotPermitted` for the act of somebody else.
    """
    bulk = one(bulk_id)
    if not _may_take_back(bulk, act.by):
        raise NotPermitted("This was done by a colleague: ask an editor to undo it.")
    if bulk.by_id == act.by.id and bulk.undone_at is None:
        with write() as session:
            undoing.claim(session, session.get_one(Bulk, bulk_id), act)
    keyless = replace(act, key=None)
    answers: dict[int, _Answer | None] = {}
    for _, row in sorted(_standing(bulk_id), reverse=True):
        answers[row] = _try(undoing.undo, row, keyless)
    for row in _still_proposed(one(bulk_id)):
        answers[row] = _try(approval.send_back, row, keyless) or {"code": DONE}
    with write() as session:
        answers |= {row: {"code": DONE} for row in _unskip(session, bulk_id)}
        for row, answer in answers.items():
            session.get_one(BulkItem, (bulk_id, row)).undo_answer = answer


def undo_latest(act: Act) -> Reopened:
    """Take back this person's latest decision, or the whole act that it was part of.

    Raises what `undoing.undo_latest` raises.
    """
    reopened = undoing.undo_latest(act)
    if reopened.bulk is not None:
        take_back(reopened.bulk, act)
    return reopened


def may_undo(bulk: Bulk, by: User, now: datetime) -> bool:
    """Whether there is something left of this act that this person could take back."""
    if not _may_take_back(bulk, by):
        return False
    decisions = (item.decision for item in bulk.items if item.decision is not None)
    if any(one.undone_at is None and now < one.undo_until for one in decisions):
        return True
    return bool(_still_proposed(bulk) or db.session.scalars(_skips(bulk)).first())


def _may_take_back(bulk: Bulk, by: User) -> bool:
    return bulk.by_id == by.id or by.may(Ability.UNDO_OTHERS, by.section)


def _check(batch: Batch, by: User) -> None:
    if batch.action not in ACTIONS:
        raise Invalid("This cannot be done with several at once.")
    check_count(len(batch.items), by)
    if batch.action == Action.REJECT:
        reasons.check(db.session(), batch.reason, batch.note)
    limits.check_length("note", batch.note, limits.NOTE)


def _store(batch: Batch, apart: dict[int, _Answer], act: Act) -> int:
    """Store what is asked for, once for each key, with the answers that are known already."""
    request = act.once({"bulk": asdict(batch)})
    with write() as session:
        if answered := request.answered(session):
            return int(answered["bulk"])
        asked = {"action": batch.action, "reason": batch.reason}
        note = batch.note.strip() or None
        bulk = Bulk(**asked, note=note, by_id=act.by.id, created_at=act.now)
        session.add(bulk)
        session.flush()
        rows = {row.id: row for row in batch.items}
        existing = set(session.scalars(select(Correction.id).where(Correction.id.in_(rows))))
        for position, row in enumerate(row for row in rows.values() if row.id in existing):
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
        ids = [row.id for row in batch.items]
        act.record(session, "bulk", bulk=bulk.id, act=batch.action, items=ids)
        request.keep(session, {"bulk": bulk.id}, act.now)
        return bulk.id


def _answers_apart(batch: Batch, now: datetime) -> dict[int, _Answer]:
    """The answers to the rows that are not acted on together with others.

    What is closed is left to `decide`, which knows by whom, and knows this very act again.
    """
    session = db.session()
    rows = chosen(row.id for row in batch.items)
    why = {one.id: hindrance(session, one, batch.action, now, batch.reason) for one in rows}
    return {
        correction_id: {"code": APART, "template": sentence, "details": {}}
        for correction_id, sentence in why.items()
        if sentence is not None and sentence is not CLOSED
    }


def _do_row(batch: Batch, bulk_id: int, row: Seen, act: Act) -> _Answer:
    """Do it with one row, and what came of it."""
    if one(bulk_id).undone_at is not None:
        return {"code": STOPPED, "template": _STOPPED, "details": {}}
    try:
        if batch.action == Action.SKIP:
            side_facts.skip(row.id, act)
            return {"code": DONE}
        own = replace(act, key=f"bulk-{bulk_id}-{row.id}")
        outcome = decision.decide(row.id, _verdict(batch, bulk_id, row), own)
    except Refusal as refusal:
        decision.note_lost_race(refusal, row.id, act.now)
        return _as_stored(refusal)
    return {"code": AWAITING if outcome.awaiting else DONE}


def _verdict(batch: Batch, bulk_id: int, row: Seen) -> Verdict:
    return Verdict(
        batch.action,
        seen=row.version,
        revision=row.revision,
        reason=ALREADY_CORRECTED if batch.action == Action.SUPERSEDE else batch.reason,
        note=batch.note,
        bulk_id=bulk_id,
    )


def _finish(bulk_id: int, answers: dict[int, _Answer], now: datetime) -> None:
    """Keep the answers; whoever sent the same act at the same moment gets those kept first."""
    with write() as session:
        bulk = session.get_one(Bulk, bulk_id, with_for_update=True)
        if bulk.finished_at is None:
            for item in bulk.items:
                item.answer = item.answer or answers[item.correction_id]
            bulk.finished_at = now


def _try(take_back: Callable[[int, Act], object], row: int, act: Act) -> _Answer | None:
    """Take one row back; the refusal, where it stays as it is."""
    try:
        take_back(row, act)
    except Refusal as refusal:
        return _as_stored(refusal)
    return None


def _standing(bulk_id: int) -> list[tuple[int, int]]:
    """The decisions of an act that still stand, each with its correction."""
    decided = [it.decision for it in one(bulk_id).items if it.decision is not None]
    return [(each.id, each.correction_id) for each in decided if each.undone_at is None]


def _still_proposed(bulk: Bulk) -> list[int]:
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


def _unskip(session: Session, bulk_id: int) -> list[int]:
    """Take back the skips of an act, which are no decisions; the rows that are handed out again."""
    bulk = session.get_one(Bulk, bulk_id)
    rows = list(session.scalars(_skips(bulk)))
    session.execute(delete(Skip).where(Skip.user_id == bulk.by_id, Skip.correction_id.in_(rows)))
    return rows


def _as_stored(refusal: Refusal) -> _Answer:
    """A refusal as it is kept: the sentence before it is filled in, for whoever reads it."""
    plain = {name: value for name, value in refusal.details.items() if isinstance(value, str | int)}
    return {"code": refusal.code, "template": refusal.template, "details": plain}
