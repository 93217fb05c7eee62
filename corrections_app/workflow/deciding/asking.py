"""An editor asks the reader of a correction one question, before it is decided."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import AlreadyDecided, Invalid, StaleVersion
from corrections_app.domain.lifecycle import Action, Status, check_asking
from corrections_app.extensions import db
from corrections_app.models import Correction, Enquiry
from corrections_app.workflow import locks, permission
from corrections_app.workflow.deciding.decision import raise_version
from corrections_app.workflow.letters import owed
from corrections_app.workflow.pending import closing, enquiries
from corrections_app.workflow.transaction import Act, write


def ask(correction_id: int, question: str, act: Act, *, seen: int | None) -> None:
    """Ask its reader, and let the card wait apart until there is an answer, or its days are over.

    ``seen`` is the version that was on the screen. A correction that leads others asks its own
    reader alone. The question stands on the receipt at once; the letter waits as long as a
    decision's, so that it can be taken back. Raises `Invalid`, `TooLong`, `AlreadyDecided`,
    `StaleVersion`, `NotPermitted`.
    """
    question = question.strip()
    if not question:
        raise Invalid.at("question", "Write what you want to know from the reader.")
    limits.check_length("question", question, limits.QUESTION)
    if seen is None:
        raise Invalid.at("seen", "Say which version of the correction you saw (seen).")
    asked = {"correction": correction_id, "action": Action.ASK, "question": question, "seen": seen}
    request = act.once(asked)
    db.session.rollback()
    with write(public=False) as session:
        if request.answered(session) is not None:
            return
        correction = locks.hold_correction(session, correction_id)
        _check(session, correction, seen)
        permission.decider(session, act.by, correction)
        until = act.now + timedelta(days=current_app.config["ANSWER_DAYS"])
        own = {"correction_id": correction.id, "by_id": act.by.id, "created_at": act.now}
        session.add(Enquiry(**own, question=question, until=until))
        owed.owe_question(session, correction, now=act.now)
        session.flush()
        raise_version(session, correction)
        act.record(session, Action.ASK, correction, until=until.isoformat())
        request.keep(session, {}, act.now)


def _check(session: Session, correction: Correction, seen: int) -> None:
    if correction.status != Status.PENDING:
        raise closing.too_late(session, correction, Action.ASK)
    check_asking(enquiries.facts_of(session, correction))
    if correction.version != seen:
        raise StaleVersion("This correction changed since you opened it. Look at it again.")


def take_back(session: Session, correction: Correction, act: Act) -> None:
    """Ask nothing after all: one's own question, before the letter has gone and without an answer.

    Stands inside the transaction. Raises `StaleVersion` and `AlreadyDecided`.
    """
    enquiry = session.get(Enquiry, correction.id, populate_existing=True)
    if enquiry is None or enquiry.by_id != act.by.id:
        raise StaleVersion("That was changed meanwhile. Look at it again.")
    if enquiry.answered_at is not None:
        raise AlreadyDecided("The reader has answered already: the question stays.")
    if not owed.cancel_question(session, correction, act.now):
        raise AlreadyDecided("The reader has been sent the question already: it stays.")
    session.delete(enquiry)
