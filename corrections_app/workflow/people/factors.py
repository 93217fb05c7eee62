"""Second factors: what a person has, what they show of it at sign-in, and what changes it.

After a password or a link, the browser of somebody who has a factor, or must have one here, is
signed in nowhere until it is given (`sessions`). Every change asks for a fresh proof, ends the
person's other browsers where it adds one, and sends them a letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import Invalid, NotFound, NotPermitted
from corrections_app.domain.roles import SecondFactor
from corrections_app.extensions import db
from corrections_app.models import Authenticator, Passkey, User
from corrections_app.workflow import audit
from corrections_app.workflow.letters import outbox, writing
from corrections_app.workflow.people import (
    authenticator,
    passkeys,
    passwords,
    recovery,
    sessions,
)
from corrections_app.workflow.people.passkeys import Registered, Signed
from corrections_app.workflow.transaction import write


@dataclass(frozen=True)
class Held:
    """What one person has."""

    app: bool
    passkeys: tuple[Passkey, ...]
    recovery_codes: int
    """How many are left."""

    def __bool__(self) -> bool:
        return self.app or bool(self.passkeys)


@dataclass(frozen=True)
class Proof:
    """What somebody gives to show that it is them."""

    code: str = ""
    """Of an app, or one for recovery."""
    signed: Signed | None = None


def are_installed() -> bool:
    """Whether the extra is here that apps and passkeys need."""
    return all(find_spec(name) for name in ("pyotp", "webauthn"))


def held_by(user_id: int) -> Held:
    """What a person has."""
    return Held(
        _has_app(db.session(), user_id), tuple(passkeys.of(user_id)), recovery.left(user_id)
    )


def holders() -> set[int]:
    """The numbers of all people who have a factor."""
    apps = select(Authenticator.user_id).where(Authenticator.confirmed_at.is_not(None))
    return set(db.session.scalars(apps.union(select(Passkey.user_id))))


def are_owed(session: Session, user: User) -> bool:
    """Whether this person must give one before any page opens."""
    return _has_any(session, user.id) or sessions.is_asked(user)


def given(session: Session, user: User) -> SecondFactor:
    """What is known of a browser in which this person is signed in already."""
    return SecondFactor.GIVEN if are_owed(session, user) else SecondFactor.NONE


def begin_owing(session: Session, user: User, now: datetime) -> None:
    """Let a browser wait for the factor; who has none may set one up in it, and nothing else."""
    is_new = not _has_any(session, user.id)
    sessions.begin(session, user, now, factor=SecondFactor.OWED, confirmed=is_new)


def finish(token: str, proof: Proof, *, now: datetime) -> User:
    """Sign in by the factor that was owed; ``session_token`` is another one from here on.

    Raises `Invalid` for a wrong one, which costs nothing but a try, and `NotPermitted` where
    none is owed in this browser (any more).
    """
    owner = sessions.owing(token, now)
    if owner is None:
        raise sessions.too_late()
    letter = _letter(owner, "recovery_code_used") if recovery.looks_like_one(proof.code) else None
    with write() as session:
        user = sessions.settle(session, token, now)
        by = _proved(session, user.id, proof, now)
        if by == "recovery_code" and letter:
            outbox.enqueue(session, letter, now)
        _come_in(session, user, now)
        audit.record(session, "sign_in", by_id=user.id, now=now, factor=by)
    return user


def confirm(user: User, proof: Proof, password: str, *, now: datetime) -> None:
    """Show again that it is them: by a factor, or by the password where there is none.

    Raises `Invalid`, and `Busy` where too many passwords are compared at this moment.
    """
    user_id, token, kept = user.id, _token_of(user), user.password_hash
    has_factor = bool(held_by(user_id))
    db.session.rollback()
    if not has_factor and not passwords.matches(kept, password, known=True):
        raise Invalid.at("password", "This is not your password.")
    with write() as session:
        if has_factor:
            _proved(session, user_id, proof, now)
        elif _has_any(session, user_id):  # set up meanwhile, in another browser
            raise _wrong()
        sessions.confirm(session, token, now)


def is_fresh(user: User, now: datetime) -> bool:
    """Whether they showed just now that it is them."""
    return sessions.is_fresh(db.session(), _token_of(user), now)


def begin_app(user: User, *, now: datetime) -> None:
    """Make a secret for an app. Raises `NotPermitted` without a fresh proof."""
    user_id, token = user.id, _token_of(user)
    with write() as session:
        _check_fresh(session, token, now)
        if _has_app(session, user_id):
            raise Invalid("You have an app already: remove it first.")
        authenticator.begin(session, user_id, token, now)


def add_app(user: User, code: str, *, now: datetime) -> tuple[User, list[str]]:
    """Let an app count that shows a right code; recovery codes too, where there are none.

    Other browsers are signed out; the ``session_token`` is new. Raises `Invalid`, naming
    ``code``, and `NotPermitted` without a fresh proof.
    """
    token = _token_of(user)
    with _changing(user, "app_added", now) as session:
        if not authenticator.confirm(session, user.id, token, code, now):
            raise Invalid.at(
                "code",
                "This code is wrong. Type the one that the app shows now; if it stays wrong, set "
                "your phone’s clock to the network’s time.",
            )
        return user, _added(session, user, now)


def add_passkey(user: User, key: Registered, name: str, *, now: datetime) -> tuple[User, list[str]]:
    """Let a key count that a device made; as `add_app`. ``name`` has been checked."""
    with _changing(user, "passkey_added", now) as session:
        passkeys.keep(session, user.id, key, name, now)
        return user, _added(session, user, now)


def remove_app(user: User, *, now: datetime) -> None:
    """Let the app count no more. Raises `NotPermitted`."""
    with _changing(user, "app_removed", now) as session:
        session.execute(delete(Authenticator).filter_by(user_id=user.id))
        _after_removal(session, user)


def remove_passkey(user: User, passkey_id: int, *, now: datetime) -> None:
    """Let one key count no more. Raises `NotFound` and `NotPermitted`."""
    with _changing(user, "passkey_removed", now) as session:
        gone = delete(Passkey).filter_by(user_id=user.id, id=passkey_id).returning(Passkey.id)
        if session.scalar(gone) is None:
            raise NotFound("There is no such passkey.")
        _after_removal(session, user)


def renew_codes(user: User, *, now: datetime) -> list[str]:
    """Ten new recovery codes in the place of all others. Raises `NotPermitted`."""
    with _changing(user, "recovery_codes_made", now) as session:
        if not _has_any(session, user.id):
            raise Invalid("Set up an app or a passkey first.")
        return recovery.make(session, user.id, now)


def clear(session: Session, user_id: int) -> None:
    """Take all of a person's factors away, inside a write."""
    for table in (Authenticator, Passkey):
        session.execute(delete(table).filter_by(user_id=user_id))
    recovery.clear(session, user_id)


@contextmanager
def _changing(user: User, what: str, now: datetime) -> Iterator[Session]:
    """A write on somebody's own factors, after a fresh proof; a letter tells them of it."""
    user_id, token, letter = user.id, _token_of(user), _letter(user, what)
    with write() as session:
        session.get_one(User, user_id, with_for_update=True)
        _check_fresh(session, token, now)
        yield session
        outbox.enqueue(session, letter, now)
        audit.record(session, what, by_id=user_id, now=now)


def _added(session: Session, user: User, now: datetime) -> list[str]:
    """After a factor was added: what came in without it goes, and codes for a lost phone come."""
    sessions.end_all(session, user.id)
    _come_in(session, user, now)
    return [] if recovery.left(user.id) else recovery.make(session, user.id, now)


def _after_removal(session: Session, user: User) -> None:
    if _has_any(session, user.id):
        return
    if sessions.is_asked(user):
        raise NotPermitted("Your newsroom asks for a second step: add another one first.")
    clear(session, user.id)


def _come_in(session: Session, user: User, now: datetime) -> None:
    user.last_seen_at = now
    sessions.begin(session, user, now, factor=SecondFactor.GIVEN, confirmed=True)


def _proved(session: Session, user_id: int, proof: Proof, now: datetime) -> str:
    """By which factor, inside a write. Raises `Invalid`."""
    if proof.signed is not None:
        if passkeys.count(session, proof.signed, now):
            return "passkey"
        raise passkeys.refusal()
    if recovery.spend(session, user_id, proof.code, now):
        return "recovery_code"
    if recovery.looks_like_one(proof.code):
        raise Invalid.at("code", "This recovery code is wrong, or was used already.")
    code = "".join(proof.code.split())
    if not are_installed():
        raise Invalid.at(
            "code", "This server cannot check codes of apps at the moment: use a recovery code."
        )
    if _has_app(session, user_id) and authenticator.spend(session, user_id, code, now):
        return "app"
    raise _wrong()


def _wrong() -> Invalid:
    return Invalid.at(
        "code", "This code is wrong, or was used already. Wait for the next one, and type that."
    )


def _check_fresh(session: Session, token: str, now: datetime) -> None:
    if not sessions.is_fresh(session, token, now):
        raise NotPermitted("Confirm first that it is you.")


def _has_any(session: Session, user_id: int) -> bool:
    key = select(Passkey.id).filter_by(user_id=user_id).limit(1)
    return _has_app(session, user_id) or session.scalar(key) is not None


def _has_app(session: Session, user_id: int) -> bool:
    query = select(Authenticator.user_id).filter_by(user_id=user_id)
    return session.scalar(query.where(Authenticator.confirmed_at.is_not(None))) is not None


def _token_of(user: User) -> str:
    return user.get_id()


def _letter(user: User, what: str) -> writing.Composed:
    return writing.of_account("second_factor", user.email, user.name, what=what, lang=user.lang)
