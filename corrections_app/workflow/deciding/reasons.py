"""The reasons for rejecting, in the newsroom's own words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.domain.lifecycle import Reason
from corrections_app.extensions import db
from corrections_app.models import ReasonWording, User
from corrections_app.workflow import audit
from corrections_app.workflow.transaction import write


def everything() -> list[ReasonWording]:
    """All reasons in the order in which moderators see them, retired ones included."""
    return list(db.session.scalars(select(ReasonWording).order_by(ReasonWording.position)))


def offered() -> list[ReasonWording]:
    """The reasons that a moderator may choose."""
    return [reason for reason in everything() if reason.active]


def wording(code: str) -> ReasonWording | None:
    """The reason with this code, retired or not, if there is one."""
    return db.session.get(ReasonWording, code)


def check(session: Session, code: str | None, note: str = "") -> ReasonWording:
    """The reason with this code. Raises `Invalid` where it is not offered, or lacks its note."""
    reason = session.get(ReasonWording, code or "")
    if reason is None or not reason.active:
        raise Invalid.at("reason", "Choose one of the reasons offered.")
    if code == Reason.OTHER and not note.strip():
        raise Invalid.at("note", "Write to the reader why: this reason says nothing else.")
    return reason


def reword(
    code: str,
    *,
    label: str,
    sentence: str,
    neutral: bool,
    sends_letter: bool,
    active: bool,
    by: User,
    now: datetime,
) -> None:
    """Change a reason's words and flags, from now on.

    Raises `NotFound`, `Invalid` and `TooLong`.
    """
    limits.check_length("label", label, limits.NAME)
    limits.check_length("sentence", sentence, limits.NOTE)
    if not label.strip() or not sentence.strip():
        field = "sentence" if label.strip() else "label"
        raise Invalid.at(field, "A reason has a label, and a sentence that the reader gets.")
    with write() as session:
        reason = session.get(ReasonWording, code)
        if reason is None:
            raise NotFound("There is no such reason.")
        reason.label, reason.sentence = label.strip(), sentence.strip()
        reason.neutral, reason.sends_letter, reason.active = neutral, sends_letter, active
        audit.record(session, "reword_reason", by_id=by.id, now=now, reason=code)
