"""A reader asked for a second look at a rejection: who judges it, and what becomes of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import AlreadyDecided, NotPermitted
from corrections_app.domain.roles import Ability
from corrections_app.models import Appeal, Correction, User
from corrections_app.workflow import locks, permission
from corrections_app.workflow.letters import owed
from corrections_app.workflow.transaction import Act, write


def uphold(correction_id: int, note: str, act: Act) -> None:
    """Let a rejection stand after a second look; the reader gets one last letter.

    Raises `NotPermitted` for whoever rejected it, where there is someone else.
    """
    note = note.strip()
    limits.check_length("note", note, limits.NOTE)
    request = act.once({"correction": correction_id, "action": "uphold", "note": note})
    with write() as session:
        if request.answered(session) is not None:
            return
        correction = locks.hold_correction(session, correction_id)
        appeal = appeal_to_judge(session, correction, act.by)
        appeal.outcome, appeal.note = "upheld", note or None
        appeal.judged_by_id, appeal.judged_at = act.by.id, act.now
        owed.owe_appeal(session, appeal, now=act.now)
        act.record(session, "uphold", correction, decision=appeal.decision_id)
        request.keep(session, {}, act.now)


def waiting_appeal(session: Session, correction: Correction) -> Appeal | None:
    """The appeal that waits on a correction, if one does."""
    return session.scalars(
        select(Appeal).where(Appeal.correction_id == correction.id, Appeal.outcome.is_(None))
    ).first()


def appeal_to_judge(session: Session, correction: Correction, by: User) -> Appeal:
    """The appeal that waits on a correction, for someone who may judge it."""
    waiting = waiting_appeal(session, correction)
    if waiting is None:
        raise AlreadyDecided("No appeal waits here.")
    permission.confirmed(session, by, Ability.JUDGE_APPEAL, correction)
    if waiting.decision.by_id == by.id and not permission.is_alone(session):
        raise NotPermitted("You rejected this yourself: a colleague must look at it.")
    return waiting
