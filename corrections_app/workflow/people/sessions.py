"""Signed-in browsers: a random token in the cookie, only its hash here, and an end to each.

Whoever steals the database and the secret key finds no token in either, so no
browser that is signed in can be imitated.

A browser that owes a second factor is a row too, and nobody is found by it here: only
`owing` finds it, for the one page that asks. So no door can forget to ask (docs/decisions/0037).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from corrections_app.domain.errors import NotPermitted
from corrections_app.domain.roles import SecondFactor, must_have_factor
from corrections_app.extensions import db
from corrections_app.models import BrowserSession, User
from corrections_app.workflow.tokens import hashed
from corrections_app.workflow.transaction import write

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a browser was last seen: more would be a write a request."""
NOTED_WITHIN = 0.05
"""Seconds that a page waits to note it: the next one notes it as well."""


OWED_FOR = timedelta(minutes=10)
"""How long the page that asks for a second factor waits for it."""
FRESH_FOR = timedelta(minutes=15)
"""After somebody showed that it is them: how long they may change their factors."""


class SignedIn(NamedTuple):
    """Who is signed in, and whether it is time to `note` that their browser was used."""

    user: User
    is_to_be_noted: bool


def begin(
    session: Session,
    user: User,
    now: datetime,
    *,
    factor: SecondFactor = SecondFactor.NONE,
    confirmed: bool = False,
) -> None:
    """Sign a browser in, inside a write: the person's ``session_token`` is what its cookie holds.

    One whose ``factor`` is owed is signed in nowhere. ``confirmed``: they have just shown all
    that is asked of them. Those left behind, anybody's, are cleared away with it.
    """
    _purge(session, now)
    user.session_token = token_urlsafe(32)
    user.owes_factor = factor == SecondFactor.OWED
    session.add(
        BrowserSession(
            user_id=user.id,
            token_hash=hashed(user.session_token),
            created_at=now,
            last_seen_at=now,
            factor=factor,
            confirmed_at=now if confirmed else None,
        )
    )


def is_asked(user: User) -> bool:
    """Whether the newsroom asks a second factor of people with this one's role."""
    return must_have_factor(user.role, current_app.config["SECOND_FACTOR"])


def find(token: str, now: datetime) -> SignedIn | None:
    """Who is signed in with this token, if that is neither ended nor too old.

    Nobody, while a second factor is owed; and nobody who came in without one, from the moment
    on in which the newsroom asks it of their role.
    """
    row = db.session.execute(_SIGNED_IN, {"hash": hashed(token)} | _ends(now)).first()
    if row is None:
        return None
    user, last_seen_at, factor = row
    if factor != SecondFactor.GIVEN and is_asked(user):
        return None
    user.session_token = token
    return SignedIn(user, last_seen_at <= now - SEEN_EVERY)


# Built once: every page of the newsroom asks it.
_ALIVE = (
    BrowserSession.last_seen_at > bindparam("idle_since"),
    BrowserSession.created_at > bindparam("signed_in_since"),
)
_SIGNED_IN = (
    select(User, BrowserSession.last_seen_at, BrowserSession.factor)
    .join(BrowserSession)
    .where(
        BrowserSession.token_hash == bindparam("hash"),
        BrowserSession.factor != SecondFactor.OWED,
        User.active,
        *_ALIVE,
    )
)


def _ends(now: datetime) -> dict[str, datetime]:
    """What `_ALIVE` is asked with: who was last seen then, or came in then, is out."""
    idle, absolute = current_app.config["SESSION_IDLE"], current_app.config["SESSION_ABSOLUTE"]
    return {"idle_since": now - idle, "signed_in_since": now - absolute}


def owing(token: str, now: datetime) -> User | None:
    """Who has yet to give a second factor in this browser, if they began just now."""
    query = select(User).join(BrowserSession).where(*_owes(token, now))
    user = db.session.scalar(query)
    if user is not None:
        user.session_token, user.owes_factor = token, True
    return user


def settle(session: Session, token: str, now: datetime) -> User:
    """Take away the row that owes a factor, inside the write that gives it. Raises `NotPermitted`.

    The browser goes on with another token: one that was known before is worth nothing after.
    """
    user_id = session.scalar(select(BrowserSession.user_id).where(*_owes(token, now)))
    user = session.get(User, user_id, with_for_update=True) if user_id else None
    row = delete(BrowserSession).where(*_owes(token, now)).returning(BrowserSession.id)
    if user is None or not user.active or session.scalar(row) is None:
        raise too_late()
    return user


def too_late() -> NotPermitted:
    """What is said where no browser owes a factor (any more)."""
    return NotPermitted("That took too long, or was done already. Sign in again.")


def confirm(session: Session, token: str, now: datetime) -> None:
    """Note that whoever sits at a browser has shown again that it is them."""
    row = update(BrowserSession).filter_by(token_hash=hashed(token)).values(confirmed_at=now)
    session.execute(row)


def is_fresh(session: Session, token: str, now: datetime) -> bool:
    """Whether whoever sits at a browser showed just now that it is them."""
    at = session.scalar(select(BrowserSession.confirmed_at).filter_by(token_hash=hashed(token)))
    return at is not None and at > now - FRESH_FOR


def set_challenge(token: str, challenge: str) -> None:
    """Keep what a passkey is to sign in this browser; an earlier one is forgotten."""
    with write() as session:
        row = update(BrowserSession).filter_by(token_hash=hashed(token))
        session.execute(row.values(challenge=challenge))


def take_challenge(token: str) -> str | None:
    """What was to be signed, once: whatever the answer is worth, it is gone by then."""
    with write() as session:
        query = select(BrowserSession).filter_by(token_hash=hashed(token)).with_for_update()
        browser = session.scalar(query)
        if browser is None:
            return None
        challenge, browser.challenge = browser.challenge, None
    return challenge


def note(token: str, now: datetime) -> None:
    """Write down that a browser was used: idle ones end. Raises `Busy`, rather than wait."""
    with write(NOTED_WITHIN, public=False) as session:
        session.execute(
            update(BrowserSession).filter_by(token_hash=hashed(token)).values(last_seen_at=now)
        )


def end(token: str) -> None:
    """Sign a browser out: a copy of its cookie is worth nothing any more."""
    with write(public=False) as session:
        session.execute(delete(BrowserSession).filter_by(token_hash=hashed(token)))


def end_all(session: Session, user_id: int) -> None:
    """Sign out all browsers of an account, inside the write that calls for it."""
    session.execute(delete(BrowserSession).filter_by(user_id=user_id))


def _owes(token: str, now: datetime) -> Iterable[ColumnElement[bool]]:
    return (
        BrowserSession.token_hash == hashed(token),
        BrowserSession.factor == SecondFactor.OWED,
        BrowserSession.created_at > now - OWED_FOR,
    )


def _purge(session: Session, now: datetime) -> None:
    # Of two who clear at one moment, neither waits for the other's rows.
    over = (
        select(BrowserSession.id)
        .where(or_(*(~one for one in _ALIVE)))
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(BrowserSession).where(BrowserSession.id.in_(over)), _ends(now))
