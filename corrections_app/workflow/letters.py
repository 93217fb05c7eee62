"""Who is owed a letter for a decision, and of which kind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from corrections_app.domain.lifecycle import NO_LETTER, Status
from corrections_app.models import Correction, Decision, Owed


def owe(session: Session, decision: Decision, *, now: datetime) -> Owed | None:
    """Note, in the decision's own transaction, that its reader is to be told.

    Nothing is owed to a reader who left no address, nor for a verdict of spam.
    It falls due when the undo window closes.
    """
    correction = session.get_one(Correction, decision.correction_id)
    contact = correction.contact
    if contact is None or contact.email is None or decision.reason in NO_LETTER:
        return None
    owed = Owed(
        decision_id=decision.id,
        correction_id=correction.id,
        kind=kind_of(correction, decision),
        due_at=decision.undo_until,
        created_at=now,
    )
    session.add(owed)
    return owed


def kind_of(correction: Correction, decision: Decision) -> str:
    """The letter's kind, which names its folder of templates."""
    if decision.outcome == Status.REJECTED:
        return "rejected"
    if decision.after is None:
        return "answered"
    return "accepted" if decision.as_proposed else "accepted_otherwise"
