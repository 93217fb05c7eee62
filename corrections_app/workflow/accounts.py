"""The people who decide: accounts, one-time links, passwords."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from secrets import token_urlsafe
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid, NotFound, NotPermitted
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import OneTimeLink, User
from corrections_app.models.user import new_session_key
from corrections_app.workflow import audit
from corrections_app.workflow.transaction import write

LINK_LIFETIME = timedelta(hours=24)
SHORTEST_PASSWORD = 12

_hasher = PasswordHasher()
# Each hash takes 64 MiB: a crowd at the door must not take all memory.
_room = BoundedSemaphore(2)
# Verified for unknown people too, so that time does not tell who has an account.
_NOBODY = _hasher.hash(token_urlsafe(16))


def by_session_key(key: str) -> User | None:
    """The active person whose signed-in browsers carry ``key``."""
    return db.session.scalar(select(User).filter_by(session_key=key, active=True))


def by_email(email: str) -> User:
    """The account of an address. Raises `NotFound`."""
    user = db.session.scalar(select(User).filter_by(email=email.strip().lower()))
    if user is None:
        raise NotFound("There is no account with this address.")
    return user


def everyone() -> list[User]:
    """All accounts, by address."""
    return list(db.session.scalars(select(User).order_by(User.email)))


def nobody_was_here() -> bool:
    """Whether no account has ever signed in."""
    seen = select(func.count()).select_from(User).where(User.last_seen_at.is_not(None))
    return not db.session.scalar(seen)


def add(email: str, *, role: Role, now: datetime) -> User:
    """A new account; an existing one gets the role and becomes active. Raises `Invalid`."""
    address = email.strip().lower()
    local, at, domain = address.partition("@")
    if not (local and at and domain) or len(address) > limits.EMAIL or not address.isprintable():
        raise Invalid(f"{email!r} is not an e-mail address.")
    with write() as session:
        user = session.scalar(select(User).filter_by(email=address))
        if user is None:
            user = User(email=address, name=local[: limits.NAME], created_at=now)
            session.add(user)
        user.role, user.active = role, True
        session.flush()
        audit.record(session, "add_person", now=now, person=user.id, role=role)
    return user


def disable(email: str, *, now: datetime) -> None:
    """Close an account and end its sessions for good. Raises `NotFound`."""
    user_id = by_email(email).id
    with write() as session:
        user = session.get_one(User, user_id)
        user.active, user.session_key = False, new_session_key()
        audit.record(session, "disable_person", now=now, person=user.id)


def one_time_link(email: str, *, now: datetime) -> str:
    """The address of a page whose button signs this person in, once, within a day."""
    user_id = by_email(email).id
    token = token_urlsafe(32)
    with write() as session:
        session.add(
            OneTimeLink(
                user_id=user_id,
                purpose="sign_in",
                token_hash=_hashed(token),
                expires_at=now + LINK_LIFETIME,
                created_at=now,
            )
        )
    return f"{current_app.config['PUBLIC_URL']}/sign-in/{token}"


def use_link(token: str, *, now: datetime) -> User:
    """Spend a one-time link. Raises `NotPermitted` when it is spent, old or unknown."""
    with write() as session:
        spent = session.execute(
            update(OneTimeLink)
            .where(
                OneTimeLink.token_hash == _hashed(token),
                OneTimeLink.used_at.is_(None),
                OneTimeLink.expires_at > now,
            )
            .values(used_at=now)
            .returning(OneTimeLink.user_id)
        ).first()
        user = session.get(User, spent.user_id) if spent else None
        if user is None or not user.active:
            raise NotPermitted("This link was already used or has expired. Ask for a new one.")
        _arrived(session, user, now)
    return user


def sign_in(email: str, password: str, *, now: datetime) -> User:
    """The person with this address and password. Raises `NotPermitted`, saying no more."""
    user = db.session.scalar(select(User).filter_by(email=email.strip().lower(), active=True))
    kept = user.password_hash if user else None
    if not _matches(kept or _NOBODY, password) or user is None or kept is None:
        raise NotPermitted("The address or the password is wrong.")
    user_id = user.id
    with write() as session:
        user = session.get_one(User, user_id)
        _arrived(session, user, now)
    return user


def set_password(user_id: int, password: str, *, now: datetime) -> User:
    """Give an account a new password and sign out its other browsers. Raises `Invalid`."""
    if len(password) < SHORTEST_PASSWORD:
        sentence = f"A password has {SHORTEST_PASSWORD} characters or more."
        raise Invalid(sentence, fields={"password": sentence})
    with _room:
        hashed = _hasher.hash(password)
    with write() as session:
        user = session.get_one(User, user_id)
        user.password_hash, user.session_key = hashed, new_session_key()
        audit.record(session, "set_password", by_id=user.id, now=now)
    return user


def _arrived(session: Session, user: User, now: datetime) -> None:
    user.last_seen_at = now
    audit.record(session, "sign_in", by_id=user.id, now=now)


def _matches(hashed: str, password: str) -> bool:
    with _room:
        try:
            return _hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
