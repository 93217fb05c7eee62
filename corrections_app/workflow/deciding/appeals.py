from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import AlreadyDecided, NotPermitted, TooLong
from corrections_app.domain.roles import Ability
from corrections_app.models import Appeal, Correction, User
from corrections_app.workflow import audit, locks, permission
from corrections_app.workflow.letters import owed
from corrections_app.workflow.transaction import OnceOnly, write


def uphold(
    correction_id: int, note: str, *, by: User, key: str | None = None, now: datetime
) -> None:
    """Let a rejection stand after a second look; the reader gets one last letter.

    Raises `NotPermitted` for whoever rejected it, where there is someone else.
    """
    note = note.strip()
    if len(note) > limits.NOTE:
        sentence = f"That is too long: {limits.NOTE:,} characters at most."
        raise TooLong(sentence, fields={"note": sentence})
    asked = {"correction": correction_id, "action": "uphold", "note": note}
    request = OnceOnly(f"act:{by.id}", key, asked)
    with write() as session:
        if request.answered(session) is not None:
            return
        correction = locks.hold_correction(session, correction_id)
        judged = judging(session, correction, by)
        judged.outcome, judged.note = "upheld", note or None
        judged.judged_by_id, judged.judged_at = by.id, now
        owed.owe_appeal(session, judged, now=now)
        audit.record(
            session,
            "uphold",
            article_id=correction.article_id,
            correction_id=correction.id,
            by_id=by.id,
            now=now,
            decision=judged.decision_id,
        )
        request.keep(session, {}, now)


def appeal_of(session: Session, correction: Correction) -> Appeal | None:
    """The appeal that waits on a correction, if one does."""
    return session.scalars(
        select(Appeal).where(Appeal.correction_id == correction.id, Appeal.outcome.is_(None))
    ).first()


def judging(session: Session, correction: Correction, by: User) -> Appeal:
    """The appeal that waits on a correction, for someone who may judge it."""
    waiting = appeal_of(session, correction)
    if waiting is None:
        raise AlreadyDecided("No appeal waits here.")
    permission.confirmed(session, by, Ability.JUDGE_APPEAL, correction)
    if waiting.decision.by_id == by.id and not permission.is_alone(session):
        raise NotPermitted("You rejected this yourself: a colleague must look at it.")
    return waiting
