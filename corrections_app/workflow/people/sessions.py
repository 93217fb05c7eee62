"""Signed-in browsers: a random token in the cookie, only its hash here, and an end to each.

Whoever steals the database and the secret key finds no token in either, so no
browser that is signed in can be imitated.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from corrections_app.extensions import db
from corrections_app.models import BrowserSession, User
from corrections_app.workflow.tokens import hashed
from corrections_app.workflow.transaction import write

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a browser was last seen: more would be a write a request."""
NOTED_WITHIN = 0.05
"""Seconds that a page waits to note it: the next one notes it as well."""


class SignedIn(NamedTuple):
    """Who is signed in, and whether it is time to `note` that their browser was used."""

    user: User
    is_to_be_noted: bool


def begin(session: Session, user: User, now: datetime) -> None:
    """Sign a browser in, inside a write: the person's ``session_token`` is what its cookie holds.

    Those that were left behind, anybody's, are cleared away with it.
    """
    _purge(session, now)
    user.session_token = token_urlsafe(32)
    token_hash = hashed(user.session_token)
    session.add(
        BrowserSession(user_id=user.id, token_hash=token_hash, created_at=now, last_seen_at=now)
    )


def find(token: str, now: datetime) -> SignedIn | None:
    """Who is signed in with this token, if that is neither ended nor too old."""
    query = (
        select(User, BrowserSession.last_seen_at)
        .join(BrowserSession)
        .where(BrowserSession.token_hash == hashed(token), User.active, *_is_alive(now))
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    user, last_seen_at = row
    user.session_token = token
    return SignedIn(user, last_seen_at <= now - SEEN_EVERY)


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


def _purge(session: Session, now: datetime) -> None:
    # Of two who clear at one moment, neither waits for the other's rows.
    over = (
        select(BrowserSession.id)
        .where(or_(*(~one for one in _is_alive(now))))
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(BrowserSession).where(BrowserSession.id.in_(over)))


def _is_alive(now: datetime) -> Iterable[ColumnElement[bool]]:
    idle, absolute = current_app.config["SESSION_IDLE"], current_app.config["SESSION_ABSOLUTE"]
    return (BrowserSession.last_seen_at > now - idle, BrowserSession.created_at > now - absolute)
