"""A reader is forgotten: of one correction by its receipt, of all by whoever has the mailbox.

Whoever holds a receipt erases what was left with that one correction. Only who reads the
letters to a mailbox, or the newsroom, erases all that was left with its address: a receipt may
have been sent on. No correction, decision or notice goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from corrections_app.domain.lifecycle import AddressState
from corrections_app.extensions import db
from corrections_app.models import (
    Address,
    Contact,
    Correction,
    Decision,
    Letter,
    Notice,
    Owed,
    Revision,
)
from corrections_app.workflow import audit, locks
from corrections_app.workflow.hooks import keeping as hooks
from corrections_app.workflow.letters import addresses, owed
from corrections_app.workflow.pending import senders
from corrections_app.workflow.privacy import maildir, traces
from corrections_app.workflow.privacy.purging import forget_answers, forget_letters
from corrections_app.workflow.tokens import by_token
from corrections_app.workflow.transaction import write

STEP = 1_000
"""Addresses that are compared in one read."""
AT_ONCE = 50
"""Corrections, or letters, that are held in one transaction."""


@dataclass(frozen=True)
class Erased:
    """How much was erased."""

    contacts: int = 0
    letters: int = 0
    files: int = 0
    names: int = 0
    """Names that were printed with a notice."""
    answers: int = 0
    """Questions of editors, with the answers where there were some."""
    is_covered: bool = True
    """Whether nothing of it is left in SQLite's log."""

    def __str__(self) -> str:
        return (
            f"{self.contacts} addresses and names, {self.letters} letters’ copies, "
            f"{self.files} letters in files, {self.names} names beside notices, "
            f"{self.answers} questions with their answers"
        )


def of_receipt(token: str, now: datetime) -> Erased:
    """Forget who sent one correction. Raises `NotFound`. Twice is the same as once."""
    correction_id = by_token(token).id
    counts: Counter[str] = Counter()
    with write() as session:
        letters = _of_correction(session, correction_id, counts, now)
    return _finished(counts, letters)


def of_mailbox(key: str, now: datetime) -> Erased:
    """Forget all that was left with the address of a key, however it was spelt.

    That nothing is to be written there is remembered by the key, which nobody can read.
    """
    counts: Counter[str] = Counter()
    letters: list[int] = []
    for step in _in_steps(_corrections_of(key)):
        with write() as session:
            for correction_id in step:
                letters += _of_correction(session, correction_id, counts, now)
    for step in _in_steps(_letters_to(key)):
        with write() as session:
            counts["letters"] += forget_letters(session, step)
        letters += step
    with write() as session:
        session.execute(update(Owed).where(Owed.address_key == key).values(address_key=None))
        senders.forget_mailbox(session, key)
        _forget_wishes(session, key)
        if counts.total():
            audit.record(session, "erase_mailbox", now=now, contacts=counts["contacts"])
    return _finished(counts, letters, key)


def _forget_wishes(session: Session, key: str) -> None:
    """Remember of a mailbox nothing but that it wants no letters, where it said so."""
    this = Address.key == key
    session.execute(delete(Address).where(this, Address.state != AddressState.STOPPED))
    nothing = {"asked": 0, "last_letter_at": None, "confirmed_at": None, "unreachable_since": None}
    session.execute(update(Address).where(this).values(**nothing))


def _finished(counts: Counter[str], letters: Collection[int], key: str | None = None) -> Erased:
    """The files that belong to it removed too, and the database's log emptied."""
    query = select(Letter.message_id).where(Letter.id.in_(letters))
    ids = set(db.session.scalars(query))
    db.session.rollback()

    def is_meant(file: maildir.Kept) -> bool:
        return file.message_id in ids or (key is not None and key in map(_key, file.recipients))

    counts["files"] += maildir.remove(is_meant)
    return Erased(**counts, is_covered=traces.cover(tries=1))


def _key(address: str) -> str | None:
    with suppress(UnicodeError):  # somebody else's file may hold anything
        return addresses.key_of(address)
    return None


def _in_steps(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    yield from (ids[begin : begin + AT_ONCE] for begin in range(0, len(ids), AT_ONCE))


def _of_correction(
    session: Session, correction_id: int, counts: Counter[str], now: datetime
) -> list[int]:
    """Forget who sent it; the letters that told of it."""
    correction = locks.hold_correction(session, correction_id)
    contact = session.get(Contact, correction_id, populate_existing=True)
    letters = owed.drop(session, [correction_id], now)
    kept = session.scalars(
        select(Letter.id).where(Letter.id.in_(letters), Letter.recipient > "")
    ).all()
    forget_letters(session, kept)
    counts["letters"] += len(kept)
    senders.forget_correction(session, correction_id)
    counts["answers"] += forget_answers(session, [correction_id], now)
    hooks.forget_answers(session, correction_id)
    if contact is not None:
        counts["names"] += _take_name(session, correction, contact)
        session.delete(contact)
        session.flush()
        session.expire(correction, ["contact"])
        counts["contacts"] += 1
        audit.record(session, "erase", correction, now=now)
    return letters


def _take_name(session: Session, correction: Correction, contact: Contact) -> int:
    """Take a reader's name from the notices that thank them; from how many."""
    name = (contact.name or "").strip()
    if not name or not contact.credit:
        return 0
    decisions = select(Decision).where(Decision.correction_id == correction.id)
    taken = 0
    for decision in session.scalars(decisions.order_by(Decision.id)).all():
        number = decision.revision
        if number is None and decision.caused_by_id is not None:
            number = session.get_one(Decision, decision.caused_by_id).revision
        if number is not None:
            taken += _taken_from(session, correction.article_id, number, name)
    return taken


def _taken_from(session: Session, article_id: int, number: int, name: str) -> int:
    of_notice = select(Notice).filter_by(article_id=article_id, revision=number)
    of_revision = select(Revision).filter_by(article_id=article_id, number=number)
    notices = session.scalars(of_notice.order_by(Notice.id)).all()
    thanking = [one for one in notices if name in (one.thanks or ())]
    rows: list[Notice | Revision] = [*thanking, session.scalars(of_revision).one()]
    for one in rows:
        one.thanks = [other for other in one.thanks or () if other != name] or None
    return len(thanking)


def _corrections_of(key: str) -> list[int]:
    """The corrections that were sent with this mailbox's address: each address is compared.

    Article by article: whoever holds several takes their rows in one order.
    """
    found: list[tuple[int, int]] = []
    last = 0
    while True:
        query = select(Contact.correction_id, Contact.email, Correction.article_id)
        query = query.join(Correction, Correction.id == Contact.correction_id)
        query = query.where(Contact.correction_id > last).order_by(Contact.correction_id)
        rows = db.session.execute(query.limit(STEP)).all()
        if not rows:
            break
        found += [(of, one) for one, email, of in rows if email and addresses.key_of(email) == key]
        last = rows[-1][0]
    db.session.rollback()
    return [one for _, one in sorted(found)]


def _letters_to(key: str) -> list[int]:
    """The letters to a mailbox whose words are kept, also those that it asked for itself."""
    kept = select(Letter.recipient).where(Letter.recipient > "").distinct()
    spelt = [to for to in db.session.scalars(kept) if addresses.key_of(to) == key]
    query = select(Letter.id).where(Letter.recipient.in_(spelt)).order_by(Letter.id)
    found = list(db.session.scalars(query))
    db.session.rollback()
    return found
