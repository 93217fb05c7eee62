"""What is kept no longer is deleted, a few rows at a time, by the letters' worker or by hand."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import Select, case, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from corrections_app.domain.errors import Busy
from corrections_app.domain.lifecycle import IN_HAND, LetterState, OwedState
from corrections_app.extensions import db
from corrections_app.models import Contact, Enquiry, IdempotencyKey, Letter, Owed
from corrections_app.workflow import audit
from corrections_app.workflow.clock import now as read_clock
from corrections_app.workflow.hooks import keeping as hooks
from corrections_app.workflow.pending import senders
from corrections_app.workflow.people.one_time_links import LIFETIME
from corrections_app.workflow.privacy import due, maildir, traces
from corrections_app.workflow.transaction import write

AT_ONCE = 100
"""Rows of one transaction: others who write wait no longer than for these."""
PAUSE = timedelta(hours=1)
"""Between two passes of a worker."""
LATE = timedelta(days=1)
"""After which a pass is missed: no worker runs, or it cannot write."""

_KEPT = (due.letters, due.keys, due.answers)
_EXPIRED = "the link in it expired before it could be sent"


@dataclass(frozen=True)
class Purged:
    """How much one pass deleted."""

    contacts: int = 0
    letters: int = 0
    files: int = 0
    keys: int = 0
    answers: int = 0
    is_covered: bool = True
    """Whether nothing of it is left in SQLite's log."""

    def __str__(self) -> str:
        return (
            f"{self.contacts} addresses and names, {self.letters} letters’ copies, "
            f"{self.files} letters in files, {self.keys} keys of requests, "
            f"{self.answers} questions to readers with their answers"
        )


def purge(now: datetime, stop: threading.Event | None = None) -> Purged:
    """Delete all that is kept no longer; ``stop`` ends it after the rows in hand.

    Raises `Busy` when the writer's turn does not come.
    """
    stop = stop or threading.Event()
    _spoil_links(now)
    senders.forget(now)
    hooks.purge(now, stop)
    return Purged(
        contacts=_contacts(now, stop),
        letters=_in_steps(due.letters(AT_ONCE, now), forget_letters, "letters", now, stop),
        files=maildir.remove_older(now - due.terms().after),
        keys=_in_steps(due.keys(AT_ONCE, now), _forget_keys, "keys", now, stop),
        answers=_in_steps(
            due.answers(AT_ONCE, now), partial(forget_answers, now=now), "answers", now, stop
        ),
        # Not only after a pass that found something: an erasing may have been in a reader's way.
        is_covered=traces.cover(),
    )


def is_late(now: datetime) -> bool:
    """Whether something should have been deleted long ago."""
    before, last = now - LATE, 0
    if any(db.session.scalar(query(1, before)) is not None for query in _KEPT):
        return True
    if senders.has_old(before) or maildir.has_older(before - due.terms().after):
        return True
    while True:
        found, following = due.contacts(last, before)
        if found or following is None:
            return bool(found)
        last = following


def forget_answers(session: Session, ids: Sequence[int], now: datetime) -> int:
    """Keep of what readers were asked and answered only when; no card waits for an answer to it."""
    over = case((Enquiry.until > now, now), else_=Enquiry.until)
    forgotten = session.execute(
        update(Enquiry)
        .where(Enquiry.correction_id.in_(ids), Enquiry.question.is_not(None))
        .values(question=None, answer=None, until=over)
    )
    return int(forgotten.rowcount)  # type: ignore[attr-defined]


def forget_letters(session: Session, ids: Sequence[int]) -> int:
    """Keep of letters only what became of them: not their words, nor to whom they went."""
    session.execute(
        update(Letter)
        .where(Letter.id.in_(ids), Letter.state.in_(IN_HAND))
        .values(state=LetterState.SUPPRESSED, lease=None)
    )
    forgotten = session.execute(
        update(Letter)
        .where(Letter.id.in_(ids))
        .values(recipient="", address_key=None, text="", html="", secret=None, error=None)
    )
    return int(forgotten.rowcount)  # type: ignore[attr-defined]


def _contacts(now: datetime, stop: threading.Event) -> int:
    last, gone = 0, 0
    while not stop.is_set():
        found, following = due.contacts(last, now)
        for begin in range(0, len(found), AT_ONCE):
            gone += _forget_contacts(found[begin : begin + AT_ONCE], now)
        if following is None:
            break
        last = following
    db.session.rollback()
    return gone


def _forget_contacts(found: Sequence[int], now: datetime) -> int:
    with write(public=False) as session:
        ids = due.still_due(session, found, now)
        session.execute(delete(Contact).where(Contact.correction_id.in_(ids)))
        session.execute(
            update(Owed)
            .where(Owed.correction_id.in_(ids), Owed.state == OwedState.WAITING)
            .values(state=OwedState.CANCELLED, error=None, address_key=None)
        )
        if ids:
            audit.record(session, "purge", now=now, what="contacts", rows=len(ids))
    return len(ids)


def _in_steps(
    query: Select[Any],
    forget: Callable[[Session, Sequence[int]], int],
    what: str,
    now: datetime,
    stop: threading.Event,
) -> int:
    """Forget all that a query finds, which finds the next once these are forgotten."""
    gone = 0
    while not stop.is_set():
        ids = db.session.scalars(query).all()
        if not ids:
            break
        with write(public=False) as session:
            done = forget(session, ids)
            audit.record(session, "purge", now=now, what=what, rows=done)
        gone += done
    db.session.rollback()
    return gone


def _spoil_links(now: datetime) -> None:
    """Let no letter hold a one-time link that has expired while no mail server took it."""
    expired = (
        Letter.state == LetterState.READY,
        Letter.secret.is_not(None),
        Letter.created_at <= now - LIFETIME,
    )
    if db.session.scalar(select(Letter.id).where(*expired).limit(1)) is not None:
        with write(public=False) as session:
            spoilt = {"state": LetterState.DEAD, "secret": None, "error": _EXPIRED}
            session.execute(update(Letter).where(*expired).values(**spoilt))


def _forget_keys(session: Session, ids: Sequence[int]) -> int:
    gone = session.execute(delete(IdempotencyKey).where(IdempotencyKey.id.in_(ids)))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def run(
    app: Flask,
    stop: threading.Event,
    pause: timedelta = PAUSE,
    clock: Callable[[], datetime] = read_clock,
) -> None:
    """Purge now and then until ``stop`` is set; a failed pass is said, and the next one comes."""
    while not stop.is_set():
        try:
            with app.app_context():
                purge(clock(), stop)
        except (SQLAlchemyError, Busy, OSError) as error:
            said = str(error).splitlines()[0]
            print(
                f"corrections: what is kept no longer could not be deleted: {said}; trying again.",
                file=sys.stderr,
                flush=True,
            )
        stop.wait(pause.total_seconds())
