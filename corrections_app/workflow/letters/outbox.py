"""The outbox: every letter, from the moment it is written until its fate is known.

``ready`` → ``sending`` (on a lease) → ``sent``, or ``dead`` when it cannot be
delivered, or ``suppressed`` when it must not be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from random import random
from secrets import token_urlsafe
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from corrections_app.domain.bounces.refusals import Cause
from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.domain.lifecycle import IN_HAND, LetterState, OwedState
from corrections_app.extensions import db
from corrections_app.models import Address, Correction, Letter, Owed
from corrections_app.workflow.letters import addresses, envelope, writing
from corrections_app.workflow.letters.addresses import stop_of
from corrections_app.workflow.letters.letter import SECRET_MARK, Written, sender_of
from corrections_app.workflow.letters.owed import is_put_off
from corrections_app.workflow.letters.writing import Composed
from corrections_app.workflow.transaction import write

LEASE = timedelta(seconds=120)
"""How long a letter is one worker's; more than a letter may take on the wire."""
# RFC 5321, section 4.5.4.1: waits of half an hour and more, and giving up after four to
# five days. The first wait is shorter, because greylisting ends sooner.
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=4)
GIVEN_UP_AFTER = timedelta(days=4)
POLICY_SHOWN = timedelta(days=7)
"""How long it is said that letters were refused for what this server is, or is not."""
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


@dataclass(frozen=True)
class Fate:
    """What became of one try: the state it leads to, and in words why it was not sent."""

    state: str
    error: str | None = None
    is_unknown: bool = False
    cause: Cause | None = None
    """What a refusal for good means."""
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
        envelope=envelope.sender_for(letter.id, letter.message_id),
    )


def claim(limit: int, now: datetime) -> list[Claimed]:
    """Take up to ``limit`` letters that are due, or whose worker is gone, for `LEASE`."""
    lease = token_urlsafe(12)
    due = (
        select(Letter)
        .where(Letter.state.in_(IN_HAND), Letter.next_attempt_at <= now)
        .order_by(Letter.next_attempt_at, Letter.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with write(public=False) as session:
        letters = session.scalars(due).all()
        for letter in letters:
            letter.state, letter.lease = LetterState.SENDING, lease
            letter.next_attempt_at = now + LEASE
            letter.attempts += 1
            letter.first_attempt_at = letter.first_attempt_at or now
        names = [field.name for field in fields(Claimed)]
        return [Claimed(**{name: getattr(one, name) for name in names}) for one in letters]


def is_held(letter: Claimed) -> bool:
    """Whether it is in our hands still: its reader may have been forgotten since it was claimed."""
    found = db.session.scalar(_in_hands(select(Letter.id), letter))
    db.session.rollback()
    return found is not None


def record(letter: Claimed, fate: Fate, now: datetime) -> str:
    """Write down what became of a letter, if it is still in our hands; the state it got."""
    state, error = fate.state, fate.error
    if state == LetterState.READY and now - letter.first_attempt_at >= GIVEN_UP_AFTER:
        state, error = LetterState.DEAD, f"given up after {GIVEN_UP_AFTER.days} days: {error}"
    values: dict[str, Any] = {
        "state": state,
        "error": error,
        "lease": None,
        "unknowns": letter.unknowns + fate.is_unknown,
        "next_attempt_at": now + wait(letter.attempts, random()),
    }
    if state == LetterState.SENT:
        values |= {"sent_at": now, "kept_here": fate.kept_here}
    if state != LetterState.READY:
        values["secret"] = None  # it goes no more, so nothing needs the link that it holds
    if fate.cause:
        values |= {"refusal": fate.cause, "refused_at": now}
    with write(public=False) as session:
        recorded = session.execute(_in_our_hands(letter).values(**values))
        if fate.cause == Cause.NO_MAILBOX and letter.address_key and recorded.rowcount:  # type: ignore[attr-defined]
            addresses.end(session, letter.address_key, now)
        if letter.address_key and (state == LetterState.SENT or fate.is_unknown):
            session.execute(
                update(Address).filter_by(key=letter.address_key).values(last_letter_at=now)
            )
    return state


def wait(attempts: int, chance: float) -> timedelta:
    """The pause after so many attempts (1 and up), doubled each time up to `LONGEST_WAIT`.

    ``chance`` in [0, 1) moves it by up to a quarter either way, so that letters
    refused together do not all come back together.
    """
    doublings = min(max(attempts, 1) - 1, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT) * (0.75 + chance / 2)


def give_back(letters: Sequence[Claimed], since: datetime, trouble: str | None) -> None:
    """Leave letters as they were before they were claimed, with the reason if there is one."""
    with write(public=False) as session:
        for letter in letters:
            first = letter.first_attempt_at if letter.attempts > 1 else None
            session.execute(
                _in_our_hands(letter).values(
                    state=LetterState.READY,
                    lease=None,
                    attempts=letter.attempts - 1,
                    first_attempt_at=first,
                    next_attempt_at=since,
                    error=trouble or Letter.error,
                )
            )


def _in_our_hands(letter: Claimed) -> Any:
    return _in_hands(update(Letter), letter)


def _in_hands(what: Any, letter: Claimed) -> Any:
    return what.where(
        Letter.id == letter.id, Letter.state == LetterState.SENDING, Letter.lease == letter.lease
    )


CAPPED = 1_000
PAGE = 100
STATES: dict[str, tuple[str, ...]] = {
    "due": IN_HAND,
    "sent": (LetterState.SENT,),
    "failed": (LetterState.DEAD,),
    "stopped": (LetterState.SUPPRESSED,),
}
"""What moderators may look at, and the states that are meant."""


def enqueue(
    session: Session, composed: Composed, now: datetime, state: str = LetterState.READY
) -> Letter:
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
    letter.message_id = writing.message_id(letter.id)
    session.flush()
    return letter


def newest(show: str | None = None, before: int | None = None) -> list[Letter]:
    """A page of letters, newest first: of one of `STATES`, older than a number, or any."""
    query = select(Letter).order_by(Letter.id.desc()).limit(PAGE)
    if show in STATES:
        query = query.where(Letter.state.in_(STATES[show]))
    if before is not None and 0 < before < 2**63:
        query = query.where(Letter.id < before)
    return list(db.session.scalars(query))


def unwritten() -> list[Owed]:
    """What is owed and not yet a letter because its time has not come, the next due first."""
    query = (
        select(Owed)
        .where(Owed.state == OwedState.WAITING, Owed.kind != "still_checking", ~is_put_off())
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
    # Python's email package, which a web process needs for this page alone.
    from corrections_app.workflow.letters.mime import headers_of

    if not letter.is_kept:
        return {}
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return headers_of(written(letter), sender_of(app))


def how_many_unsent() -> int:
    """How many letters wait to be sent or were given up, counted no further than the cap."""
    return _how_many((*IN_HAND, LetterState.DEAD))


def retry(letter_id: int, now: datetime) -> None:
    """Send a letter that was given up, or that waits for its next try, at once.

    Raises `NotFound`, or `Invalid` for one that was sent or is being sent, for one
    whose one-time link is forgotten, and for one whose words are kept no longer.
    """
    letter = one(letter_id)
    key = letter.address_key
    if not letter.is_kept:
        raise Invalid("The words of this letter are not kept any more, so it cannot be sent.")
    if has_lost_its_link(letter):
        raise Invalid("The link in this letter is not valid any more. Send a new one instead.")
    with write(public=False) as session:
        again = session.execute(
            update(Letter)
            .where(
                Letter.id == letter_id,
                Letter.recipient != "",
                Letter.state.in_((LetterState.READY, LetterState.DEAD)),
            )
            .values(
                state=LetterState.READY,
                next_attempt_at=now,
                attempts=0,
                first_attempt_at=None,
                unknowns=0,
                refusal=None,
                refused_at=None,
            )
        )
        if key is not None:
            addresses.try_again(session, key)
        if again.rowcount != 1:  # type: ignore[attr-defined]
            raise Invalid("This letter is not waiting: it was sent, or is being sent now.")


def has_lost_its_link(letter: Letter) -> bool:
    """Whether the letter was to carry a one-time link, which is kept nowhere any more."""
    return letter.secret is None and SECRET_MARK in letter.text


def refused_for_policy(now: datetime) -> int:
    """How many letters other sides would not have from this server, in the last days."""
    lately = Letter.refused_at > now - POLICY_SHOWN
    query = select(Letter.id).where(Letter.refusal == Cause.POLICY, lately).limit(CAPPED)
    return len(db.session.scalars(query).all())


def _how_many(states: Sequence[str]) -> int:
    query = select(Letter.id).where(Letter.state.in_(states)).limit(CAPPED)
    return len(db.session.scalars(query).all())
