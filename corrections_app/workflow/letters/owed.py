"""Who is owed a letter, of which kind, and when it is owed no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)
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
from corrections_app.models import (
    Appeal,
    Contact,
    Correction,
    Decision,
    Enquiry,
    Letter,
    Owed,
    ReasonWording,
)
from corrections_app.models.engine import portions, put
from corrections_app.workflow.transaction import write

LONG_WAIT = timedelta(days=14)
"""After so long a reader whose correction is still open is told that it is not forgotten."""

TAKEN_DOWN = "taken_down"
"""What a reader is told whose correction, or whose appeal, ended with its article."""

QUESTION = "question"
"""What tells a reader that an editor asks something, before anything is decided."""

_GONE = (LetterState.SENDING, LetterState.SENT)
# It went, or its answer was lost and it may have gone.
_WENT = or_(Letter.state.in_(_GONE), Letter.unknowns > 0)


def owe(session: Session, decisions: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Note, in the transaction of some decisions, that their readers are to be told.

    ``decisions`` are their rows. Nothing is owed to a reader who left no address or
    withdrew, nor where the reason says so (spam: an answer would only tell what works).
    It falls due when the undo window closes.
    """
    told = _told(session, decisions)
    ids = [decision["correction_id"] for decision in told]
    appealed, told_before = _appealed(session, ids), _told_before(session, ids)
    rows = [
        {
            "decision_id": decision["id"],
            "correction_id": decision["correction_id"],
            "kind": _kind(decision, appealed, told_before),
            "due_at": decision["undo_until"],
            "state": OwedState.WAITING,
            "created_at": now,
        }
        for decision in told
    ]
    if rows:
        session.execute(insert(Owed.__table__), rows)


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


def owe_question(session: Session, correction: Correction, *, now: datetime) -> None:
    """Note that a reader is asked something, in the transaction that asks it.

    It falls due when the undo window closes; nothing is owed to a reader without an address.
    """
    if session.scalar(select(Contact.email).filter_by(correction_id=correction.id)) is None:
        return
    due_at = now + timedelta(seconds=current_app.config["UNDO_SECONDS"])
    session.add(Owed(correction_id=correction.id, kind=QUESTION, due_at=due_at, created_at=now))


def cancel_question(session: Session, correction: Correction, now: datetime) -> bool:
    """Ask nothing after all; False where a letter has told of it, or may have."""
    asked = and_(Owed.correction_id == correction.id, Owed.kind == QUESTION)
    try:
        _cancel(session, asked, now, must=True)
    except AlreadyDecided:
        return False
    return True


def withhold_overtaken(letter_id: int, now: datetime) -> bool:
    """Hold back a letter, just before it goes, whose question was answered or decided meanwhile.

    A mail server may have kept it waiting for days. What else it was to tell goes into another;
    one that may have arrived already goes again as it was.
    """
    asks = select(Owed.id).where(Owed.letter_id == letter_id, Owed.kind == QUESTION)
    answered = asks.join(Enquiry, Enquiry.correction_id == Owed.correction_id).where(
        Enquiry.answered_at.is_not(None)
    )
    over = select(Owed.id).where(or_(Owed.id.in_(answered), Owed.id.in_(asks.where(is_put_off()))))
    if db.session.scalar(over.limit(1)) is None:
        return False
    db.session.rollback()
    with write(public=False) as session:
        query = select(Letter).where(Letter.id == letter_id, Letter.unknowns == 0)
        letter = session.scalars(query.with_for_update()).first()
        if letter is None or letter.state != LetterState.SENDING:
            return False
        letter.lease = None
        these = set(session.scalars(answered))
        _hold_back(session, letter, these, now, "its question was answered or decided before")
    return True


def is_put_off() -> ColumnElement[bool]:
    """Whether a question is about a correction that is closed: asked of nobody, unless that is
    undone, and then it is owed as before."""
    closed = select(Correction.id).where(
        Correction.id == Owed.correction_id, Correction.status != Status.PENDING
    )
    return and_(Owed.kind == QUESTION, closed.correlate(Owed).exists())


def received(session: Session, correction: Correction, now: datetime) -> None:
    """Note what a reader who just left an address will get whatever is decided, or is not.

    Call it in the transaction that stores the address; a second time, for
    another address, it adds nothing that waits already. It does the same for
    every address, so that nobody learns which ones are known here.
    """
    rows = _told_anyway(correction, now)
    if _is_asked(session, correction):
        rows[QUESTION] = now
    waiting = select(Owed.kind).where(
        Owed.correction_id == correction.id,
        Owed.decision_id.is_(None),
        Owed.state == OwedState.WAITING,
    )
    for kind in rows.keys() - set(session.scalars(waiting)):
        session.add(Owed(correction_id=correction.id, kind=kind, due_at=rows[kind], created_at=now))


def _is_asked(session: Session, correction: Correction) -> bool:
    """Whether a question waits for its reader, whom a letter can be sent from now on."""
    waits = select(Enquiry.correction_id).where(
        Enquiry.correction_id == correction.id,
        Enquiry.answered_at.is_(None),
        Enquiry.question.is_not(None),
    )
    return session.scalar(waits) is not None


def received_first(session: Session, correction: Correction, now: datetime) -> None:
    """The same for a correction that has just been stored, to which nothing is owed yet."""
    row = {"correction_id": correction.id, "state": OwedState.WAITING, "created_at": now}
    due = _told_anyway(correction, now)
    rows = [row | {"kind": kind, "due_at": at} for kind, at in due.items()]
    put(session, _OWED, rows)


_OWED = insert(Owed.__table__)


def _told_anyway(correction: Correction, now: datetime) -> dict[str, datetime]:
    """Each kind of letter that comes before any decision, and when it is due."""
    due = {"still_checking": correction.created_at + LONG_WAIT}
    return due | ({"confirm": now} if current_app.config["CONFIRM_EMAIL"] == "always" else {})


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
    changed = decision.after is not None or decision.revision is not None
    return _says(decision.outcome, decision.reason, changed, decision.as_proposed)


def _says(outcome: str, reason: str | None, changed: bool, as_proposed: bool) -> str:
    if outcome == Status.REJECTED:
        return "rejected"
    if reason == ARTICLE_RETIRED:
        return TAKEN_DOWN
    if outcome == Status.SUPERSEDED:
        return "already_corrected" if reason == ALREADY_CORRECTED else "settled_another_way"
    if not changed:
        return "answered"
    return "accepted" if as_proposed else "accepted_otherwise"


def _kind(decision: Mapping[str, Any], appealed: Collection[int], told: Collection[int]) -> str:
    """What a decision tells its reader, after whatever was told before."""
    number, outcome, reason = (decision[name] for name in ("correction_id", "outcome", "reason"))
    changed = decision["after"] is not None or decision["revision"] is not None
    if number in appealed and reason != ARTICLE_RETIRED:  # after that nothing can follow
        return "appeal_upheld" if outcome == Status.REJECTED else "appeal_granted"
    if number in told and reason != ARTICLE_RETIRED:
        return "decision_changed"
    return _says(outcome, reason, changed, decision["as_proposed"])


def _appealed(session: Session, ids: Sequence[int]) -> set[int]:
    """Which of these corrections an appeal has opened again."""
    return _among(session, _APPEALED, ids)


def _told_before(session: Session, ids: Sequence[int]) -> set[int]:
    """Of which of these corrections a letter has told already what was decided."""
    return _among(session, _TOLD_OF, ids)


def _among(session: Session, query: Select[Any], those: Sequence[Any]) -> set[Any]:
    """What one of the queries below finds among these."""
    found = (session.scalars(query, {"those": some}) for some in portions(those))
    return {one for each in found for one in each}


# Built once: every decision asks some of them in the writer's turn.
_THOSE: BindParameter[Any] = bindparam("those", expanding=True)
_APPEALED = select(Appeal.correction_id).where(
    Appeal.outcome == "reopened", Appeal.correction_id.in_(_THOSE)
)
_TOLD_OF = (
    select(Owed.correction_id)
    .join(Letter, Letter.id == Owed.letter_id)
    .where(Owed.decision_id.is_not(None), _WENT, Owed.correction_id.in_(_THOSE))
)
_SILENT = select(ReasonWording.code).where(
    ReasonWording.sends_letter.is_(False), ReasonWording.code.in_(_THOSE)
)
_REACHABLE = select(Contact.correction_id).where(
    Contact.email.is_not(None), Contact.correction_id.in_(_THOSE)
)


def _told(session: Session, decisions: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Those of these decisions that their readers hear of."""
    codes = {one["reason"] for one in decisions if one["reason"]}
    silent = _among(session, _SILENT, list(codes))
    heard = [
        one
        for one in decisions
        if one["outcome"] != Status.WITHDRAWN and one["reason"] not in silent
    ]
    ids = [one["correction_id"] for one in heard]
    known = _among(session, _REACHABLE, ids)
    return [one for one in heard if one["correction_id"] in known]


def _hold_back(
    session: Session, letter: Letter, these: Collection[int], now: datetime, why: str
) -> None:
    letter.state, letter.error = LetterState.SUPPRESSED, why
    for owed in letter.owed:
        if owed.id in these:
            owed.state = OwedState.CANCELLED
        elif owed.state == "lettered":
            owed.state, owed.letter_id, owed.due_at = OwedState.WAITING, None, now
