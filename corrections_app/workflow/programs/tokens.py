"""Tokens: made once and shown once, found by their hash, and never stronger than their owner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_urlsafe
from typing import Any, NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from corrections_app.domain import limits
from corrections_app.domain.errors import (
    InsufficientScope,
    Invalid,
    InvalidToken,
    NotFound,
    NotPermitted,
)
from corrections_app.domain.roles import SCOPES, Ability, Scope
from corrections_app.extensions import db
from corrections_app.models import Token, User
from corrections_app.workflow import audit, permission
from corrections_app.workflow.programs import held
from corrections_app.workflow.tokens import hashed
from corrections_app.workflow.transaction import write

PREFIX = "rc_"
"""By which people, and programs that look for secrets in files, know one of ours."""
USED_EVERY = timedelta(hours=1)
"""How exactly it is known when a token was last used: more would be a write a request."""
NOTED_WITHIN = 0.05
"""Seconds that an answer waits to note it: the next one notes it as well."""
LONGEST_DAYS = 3650


class State(StrEnum):
    """Whether a token lets anybody in, and why not."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CLOSED = "account closed"
    HELD = "held"
    """Since a backup was restored (`held`)."""


class Made(NamedTuple):
    """A new token; its ``secret`` is in this answer and nowhere else."""

    token: Token
    secret: str


def make(
    name: str,
    scopes: Collection[str],
    owner: User,
    *,
    days: int | None = None,
    by: User | None = None,
    now: datetime,
) -> Made:
    """A token with which a program acts in the name of ``owner``; for so many days, or for ever.

    ``by`` is the admin who makes it, None for whoever has a shell on the machine. Raises
    `Invalid`, also for what the owner may not do themself, `NotFound` and `NotPermitted`.
    """
    name, asked = checked_name(name), checked_scopes(scopes)
    ends = now + timedelta(days=_checked_days(days)) if days is not None else None
    owner_id, by_id = owner.id, by.id if by else None
    secret = PREFIX + token_urlsafe(32)
    with write(public=False) as session:
        _check_admin(session, by)
        user = session.get(User, owner_id, with_for_update=True)
        if user is None:
            raise NotFound("There is no such person here.")
        _check_owner(user, asked)
        token = Token(
            name=name,
            token_hash=hashed(secret),
            scopes=" ".join(asked),
            user_id=owner_id,
            made_by_id=by_id,
            created_at=now,
            expires_at=ends,
        )
        session.add(token)
        session.flush()
        said: dict[str, Any] = {"made": token.id, "name": name, "scopes": token.scopes}
        audit.record(session, "make_token", by_id=by_id, now=now, person=owner_id, **said)
    return Made(token, secret)


def revoke(number: int, *, by: User | None = None, now: datetime) -> Token:
    """Let nobody in with this token any more; one that is revoked already stays so.

    Raises `NotFound` and `NotPermitted`.
    """
    by_id = by.id if by else None
    with write(public=False) as session:
        _check_admin(session, by)
        token = session.get(Token, number, with_for_update=True)
        if token is None:
            raise NotFound("There is no such token.")
        if token.revoked_at is None:
            token.revoked_at = now
            audit.record(session, "revoke_token", by_id=by_id, now=now, revoked=number)
    return token


def revoke_all(session: Session, user_id: int, now: datetime) -> None:
    """Revoke all tokens that act in somebody's name, inside the write that calls for it."""
    theirs = update(Token).where(Token.user_id == user_id, Token.revoked_at.is_(None))
    session.execute(theirs.values(revoked_at=now))


def listed() -> Sequence[Token]:
    """All tokens, the newest first; those that let nobody in any more stand there too."""
    query = select(Token).options(joinedload(Token.user), joinedload(Token.made_by))
    return db.session.scalars(query.order_by(Token.id.desc())).all()


def state(token: Token, now: datetime) -> State:
    """Whether it lets anybody in at this moment."""
    if token.revoked_at is not None:
        return State.REVOKED
    if token.expires_at is not None and token.expires_at <= now:
        return State.EXPIRED
    if not token.user.active:
        return State.CLOSED
    return State.HELD if token.id in held.numbers() else State.ACTIVE


def find(secret: str, now: datetime) -> Token:
    """The token that this is. Raises `InvalidToken`, which says nothing of why.

    It is looked up by its hash, so how long that takes tells nothing of how near a guess came.
    """
    query = (
        select(Token)
        .join(User, User.id == Token.user_id)
        .options(contains_eager(Token.user))
        .where(
            Token.token_hash == hashed(secret),
            Token.revoked_at.is_(None),
            or_(Token.expires_at.is_(None), Token.expires_at > now),
            User.active,
            ~held.is_held(),
        )
    )
    token = db.session.scalar(query)
    if token is None:
        raise InvalidToken(
            "This token is not valid: it is unknown, has expired or was revoked. "
            "Ask an admin of the newsroom for a new one."
        )
    return token


def check(token: Token, scope: Scope) -> None:
    """Whether a token may do this, and its owner still. Raises `InsufficientScope`.

    For which articles they may is asked inside the write, as of everyone.
    """
    if not token.has(scope):
        raise InsufficientScope(
            "This token was not made for that: it lacks the scope %(scope)s.", scope=scope.value
        )
    ability = SCOPES.get(scope)
    if ability is not None and not token.user.may(ability, token.user.section):
        raise InsufficientScope(
            "Whoever this token belongs to may not do that any more.", scope=scope.value
        )


def is_to_be_noted(token: Token, now: datetime) -> bool:
    """Whether it is time to `note` that a token was used."""
    return token.last_used_at is None or token.last_used_at <= now - USED_EVERY


def note(number: int, now: datetime) -> None:
    """Write down that a token was used. Raises `Busy`, rather than wait."""
    with write(NOTED_WITHIN, public=False) as session:
        session.execute(update(Token).where(Token.id == number).values(last_used_at=now))


def checked_name(name: str) -> str:
    """What colleagues will know a token by. Raises `Invalid`, naming ``name``."""
    name = " ".join(name.split())
    if not name:
        raise Invalid.at("name", "Say what the token is for: the program, and where it runs.")
    if len(name) > limits.TOKEN_NAME or not name.isprintable():
        sentence = "A name is one line of at most 60 characters, without invisible ones."
        raise Invalid.at("name", sentence)
    return name


def checked_scopes(scopes: Collection[str]) -> list[Scope]:
    """What the token is for, in the order of all scopes. Raises `Invalid`, naming ``scope``."""
    if not scopes:
        raise Invalid.at("scope", "Choose at least one thing that the program may do.")
    if set(scopes) - set(Scope):
        sentence = "The scopes that there are: %(known)s."
        raise Invalid.at("scope", sentence, known=", ".join(Scope))
    return [scope for scope in Scope if scope in scopes]


def _checked_days(days: int) -> int:
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid.at("expires", "Send a number of days from 1 to 3650, or nothing at all.")
    return days


def _check_admin(session: Session, by: User | None) -> None:
    if by is None:
        return
    user = session.get(User, by.id, populate_existing=True)
    if user is None or not user.may(Ability.MANAGE_PEOPLE):
        raise NotPermitted(permission.NOT_YOURS)


def _check_owner(user: User, scopes: Collection[Scope]) -> None:
    if not user.active:
        raise Invalid.at("for", "This account is closed: nothing is done in its name.")
    for scope in scopes:
        ability = SCOPES.get(scope)
        if ability is not None and not user.may(ability, user.section):
            raise Invalid.at(
                "scope",
                "%(who)s may not do that: leave out %(scope)s.",
                who=user.name,
                scope=scope.value,
            )
