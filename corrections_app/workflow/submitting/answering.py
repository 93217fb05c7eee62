"""A reader answers what an editor asked about their correction, by its receipt."""

from __future__ import annotations

from datetime import datetime

from corrections_app.domain import limits
from corrections_app.domain.errors import AlreadyDecided, Invalid, StaleVersion
from corrections_app.domain.lifecycle import Action, Status
from corrections_app.domain.text import characters
from corrections_app.domain.text.body import tidy
from corrections_app.extensions import db
from corrections_app.models import Correction, Enquiry
from corrections_app.workflow import audit, locks
from corrections_app.workflow.deciding.decision import raise_version
from corrections_app.workflow.pending import enquiries
from corrections_app.workflow.tokens import by_token
from corrections_app.workflow.transaction import OnceOnly, write


def answer(token: str, words: str, *, key: str | None, now: datetime, asked: str = "") -> bool:
    """Answer the question, once; whether that was new. The same key and words are the same answer.

    The days that the card waits apart say nothing about until when an answer is taken: as long
    as the correction is not decided. ``asked`` is when the question was asked that was read: an
    editor may have taken it back, and asked another. Raises `Invalid`, `TooLong`,
    `AlreadyDecided`, `StaleVersion`, `BadKey`, `NotFound`.
    """
    characters.check_keepable("answer", words)
    words = tidy(words).strip()
    if not words:
        raise Invalid.at("answer", "Write your answer.")
    limits.check_length("answer", words, limits.ANSWER)
    sent = by_token(token)
    characters.check("answer", words, lines=True, stood=sent.exact or "")
    correction_id = sent.id
    request = OnceOnly(f"receipt:{correction_id}", key, {"answer": words})
    db.session.rollback()
    with write(public=False) as session:
        if request.answered(session) is not None:
            return False
        correction = locks.hold_correction(session, correction_id)
        enquiry = session.get(Enquiry, correction_id, populate_existing=True)
        _check(correction, enquiry)
        assert enquiry is not None
        if asked and enquiry.created_at.isoformat() != asked:
            raise StaleVersion("The editors ask something else by now. Read the question again.")
        enquiry.answer, enquiry.answered_at = words, now
        session.flush()
        # Whoever is about to decide, or to decide those behind which it stands, reads it first.
        raise_version(session, correction)
        if correction.leader_id is not None:
            raise_version(session, session.get_one(Correction, correction.leader_id))
        audit.record(session, Action.ANSWER, correction, now=now, leader=correction.leader_id)
        request.keep(session, {}, now)
    return True


def _check(correction: Correction, enquiry: Enquiry | None) -> None:
    if enquiry is not None and enquiry.answered_at is not None:
        raise AlreadyDecided("You have answered this question already, and the editors have that.")
    if correction.status == Status.WITHDRAWN:
        raise AlreadyDecided("You withdrew this correction, so no answer is needed any more.")
    if correction.status != Status.PENDING:
        raise AlreadyDecided(
            "This correction was decided before your answer came, so it was not sent. "
            "The result is shown here."
        )
    if not enquiries.awaits_answer(correction, enquiry):
        raise AlreadyDecided("The editors need no answer any more: nothing is asked here.")
