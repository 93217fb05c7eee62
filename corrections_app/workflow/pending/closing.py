"""Closing a correction: the conditional write, the decision, the audit, the owed letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, delete, exists, insert, literal, select, union_all, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from corrections_app.domain.carrying import CARRIED, says_so
from corrections_app.domain.errors import AlreadyDecided
from corrections_app.domain.lifecycle import (
    ARTICLE_RETIRED,
    Action,
    ChangeClass,
    Status,
    after,
)
from corrections_app.domain.text.edits import Edit, splice
from corrections_app.language import N_, gettext
from corrections_app.models import (
    Approval,
    BulkItem,
    Correction,
    Decision,
    Escalation,
    Hold,
    Lease,
    Placement,
)
from corrections_app.models.engine import portions
from corrections_app.workflow import audit, dates
from corrections_app.workflow.letters import owed

_DID: dict[str, str] = {
    Status.ACCEPTED: N_("accepted"),
    Status.REJECTED: N_("rejected"),
    Status.SUPERSEDED: N_("closed without a verdict"),
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Closing:
    """How a correction is closed, and by whom; what only some closings have is left out."""

    action: Action
    by_id: int | None
    now: datetime
    reason: str | None = None
    note: str | None = None
    change_class: ChangeClass = ChangeClass.SILENT
    notice: str | None = None
    revision: int | None = None
    before: str | None = None
    after: str | None = None
    as_proposed: bool = True
    edits: Sequence[Edit] | None = None
    caused_by_id: int | None = None
    bulk_id: int | None = None
    """The act on many corrections that this is one row of."""


def standing(session: Session, correction_id: int) -> Decision | None:
    """The decision that holds for a correction, if there is one."""
    return session.scalar(
        select(Decision).where(
            Decision.correction_id == correction_id, Decision.undone_at.is_(None)
        )
    )


def take(session: Session, those: Sequence[Correction], action: Action, now: datetime) -> None:
    """The one conditional write that makes decisions; whoever changes too few rows has lost.

    ``those`` are as they were seen. Raises `AlreadyDecided`.
    """
    rows = [_taken(one, action, now) for one in those]
    session.flush()
    # The version is a belt: the article's row is held by now, and who saw another version was
    # refused before. It holds whoever may one day decide without either.
    if session.connection().execute(_TAKE, rows).rowcount != len(rows):
        raise _lost(session, those)
    for one, row in zip(those, rows, strict=True):
        mark(one, status=row["to"], version=row["seen"] + 1, decided_at=now)
    _forget_side_facts(session, [one.id for one in those])


_TABLE = Correction.__table__
_TAKE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("one"))
    .where(_TABLE.c.status == bindparam("was"), _TABLE.c.version == bindparam("seen"))
    .values(status=bindparam("to"), version=_TABLE.c.version + 1, decided_at=bindparam("at"))
)


def _taken(one: Correction, action: Action, now: datetime) -> dict[str, Any]:
    status = after(Status(one.status), action)
    return {"one": one.id, "was": one.status, "seen": one.version, "to": str(status), "at": now}


def mark(row: object, **values: object) -> None:
    """Let an object say what a statement has just written into its row, without reading it."""
    for name, value in values.items():
        set_committed_value(row, name, value)


def _lost(session: Session, those: Sequence[Correction]) -> AlreadyDecided:
    """The refusal of whoever was slower, for the first of these that somebody had closed."""
    for one in those:
        session.refresh(one)
        if one.status == Status.WITHDRAWN or standing(session, one.id) is not None:
            return too_late(session, one)
    return too_late(session, those[0])


def _forget_side_facts(session: Session, ids: Sequence[int]) -> None:
    """What only a pending correction has: it is not being checked, escalated or proposed now."""
    for some in portions(ids):
        # Most have none of them: that is asked at once.
        for found in session.scalars(_SIDE_FACTS_OF, {"some": some}).all():
            table = _SIDE_FACTS[found]
            session.execute(delete(table).where(table.correction_id.in_(some)))


_SIDE_FACTS: dict[int, Any] = dict(enumerate((Lease, Hold, Escalation, Approval)))
_SIDE_FACTS_OF = union_all(
    *(
        select(literal(number)).where(
            exists().where(table.correction_id.in_(bindparam("some", expanding=True)))
        )
        for number, table in _SIDE_FACTS.items()
    )
)


def close(session: Session, correction: Correction, terms: Closing) -> int:
    """Close a pending correction, with everything that belongs to it; the decision's number.

    Raises `AlreadyDecided` when it is no longer as it was read.
    """
    return close_all(session, [(correction, terms)])[correction.id]


def close_all(session: Session, those: Sequence[tuple[Correction, Closing]]) -> dict[int, int]:
    """Close pending corrections, each on its terms, which have one action, moment and person.

    The same as `close` for each of them, in this order, but that a thousand cost a few
    statements: everybody who wants to write waits meanwhile. The decisions' numbers, by those
    of the corrections. Raises `AlreadyDecided`.
    """
    if not those:
        return {}
    terms = those[0][1]
    take(session, [correction for correction, _ in those], terms.action, terms.now)
    decisions = [_decision(correction, own) for correction, own in those]
    made = _keep(session, decisions)
    owed.owe(session, decisions, now=terms.now)
    if terms.bulk_id is not None:
        _note_in_bulk(session, terms.bulk_id, made)
    told = [
        (terms.action, correction, _told(made[correction.id], own)) for correction, own in those
    ]
    audit.record_all(session, told, by_id=terms.by_id, now=terms.now)
    return made


def _decision(correction: Correction, terms: Closing) -> Row:
    """What is decided, as a row: objects by the thousand cost more than all that is written."""
    return {
        "correction_id": correction.id,
        "action": terms.action,
        "outcome": correction.status,
        "by_id": terms.by_id,
        "revision": terms.revision,
        "before": terms.before,
        "after": terms.after,
        "as_proposed": terms.as_proposed,
        "edits": terms.edits,
        "change_class": terms.change_class,
        "notice": terms.notice,
        "reason": terms.reason,
        "note": terms.note,
        "caused_by_id": terms.caused_by_id,
        "undo_until": undo_until(terms.now),
        "created_at": terms.now,
    }


def undo_until(moment: datetime) -> datetime:
    """Until when what is decided at a moment can be taken back without a word."""
    return moment + timedelta(seconds=current_app.config["UNDO_SECONDS"])


def _keep(session: Session, decisions: Sequence[Row]) -> dict[int, int]:
    """Write decisions down, which then have numbers: these, by those of their corrections."""
    made = {of: number for of, number in session.execute(_DECIDED, decisions)}
    for one in decisions:
        one["id"] = made[one["correction_id"]]
    return made


_DECISIONS = Decision.__table__
_DECIDED = insert(_DECISIONS).returning(_DECISIONS.c.correction_id, _DECISIONS.c.id)


def _note_in_bulk(session: Session, bulk_id: int, made: Mapping[int, int]) -> None:
    """Let the rows of an act on many know what was decided of them; who stood behind is none."""
    for some in portions(list(made)):
        rows = BulkItem.bulk_id == bulk_id, BulkItem.correction_id.in_(some)
        for item in session.scalars(select(BulkItem).where(*rows)):
            item.decision_id = made[item.correction_id]


def _told(decision_id: int, terms: Closing) -> dict[str, Any]:
    told = {"decision": decision_id, "revision": terms.revision, "reason": terms.reason}
    return told if terms.bulk_id is None else told | {"bulk": terms.bulk_id}


def supersede(
    session: Session,
    settled: Sequence[tuple[int, str]],
    *,
    caused_by_id: int | None,
    by_id: int | None,
    now: datetime,
) -> None:
    """Close what another change has settled: pairs of a correction's id and the reason."""
    found: dict[int, Correction] = {}
    for some in portions([correction_id for correction_id, _ in settled]):
        query = select(Correction).where(Correction.id.in_(some))
        found |= {one.id: one for one in session.scalars(query)}
    terms = Closing(Action.SUPERSEDE, by_id, now, caused_by_id=caused_by_id)
    close_all(session, [(found[one], replace(terms, reason=why)) for one, why in settled])


def too_late(
    session: Session, correction: Correction, action: str = "", reason: str | None = None
) -> AlreadyDecided:
    """The refusal of whoever was slower: who decided, what, and when."""
    decision = standing(session, correction.id)
    if decision is None and correction.status == Status.WITHDRAWN:
        return AlreadyDecided("The reader withdrew this correction.", same_outcome=False)
    if decision is None:
        return AlreadyDecided("This correction is already closed.", same_outcome=False)
    if decision.reason == ARTICLE_RETIRED:
        return AlreadyDecided(
            "The article was taken down at %(when)s, and what waited was closed with it.",
            what=decision.outcome,
            when=dates.time_lately(decision.created_at),
            at=decision.created_at.isoformat(),
            same_outcome=False,
        )
    who = decision.by.name if decision.by else gettext("The program")
    return AlreadyDecided(
        "%(who)s was faster: this correction was already %(did)s at %(when)s.",
        who=who,
        what=decision.outcome,
        did=gettext(_DID[decision.outcome]),
        when=dates.time_lately(decision.created_at),
        at=decision.created_at.isoformat(),
        same_outcome=decision.action == action and decision.reason == reason,
    )


def may_say_so(session: Session, correction: Correction) -> bool:
    """Whether the article may say already what a correction asks for.

    Of a remark, and of words that are not to be found, a person has to know.
    """
    placement = session.get(Placement, correction.id, populate_existing=True)
    wanted = correction.replacement
    if placement is None or wanted is None or placement.start is None or placement.end is None:
        return True
    text = correction.article.current.text
    parts = placement.edits or ()
    if placement.fit in CARRIED:
        return splice(text, parts) == text
    return says_so(text, placement.start, placement.end, correction.exact or "", wanted)
