"""Closing a correction: the conditional write, the decision, the audit, the owed letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

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
from corrections_app.workflow import audit, dates
from corrections_app.workflow.letters import owed

_DID: dict[str, str] = {
    Status.ACCEPTED: N_("accepted"),
    Status.REJECTED: N_("rejected"),
    Status.SUPERSEDED: N_("closed without a verdict"),
}


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


def take(session: Session, correction: Correction, action: Action, now: datetime) -> None:
    """The one conditional write that makes a decision; whoever changes no row has lost.

    ``correction`` is as it was seen. Raises `AlreadyDecided`.
    """
    status = after(Status(correction.status), action)
    # The version is a belt: the article's row is held by now, and who saw another version was
    # refused before. It holds whoever may one day decide without either.
    taken = session.execute(
        update(Correction)
        .where(
            Correction.id == correction.id,
            Correction.status == correction.status,
            Correction.version == correction.version,
        )
        .values(status=status, version=Correction.version + 1, decided_at=now)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        session.refresh(correction)
        raise too_late(session, correction)
    session.refresh(correction)
    _forget_side_facts(session, correction.id)


def _forget_side_facts(session: Session, correction_id: int) -> None:
    """What only a pending correction has: it is not being checked, escalated or proposed now."""
    for table in (Lease, Hold, Escalation, Approval):
        if row := session.get(table, correction_id):
            session.delete(row)


def close(session: Session, correction: Correction, terms: Closing) -> Decision:
    """Close a pending correction, with everything that belongs to it.

    Raises `AlreadyDecided` when it is no longer as it was read.
    """
    take(session, correction, terms.action, terms.now)
    decision = Decision(
        correction_id=correction.id,
        action=terms.action,
        outcome=correction.status,
        by_id=terms.by_id,
        revision=terms.revision,
        before=terms.before,
        after=terms.after,
        as_proposed=terms.as_proposed,
        edits=terms.edits,
        change_class=terms.change_class,
        notice=terms.notice,
        reason=terms.reason,
        note=terms.note,
        caused_by_id=terms.caused_by_id,
        undo_until=terms.now + timedelta(seconds=current_app.config["UNDO_SECONDS"]),
        created_at=terms.now,
    )
    session.add(decision)
    session.flush()
    owed.owe(session, decision, now=terms.now)
    if terms.bulk_id is not None:
        row = (BulkItem.bulk_id == terms.bulk_id) & (BulkItem.correction_id == correction.id)
        session.execute(update(BulkItem).where(row).values(decision_id=decision.id))
    audit.record(
        session,
        terms.action,
        correction,
        by_id=terms.by_id,
        now=terms.now,
        decision=decision.id,
        revision=decision.revision,
        reason=decision.reason,
        **{} if terms.bulk_id is None else {"bulk": terms.bulk_id},
    )
    return decision


def supersede(
    session: Session,
    settled: Sequence[tuple[int, str]],
    *,
    caused_by_id: int | None,
    by_id: int | None,
    now: datetime,
) -> None:
    """Close what another change has settled: pairs of a correction's id and the reason."""
    for correction_id, reason in settled:
        correction = session.get_one(Correction, correction_id)
        terms = Closing(Action.SUPERSEDE, by_id, now, reason=reason, caused_by_id=caused_by_id)
        close(session, correction, terms)


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
