"""The outbox: every letter, from the moment it is written until its fate is known.

``ready`` → ``sending`` (on a lease) → ``sent``, or ``dead`` when it cannot be
delivered, or ``suppressed`` when it must not be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from secrets import token_urlsafe

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.extensions import db
from corrections_app.models import Correction, Letter, Owed
from corrections_app.workflow import composing
from corrections_app.workflow.addresses import OPEN
from corrections_app.workflow.composing import Composed
from corrections_app.workflow.leases import written
from corrections_app.workflow.message import SECRET_MARK, headers_of
from corrections_app.workflow.post import sender_of
from corrections_app.workflow.transaction import write

CAPPED = 1_000
PAGE = 100
STATES: dict[str, tuple[str, ...]] = {
    "due": OPEN,
    "sent": ("sent",),
    "failed": ("dead",),
    "stopped": ("suppressed",),
}
"""What moderators may look at, and the states that are meant."""


def enqueue(session: Session, composed: Composed, now: datetime, state: str = "ready") -> Letter:
    """Put a letter into the outbox, inside the write transaction that calls for it."""
    letter = Letter(
        **{field.name: getattr(composed, field.name) for field in fields(Composed)},
        state=state,
        message_id=token_urlsafe(),  # for an instant: the real one names the row's id
        next_attempt_at=now,
        created_at=now,
    )
    session.add(letter)
    session.flush()
    letter.message_id = composing.message_id(letter.id)
    session.flush()
    return letter


def newest(show: str | None = None, before: int | None = None) -> list[Letter]:
    """A page of letters, newest first: of one of `STATES`, older than a number, or any."""
    query = select(Letter).order_by(Letter.id.desc()).limit(PAGE)
    if show in STATES:
        query = query.where(Letter.state.in_(STATES[show]))
    if before:
        query = query.where(Letter.id < before)
    return list(db.session.scalars(query))


def unwritten() -> list[Owed]:
    """What is owed and not yet a letter because its time has not come, the next due first."""
    query = (
        select(Owed)
        .where(Owed.state == "waiting", Owed.kind != "still_checking")
        .options(joinedload(Owed.correction).joinedload(Correction.contact))
        .order_by(Owed.due_at, Owed.id)
        .limit(PAGE)
    )
    return list(db.session.scalars(query).unique())


def counts() -> dict[str, int]:
    """How many letters of each of `STATES` there are, counted no further than the cap."""
    return {show: _how_many(states) for show, states in STATES.items()}


def one(letter_id: int) -> Letter:
    """The letter with this number. Raises `NotFound`."""
    letter = db.session.get(Letter, letter_id)
    if letter is None:
        raise NotFound("There is no such letter.")
    return letter


def headers(letter: Letter) -> dict[str, str]:
    """The headers that a letter is sent with."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return headers_of(written(letter), sender_of(app))


def how_many_unsent() -> int:
    """How many letters wait to be sent or were given up, counted no further than the cap."""
    return _how_many((*OPEN, "dead"))


def retry(letter_id: int, now: datetime) -> None:
    """Send a letter that was given up, or that waits for its next try, at once.

    Raises `NotFound`, or `Invalid` for one that was sent or is being sent, and for one
    whose one-time link is forgotten.
    """
    if has_lost_its_link(one(letter_id)):
        raise Invalid("The link of this letter is void. Send a new one instead.")
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


def has_lost_its_link(letter: Letter) -> bool:
    """Whether the letter was to carry a one-time link, which is kept nowhere any more."""
    return letter.secret is None and SECRET_MARK in letter.text


def _how_many(states: Sequence[str]) -> int:
    query = select(Letter.id).where(Letter.state.in_(states)).limit(CAPPED)
    return len(db.session.scalars(query).all())
