"""Who is owed a letter, of which kind, and when it is owed no more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from corrections_app.domain.errors import AlreadyDecided
from corrections_app.domain.lifecycle import (
    ALREADY_CORRECTED,
    ARTICLE_RETIRED,
    IN_HAND,
    LetterState,
    OwedState,
    Status,
)
from corrections_app.extensions import db
from corrections_app.models import Appeal, Correction, Decision, Letter, Owed, ReasonWording

LONG_WAIT = timedelta(days=14)
"""After so long a reader whose correction is still open is told that it is not forgotten."""

TAKEN_DOWN = "taken_down"
"""What a reader is told whose correction, or whose appeal, ended with its article."""

_GONE = (LetterState.SENDING, LetterState.SENT)
# It went, or its answer was lost and it may have gone.
_TOLD = or_(Letter.state.in_(_GONE), Letter.unknowns > 0)


def owe(session: Session, decision: Decision, *, now: datetime) -> Owed | None:
    """Note, in the decision's own transaction, that its reader is to be told.

    Nothing is owed to a reader who left no address or withdrew, nor where the
    reason says so (spam: an answer would only tell what works). It falls due
    when the undo window closes.
    """
    correction = session.get_one(Correction, decision.correction_id)
    if not _is_told(session, correction, decision):
        return None
    owed = Owed(
        decision_id=decision.id,
        correction_id=correction.id,
        kind=_kind(session, correction, decision),
        due_at=decision.undo_until,
        created_at=now,
    )
    session.add(owed)
    return owed


def owe_appeal(session: Session, appeal: Appeal, *, now: datetime) -> Owed | None:
    """Note that a reader is to be told that a rejection stands after a second look."""
    return _owe_of_appeal(session, appeal, "appeal_upheld", now)


def owe_taken_down(session: Session, appeal: Appeal, *, now: datetime) -> Owed | None:
    """Note that a reader is to be told why nobody takes that second look any more."""
    return _owe_of_appeal(session, appeal, TAKEN_DOWN, now)


def _owe_of_appeal(session: Session, appeal: Appeal, kind: str, now: datetime) -> Owed | None:
    if appeal.correction.contact is None or appeal.correction.contact.email is None:
        return None
    due_at = now + timedelta(seconds=current_app.config["UNDO_SECONDS"])
    told = {"kind": kind, "correction_id": appeal.correction_id}
    owed = session.scalars(select(Owed).filter_by(decision_id=appeal.decision_id, **told)).first()
    if owed is None:
        owed = Owed(decision_id=appeal.decision_id, **told, created_at=now)
        session.add(owed)
    # A rejection after an appeal owes this kind already; what it says now counts.
    owed.note, owed.due_at = appeal.note, due_at
    owed.state, owed.letter_id = OwedState.WAITING, None
    return owed


def received(session: Session, correction: Correction, now: datetime) -> None:
    """Note what a reader who just left an address will get whatever is decided, or is not.

    Call it in the transaction that stores the address; a second time, for
    another address, it adds nothing that waits already. It does the same for
    every address, so that nobody learns which ones are known here.
    """
    rows = {"still_checking": correction.created_at + LONG_WAIT}
    if current_app.config["CONFIRM_EMAIL"] == "always":
        rows["confirm"] = now
    waiting = select(Owed.kind).where(
        Owed.correction_id == correction.id,
        Owed.decision_id.is_(None),
        Owed.state == OwedState.WAITING,
    )
    for kind in rows.keys() - set(session.scalars(waiting)):
        session.add(Owed(correction_id=correction.id, kind=kind, due_at=rows[kind], created_at=now))


def cancel(
    session: Session, decision_ids: Sequence[int], now: datetime, *, must: bool = True
) -> None:
    """Owe nothing for decisions that are taken back, inside the transaction that does it.

    A letter that waits to be sent is held back; what else it was to tell goes
    into another. Raises `AlreadyDecided` when a reader was told already and
    all of it ``must`` be cancelled.
    """
    _cancel(session, Owed.decision_id.in_(decision_ids), now, must)


def cancel_of_appeal(session: Session, appeal: Appeal, now: datetime) -> None:
    """Owe no word that the article of an appeal was taken down: it was brought back."""
    told = and_(Owed.decision_id == appeal.decision_id, Owed.kind == TAKEN_DOWN)
    _cancel(session, told, now, must=False)


def _cancel(session: Session, which: ColumnElement[bool], now: datetime, must: bool) -> None:
    these = set(session.scalars(select(Owed.id).where(which)))
    session.execute(
        update(Owed)
        .where(Owed.id.in_(these), Owed.state == OwedState.WAITING)
        .values(state=OwedState.CANCELLED)
    )
    ids = select(Owed.letter_id).where(Owed.id.in_(these), Owed.letter_id.is_not(None))
    # Locked, so that no worker takes one of them between this look and the commit.
    query = select(Letter).where(Letter.id.in_(ids)).order_by(Letter.id)
    written = session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).all()
    told = [letter for letter in written if letter.state in _GONE or letter.unknowns]
    if told and must:
        raise AlreadyDecided(
            "A letter about this has been sent already. Open it again with a note instead."
        )
    for letter in written:
        # One that was given up, too: sent again by hand it would tell what no longer holds.
        if letter.state in (LetterState.READY, LetterState.DEAD) and letter not in told:
            _hold_back(session, letter, these, now, "the decision was undone before it went")


def drop(session: Session, correction_ids: Collection[int], now: datetime) -> list[int]:
    """Owe nothing more of corrections whose reader wants to be forgotten.

    What else a letter was to tell goes into another. The numbers of the letters that told
    of them, sent or not, or may be on their way at this moment.
    """
    query = select(Owed).where(Owed.correction_id.in_(correction_ids)).order_by(Owed.id)
    rows = session.scalars(query.with_for_update()).all()
    these = {one.id for one in rows}
    ids = {one.letter_id for one in rows if one.letter_id is not None}
    query_of = select(Letter).where(Letter.id.in_(ids), Letter.state.in_(IN_HAND))
    for letter in session.scalars(query_of.order_by(Letter.id).with_for_update()).all():
        # One that is being sent may arrive: what else it tells must not be told twice.
        if letter.state == LetterState.READY:
            _hold_back(session, letter, these, now, "its reader asked to be forgotten")
    for one in rows:
        if one.state == OwedState.WAITING:
            one.state = OwedState.CANCELLED
        one.error = one.address_key = None
    session.flush()
    return sorted(ids)


def promise(correction: Correction) -> str:
    """What a receipt may promise: the same for every address, known here or not.

    ``letter``, ``asks_first`` (the address has to be confirmed), ``stays_here``
    (there is no mail server) or ``none`` (there is no address).
    """
    if correction.contact is None or correction.contact.email is None:
        return "none"
    if current_app.config["LETTERS_STAY_HERE"]:
        return "stays_here"
    return "asks_first" if current_app.config["CONFIRM_EMAIL"] == "always" else "letter"


def about(correction: Correction) -> list[Owed]:
    """Everything that was or is to be told of a correction, oldest first."""
    query = select(Owed).where(Owed.correction_id == correction.id).order_by(Owed.id)
    return list(db.session.scalars(query))


def kind_of(decision: Decision) -> str:
    """What a decision says, whatever was said before: the name of a folder of templates."""
    if decision.outcome == Status.REJECTED:
        return "rejected"
    if decision.reason == ARTICLE_RETIRED:
        return TAKEN_DOWN
    if decision.outcome == Status.SUPERSEDED:
        settled = decision.reason == ALREADY_CORRECTED
        return "already_corrected" if settled else "settled_another_way"
    if decision.after is None and decision.revision is None:
        return "answered"
    return "accepted" if decision.as_proposed else "accepted_otherwise"


def _kind(session: Session, correction: Correction, decision: Decision) -> str:
    if decision.reason == ARTICLE_RETIRED:  # whatever was told before: nothing can follow
        return kind_of(decision)
    appealed = select(Appeal.decision_id).where(
        Appeal.correction_id == correction.id,
        Appeal.outcome == "reopened",
        Appeal.decision_id != decision.id,
    )
    if session.scalars(appealed).first():
        return "appeal_upheld" if decision.outcome == Status.REJECTED else "appeal_granted"
    told = (
        select(Owed.id)
        .join(Letter, Letter.id == Owed.letter_id)
        .where(Owed.correction_id == correction.id, Owed.decision_id.is_not(None), _TOLD)
    )
    return "decision_changed" if session.scalars(told).first() else kind_of(decision)


def _is_told(session: Session, correction: Correction, decision: Decision) -> bool:
    contact = correction.contact
    if contact is None or contact.email is None or decision.outcome == Status.WITHDRAWN:
        return False
    reason = session.get(ReasonWording, decision.reason or "")
    return reason is None or reason.sends_letter


def _hold_back(
    session: Session, letter: Letter, these: Collection[int], now: datetime, why: str
) -> None:
    letter.state, letter.error = LetterState.SUPPRESSED, why
    for owed in letter.owed:
        if owed.id in these:
            owed.state = OwedState.CANCELLED
        elif owed.state == "lettered":
            owed.state, owed.letter_id, owed.due_at = OwedState.WAITING, None, now
