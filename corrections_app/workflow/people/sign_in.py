"""How people come in: by password, by a one-time link, by a reset; and how they are put out."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import Invalid, NotPermitted
from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.workflow import audit
from corrections_app.workflow.letters import outbox, writing
from corrections_app.workflow.letters.writing import Composed
from corrections_app.workflow.people import accounts, factors, one_time_links, passwords, sessions
from corrections_app.workflow.people.one_time_links import Purpose
from corrections_app.workflow.transaction import write


def sign_in(email: str, password: str, *, known: bool = False, now: datetime) -> User:
    """The person with this address and password, whose ``session_token`` is a new browser's.

    Raises `NotPermitted`, saying no more, after the same work whoever is
    unknown, closed or without a password, and `Busy` before any. Whoever calls
    it has counted the try; ``known`` is a device on which this person was before.
    """
    user = _active_at(email.strip().lower())
    kept, user_id = (user.password_hash, user.id) if user else (None, None)
    refusal = NotPermitted("The address or the password is wrong.")
    if not _matches(kept, password, known) or user_id is None:
        raise refusal
    with write(public=False) as session:
        user = session.get_one(User, user_id, with_for_update=True)
        # It takes a tenth of a second to compare: the account may be another by now.
        if not user.active or user.password_hash != kept:
            raise refusal
        _arrived(session, user, now)
    return user


def by_provider(email: str, *, now: datetime) -> User:
    """The person whose address the newsroom's provider has verified; as `sign_in`.

    Raises `NotPermitted` where no active account has it: a provider makes nobody an editor.
    """
    user = _active_at(email)
    if user is None:
        raise NotPermitted(
            "The provider knows you as %(email)s, and no account here has this address. Ask an "
            "admin of your newsroom.",
            email=email,
        )
    user_id = user.id
    with write() as session:
        user = _owner(session, user_id)
        _arrived(session, user, now)
    return user


def owner_of(token: str, purpose: Purpose, *, now: datetime) -> User:
    """Whom a link lets in, without spending it. Raises `SpentLink`."""
    session = db.session()
    return _active(session.get(User, one_time_links.check(session, token, purpose, now)))


def use_link(token: str, *, now: datetime) -> User:
    """Spend a sign-in link. Raises `SpentLink` when it is spent, old or unknown."""
    with write(public=False) as session:
        user = _owner(session, one_time_links.spend(session, token, Purpose.SIGN_IN, now))
        _arrived(session, user, now)
    return user


def mail_link(email: str, purpose: Purpose, *, now: datetime) -> None:
    """Send a link of this purpose to an address, if an active account has it.

    Says nothing either way, and works equally long: the letter is written
    for whatever address was typed, and taken back before the commit where
    nobody is to get it, so that both answers wait for the same disk. Raises
    `Invalid` for what is no address at all.
    """
    email, token = accounts.checked_address(email), one_time_links.new_token()
    user = _active_at(email)
    name, user_id = (user.name, user.id) if user else (accounts.name_of(email), None)
    link = one_time_links.address_of(purpose, token)
    lang = user.lang if user else None
    composed = writing.of_account(purpose.value, email, name, link=link, lang=lang)
    with write(public=False) as session:
        letter = outbox.enqueue(session, composed, now)
        if user_id is None:
            one_time_links.void(session, 0, now)  # nobody's: as much work as for somebody
            session.delete(letter)
        else:
            one_time_links.keep(session, user_id, purpose, token, now)


def reset_password(token: str, password: str, *, now: datetime) -> User:
    """Spend a reset link on a new password, and sign its owner in.

    The password is judged first, so that a bad one does not cost the link.
    Raises `SpentLink`, `Invalid` for the password, and `Busy`.
    """
    hashed, letter = _prepared(owner_of(token, Purpose.RESET, now=now), password)
    with write(public=False) as session:
        user = _owner(session, one_time_links.spend(session, token, Purpose.RESET, now))
        _give(session, user, hashed, letter, now)
        _arrived(session, user, now)
    return user


def set_password(user_id: int, password: str, *, now: datetime) -> User:
    """Give an account a new password; sign out its browsers and spend its links.

    The person's ``session_token`` is a new one, for the browser that asked.
    Raises `Invalid` for a password too easily guessed, and `Busy`.
    """
    hashed, letter = _prepared(db.session.get_one(User, user_id), password)
    with write(public=False) as session:
        user = _owner(session, user_id)
        _give(session, user, hashed, letter, now)
        sessions.begin(session, user, now, factor=factors.given(session, user))
    return user


def check_password(user: User, password: str) -> None:
    """Whether this is the person's own password. Raises `Busy`, and `Invalid` for ``current``."""
    if not _matches(user.password_hash, password, True):
        raise Invalid.at("current", "This is not your password.")


def sign_out_everywhere(user_id: int, *, now: datetime) -> User:
    """Sign out all browsers of an account; ``session_token`` is for the one that asked."""
    with write(public=False) as session:
        user = _owner(session, user_id)
        sessions.end_all(session, user.id)
        sessions.begin(session, user, now, factor=factors.given(session, user))
        audit.record(session, "sign_out_everywhere", by_id=user.id, now=now)
    return user


def _active_at(email: str) -> User | None:
    return db.session.scalar(select(User).filter_by(email=email, active=True))


def _owner(session: Session, user_id: int) -> User:
    """The person whom a link or a session stands for, held while a write is open."""
    return _active(session.get(User, user_id, with_for_update=True))


def _active(user: User | None) -> User:
    if user is None or not user.active:
        raise one_time_links.refusal()
    return user


def _prepared(user: User, password: str) -> tuple[str, Composed]:
    """What takes long, before the writer's turn: the hash, and the letter that tells of it."""
    known = (user.email, user.name, str(current_app.config["NEWSROOM"]))
    passwords.check(password, known)
    letter = writing.of_account("password_changed", user.email, user.name, lang=user.lang)
    db.session.rollback()
    return passwords.hashed(password), letter


def _matches(kept: str | None, password: str, known: bool) -> bool:
    # The connection goes back first: a comparison takes a tenth of a second, and must not hold one.
    db.session.rollback()
    return passwords.matches(kept, password, known=known)


def _give(session: Session, user: User, hashed: str, letter: Composed, now: datetime) -> None:
    user.password_hash = hashed
    sessions.end_all(session, user.id)
    one_time_links.void(session, user.id, now)
    outbox.enqueue(session, letter, now)
    audit.record(session, "set_password", by_id=user.id, now=now)


def _arrived(session: Session, user: User, now: datetime) -> None:
    """In, or as far as the page that asks for the second factor: by whichever door they came."""
    if factors.are_owed(session, user):
        factors.begin_owing(session, user, now)
        return
    user.last_seen_at = now
    sessions.begin(session, user, now, confirmed=True)
    audit.record(session, "sign_in", by_id=user.id, now=now)
