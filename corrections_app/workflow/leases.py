"""Letters in one worker's hands: claimed by their state, on a lease, then marked or given back.

Marked sent *after* it was sent: a worker that is killed between the two leaves
a lease that runs out, and the letter goes again under the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from random import random
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select, update

from corrections_app.domain import waits
from corrections_app.models import Address, Letter
from corrections_app.workflow.addresses import OPEN, stop_of
from corrections_app.workflow.message import Message, Sender, Written
from corrections_app.workflow.transaction import write

LEASE = timedelta(seconds=120)
"""How long a letter is one worker's; more than a letter may take on the wire."""
STREAMS = ("digest", "overdue")
"""The kinds that come again and again to the same people (List-Id, RFC 2919)."""


@dataclass(frozen=True)
class Claimed:
    """A letter in this worker's hands, read so that no transaction need stay open."""

    id: int
    kind: str
    lease: str
    recipient: str
    address_key: str | None
    message_id: str
    thread: str | None
    subject: str
    text: str
    html: str
    secret: str | None
    created_at: datetime
    attempts: int
    unknowns: int
    first_attempt_at: datetime

    def message(self, sender: Sender) -> Message:
        """The letter as it goes. Raises `message.Malformed`."""
        return Message(written(self), sender)


@dataclass(frozen=True)
class Fate:
    """What became of one try: the state it leads to, and in words why it was not sent."""

    state: str
    error: str | None = None
    is_unknown: bool = False
    kept_here: bool = False
    """Whether it left nobody, because there is no mail server."""


def written(letter: Letter | Claimed) -> Written:
    """What a letter says, with what its row makes of it."""
    return Written(
        recipient=letter.recipient,
        message_id=letter.message_id,
        thread=letter.thread,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        date=letter.created_at,
        secret=letter.secret,
        stop=stop_of(letter.address_key) if letter.address_key else None,
        stream=letter.kind if letter.kind in STREAMS else None,
    )


def claim(limit: int, now: datetime) -> list[Claimed]:
    """Take up to ``limit`` letters that are due, or whose worker is gone, for `LEASE`."""
    lease = token_urlsafe(12)
    due = (
        select(Letter)
        .where(Letter.state.in_(OPEN), Letter.next_attempt_at <= now)
        .order_by(Letter.next_attempt_at, Letter.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with write() as session:
        letters = session.scalars(due).all()
        for letter in letters:
            letter.state, letter.lease = "sending", lease
            letter.next_attempt_at = now + LEASE
            letter.attempts += 1
            letter.first_attempt_at = letter.first_attempt_at or now
        names = [field.name for field in fields(Claimed)]
        return [Claimed(**{name: getattr(one, name) for name in names}) for one in letters]


def record(letter: Claimed, fate: Fate, now: datetime) -> str:
    """Write down what became of a letter, if it is still in our hands; the state it got."""
    state, error = fate.state, fate.error
    if state == "ready" and waits.is_hopeless(letter.first_attempt_at, now):
        state, error = "dead", f"given up after {waits.PATIENCE.days} days: {error}"
    values: dict[str, Any] = {
        "state": state,
        "error": error,
        "lease": None,
        "unknowns": letter.unknowns + fate.is_unknown,
        "next_attempt_at": now + waits.wait(letter.attempts, random()),
    }
    if state == "sent":
        values |= {"sent_at": now, "kept_here": fate.kept_here}
    if state != "ready":
        values["secret"] = None  # it goes no more, so nothing needs the link that it holds
    with write() as session:
        session.execute(_in_our_hands(letter).values(**values))
        if letter.address_key and (state == "sent" or fate.is_unknown):
            session.execute(
                update(Address).filter_by(key=letter.address_key).values(last_letter_at=now)
            )
    return state


def give_back(letters: Sequence[Claimed], since: datetime, trouble: str | None) -> None:
    """Leave letters as they were before they were claimed, with the reason if there is one."""
    with write() as session:
        for letter in letters:
            first = letter.first_attempt_at if letter.attempts > 1 else None
            session.execute(
                _in_our_hands(letter).values(
                    state="ready",
                    lease=None,
                    attempts=letter.attempts - 1,
                    first_attempt_at=first,
                    next_attempt_at=since,
                    error=trouble or Letter.error,
                )
            )


def _in_our_hands(letter: Claimed) -> Any:
    return update(Letter).where(
        Letter.id == letter.id, Letter.state == "sending", Letter.lease == letter.lease
    )
