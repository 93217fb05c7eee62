"""The outbox: letters are written when due, sent over one connection, and marked after sending.

``ready`` → ``sending`` (on a lease) → ``sent``, or ``dead`` when it cannot be
delivered, or ``suppressed``. No transaction is open while a mail server is
spoken to, and a letter that cannot go delays no other.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from secrets import token_urlsafe
from threading import Event
from typing import Any

from flask import Flask, current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.extensions import db
from corrections_app.models import Contact, Correction, Letter, Owed
from corrections_app.workflow import composing, leases
from corrections_app.workflow.composing import Composed
from corrections_app.workflow.leases import WAITING, Claimed, Fate
from corrections_app.workflow.message import Sender
from corrections_app.workflow.post import Post, open_post, sender_of
from corrections_app.workflow.smtp import Refused, Undelivered, Unknown, Unreachable
from corrections_app.workflow.transaction import write

BATCH = 10
SAFELY_LEASED = timedelta(seconds=25)
"""How old a lease may be when a letter is begun: what remains outlasts the slowest server."""
MOST_COMPOSED = 500
MOST_PARTS = 6
"""How many corrections one letter tells of, so that it stays a letter."""
COMPOSE_AGAIN = timedelta(minutes=15)
"""When a letter that could not be written is tried again: a template may have been mended."""
CAPPED = 1_000

_UNKNOWN_TWICE = "given up: twice the answer to the whole letter was lost, so it may have arrived"


@dataclass(frozen=True)
class Counts:
    """What one pass did; ``trouble`` is why letters had to stay, where none could go."""

    composed: int = 0
    sent: int = 0
    later: int = 0
    dead: int = 0
    trouble: str | None = None

    def __str__(self) -> str:
        said = (
            f"{self.composed} written, {self.sent} sent, {self.later} later, {self.dead} given up"
        )
        return f"{said}; letters cannot be delivered: {self.trouble}" if self.trouble else said


class _Overtaken(Exception):
    """Someone else wrote this letter, or what was owed is owed no more."""


def enqueue(session: Session, composed: Composed, now: datetime) -> Letter:
    """Put a letter into the outbox, inside the write transaction that calls for it."""
    letter = Letter(
        **{field.name: getattr(composed, field.name) for field in fields(Composed)},
        message_id=token_urlsafe(),  # for an instant: the real one is made from the row's id
        next_attempt_at=now,
        created_at=now,
    )
    session.add(letter)
    session.flush()
    letter.message_id = composing.message_id(letter.id)
    session.flush()
    return letter


def compose_due(now: datetime) -> int:
    """Write the letters of all that is owed and due, one a reader and article; how many.

    One that cannot be written says why on what is owed, and holds up no other.
    """
    return sum(_compose(owed_ids, now) for owed_ids in _due_groups(now))


def deliver(now: datetime, stop: Event | None = None) -> Counts:
    """One pass: write what is due, then send all that is due, over one connection.

    ``stop`` ends it after the letter in hand; whatever else was claimed is given back.
    """
    clock = _running_from(now)
    composed = compose_due(now)
    sent: Counter[str] = Counter()
    trouble = None
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with open_post(app) as post:
        while not trouble and not _is_set(stop):
            claimed = leases.claim(BATCH, clock())
            if not claimed:
                break
            trouble = _send_batch(post, claimed, sender_of(app), clock, stop, sent)
    return Counts(composed, sent["sent"], sent["ready"], sent["dead"], trouble)


def next_due(now: datetime) -> datetime | None:
    """When there is next something to do, which may be past; None when nothing waits."""
    owed = select(func.min(Owed.due_at)).where(Owed.state == "waiting")
    letter = select(func.min(Letter.next_attempt_at)).where(Letter.state.in_(WAITING))
    times = [db.session.scalar(query) for query in (owed, letter)]
    db.session.rollback()
    return min((time for time in times if time is not None), default=None)


def newest(state: str | None = None, limit: int = 100) -> list[Letter]:
    """The letters, newest first; only those of one state if it is named."""
    query = select(Letter).order_by(Letter.id.desc()).limit(limit)
    return list(db.session.scalars(query.filter_by(state=state) if state else query))


def one(letter_id: int) -> Letter:
    """The letter with this number. Raises `NotFound`."""
    letter = db.session.get(Letter, letter_id)
    if letter is None:
        raise NotFound("There is no such letter.")
    return letter


def how_many_unsent() -> int:
    """How many letters wait to be sent or were given up, counted no further than the cap."""
    query = select(Letter.id).where(Letter.state.in_((*WAITING, "dead"))).limit(CAPPED)
    return len(db.session.scalars(query).all())


def retry(letter_id: int, now: datetime) -> None:
    """Send a letter that was given up, or that waits for its next try, at once.

    Raises `NotFound`, or `Invalid` for one that was sent or is being sent.
    """
    one(letter_id)
    with write() as session:
        again = session.execute(
            update(Letter)
            .where(Letter.id == letter_id, Letter.state.in_(("ready", "dead")))
            .values(
                state="ready", next_attempt_at=now, attempts=0, first_attempt_at=None, unknowns=0
            )
        )
        if again.rowcount != 1:  # type: ignore[attr-defined]
            raise Invalid("This letter is not waiting: it was sent, or is being sent now.")


def _due_groups(now: datetime) -> list[list[int]]:
    """The numbers of what is owed and due, by reader and article, the longest due first."""
    query = (
        select(Owed.id, Contact.email, Correction.article_id)
        .join(Correction, Correction.id == Owed.correction_id)
        .outerjoin(Contact, Contact.correction_id == Correction.id)
        .where(Owed.state == "waiting", Owed.due_at <= now)
        .order_by(Owed.due_at, Owed.id)
        .limit(MOST_COMPOSED)
    )
    groups: dict[tuple[str | None, int], list[int]] = {}
    for owed_id, email, article_id in db.session.execute(query):
        groups.setdefault((email, article_id), []).append(owed_id)
    return [
        group[first : first + MOST_PARTS]
        for group in groups.values()
        for first in range(0, len(group), MOST_PARTS)
    ]


def _compose(owed_ids: list[int], now: datetime) -> int:
    """Write one letter before the writer's turn is taken, and store it if it is still owed."""
    owed = db.session.scalars(select(Owed).where(Owed.id.in_(owed_ids)).order_by(Owed.id)).all()
    contacts = [one.correction.contact for one in owed]
    try:
        if any(contact is None or contact.email is None for contact in contacts):
            return _settle(owed_ids, now, state="cancelled", error="the address was removed")
        composed = composing.of(owed)
    except Exception as error:  # a template may raise anything, and others must get their letters
        words = f"{type(error).__name__}: {error}"[:500]
        return _settle(owed_ids, now, due_at=now + COMPOSE_AGAIN, error=words)
    if len(owed_ids) > 1 and composed.is_too_large:
        half = len(owed_ids) // 2
        return _compose(owed_ids[:half], now) + _compose(owed_ids[half:], now)
    return _settle(owed_ids, now, composed, state="lettered", error=None)


def _settle(
    owed_ids: Sequence[int], now: datetime, composed: Composed | None = None, **values: Any
) -> int:
    """Change what is owed, with its letter if there is one, unless someone was faster."""
    try:
        with write() as session:
            if composed:
                values["letter_id"] = enqueue(session, composed, now).id
            changed = session.execute(
                update(Owed)
                .where(Owed.id.in_(owed_ids), Owed.state == "waiting", Owed.due_at <= now)
                .values(**values)
            )
            if changed.rowcount != len(owed_ids):  # type: ignore[attr-defined]
                raise _Overtaken
    except _Overtaken:
        return 0
    return 1 if composed else 0


def _send_batch(
    post: Post,
    claimed: Sequence[Claimed],
    sender: Sender,
    clock: Callable[[], datetime],
    stop: Event | None,
    sent: Counter[str],
) -> str | None:
    """Send letters while their lease is young; why none could go, if none could."""
    begun = clock()
    for index, letter in enumerate(claimed):
        trouble = None if _is_set(stop) else _trouble_of(post)
        if trouble or _is_set(stop) or clock() - begun > SAFELY_LEASED:
            leases.give_back(claimed[index:], begun, trouble)
            return trouble
        fate = _try(post, letter, sender)
        sent[leases.record(letter, fate, clock())] += 1
    return None


def _trouble_of(post: Post) -> str | None:
    try:
        post.connect()
    except Unreachable as error:
        return str(error)
    return None


def _try(post: Post, letter: Claimed, sender: Sender) -> Fate:
    try:
        message = letter.message(sender)
    except Exception as error:  # whatever is wrong with this row, the others must go
        return Fate("dead", f"cannot be sent as it is: {error}"[:500])
    try:
        post.send(message)
    except Refused as error:
        return Fate("dead" if error.permanent else "ready", str(error))
    except Unknown as error:
        if letter.unknowns:
            return Fate("dead", _UNKNOWN_TWICE, is_unknown=True)
        return Fate("ready", str(error), is_unknown=True)
    except Undelivered as error:
        return Fate("ready", str(error))
    return Fate("sent")


def _running_from(now: datetime) -> Callable[[], datetime]:
    """The time as it passes from ``now`` on: a pass may be long, and leases are not."""
    begun = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - begun)


def _is_set(stop: Event | None) -> bool:
    return stop is not None and stop.is_set()
