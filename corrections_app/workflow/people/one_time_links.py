"""One-time links: 256 random bits, kept as a hash, spent by one conditional write."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_urlsafe

from flask import current_app
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from corrections_app.domain.errors import SpentLink
from corrections_app.models import OneTimeLink, User
from corrections_app.workflow.tokens import hashed


class Purpose(StrEnum):
    """What a link is good for; no link does for the other purpose."""

    SIGN_IN = "sign_in"
    RESET = "reset"


LIFETIME = timedelta(minutes=60)
"""Of every link, an invitation's too: who comes later asks for another at /sign-in/forgotten."""
_PATH = {Purpose.SIGN_IN: "/sign-in", Purpose.RESET: "/sign-in/reset"}


def new_token() -> str:
    """A token that nobody guesses."""
    return token_urlsafe(32)


def address_of(purpose: Purpose, token: str) -> str:
    """The page that a link leads to; opening it spends nothing."""
    return f"{current_app.config['PUBLIC_URL']}{_PATH[purpose]}/{token}"


def keep(session: Session, user_id: int, purpose: Purpose, token: str, now: datetime) -> None:
    """Make a token good for one person and purpose, for an hour, and no other one of theirs.

    The person's row is held, so that of two asked for at one moment one is good.
    """
    session.get(User, user_id, with_for_update=True)
    void(session, user_id, now)
    session.add(
        OneTimeLink(
            user_id=user_id,
            purpose=purpose,
            token_hash=hashed(token),
            expires_at=now + LIFETIME,
            created_at=now,
        )
    )


def check(session: Session, token: str, purpose: Purpose, now: datetime) -> int:
    """Whose link this is, without spending it. Raises `SpentLink`."""
    alive = select(OneTimeLink.user_id).where(*_is_alive(token, purpose, now))
    return _known(session.scalar(alive))


def spend(session: Session, token: str, purpose: Purpose, now: datetime) -> int:
    """Use a link up, and say whose it was.

    Of two browsers that try at the same moment the database lets one change
    the row. Raises `SpentLink` when it is spent, old or unknown.
    """
    spent = (
        update(OneTimeLink)
        .where(*_is_alive(token, purpose, now))
        .values(used_at=now)
        .returning(OneTimeLink.user_id)
    )
    return _known(session.scalar(spent))


def void(session: Session, user_id: int, now: datetime) -> None:
    """Let none of a person's links be good for anything any more."""
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )


def _is_alive(token: str, purpose: Purpose, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeLink.token_hash == hashed(token),
        OneTimeLink.purpose == purpose,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now,
    )


def _known(user_id: int | None) -> int:
    if user_id is None:
        raise refusal()
    return user_id


def refusal() -> SpentLink:
    """What is said of a link that lets nobody in."""
    return SpentLink("This link was already used or has expired. Ask for a new one.")
