"""The people who decide: who they are, what they are, and that one of them can let others in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from corrections_app.domain import limits, mailbox
from corrections_app.domain.errors import Invalid, NotFound, NotPermitted
from corrections_app.domain.lifecycle import Role
from corrections_app.domain.roles import Ability
from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.workflow import audit, permission
from corrections_app.workflow.letters import outbox, writing
from corrections_app.workflow.people import factors, one_time_links, sessions
from corrections_app.workflow.people.one_time_links import Purpose
from corrections_app.workflow.programs import tokens
from corrections_app.workflow.transaction import write


def by_email(email: str) -> User:
    """The account of an address. Raises `NotFound`."""
    user = db.session.scalar(select(User).filter_by(email=email.strip().lower()))
    if user is None:
        raise NotFound("There is no account with this address.")
    return user


def one(user_id: int) -> User:
    """The account with this number. Raises `NotFound`."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such person here.")
    return user


def everyone() -> list[User]:
    """All accounts, by address."""
    return list(db.session.scalars(select(User).order_by(User.email)))


def nobody_was_here() -> bool:
    """Whether no account has ever signed in."""
    seen = select(func.count()).select_from(User).where(User.last_seen_at.is_not(None))
    return not db.session.scalar(seen)


def has_admin() -> bool:
    """Whether anyone may say who works here."""
    return db.session.scalar(select(User.id).filter_by(role=Role.ADMIN, active=True)) is not None


def add(email: str, *, role: Role, now: datetime) -> User:
    """A new account; an existing one gets the role and becomes active.

    Raises `Invalid` for what is no address, and where it would leave no admin.
    """
    kept = checked_address(email)
    with _managing() as session:
        user = session.scalar(select(User).filter_by(email=kept).with_for_update())
        if user is None:
            user = User(email=kept, name=name_of(kept), created_at=now)
            session.add(user)
        user.role, user.active = role, True
        session.flush()
        audit.record(session, "add_person", now=now, person=user.id, role=role)
    return user


class Invitation(NamedTuple):
    """A new account, and the address of the page that lets its owner in."""

    user: User
    link: str


def invite(
    email: str, *, name: str, role: Role, section: str | None, by: User, now: datetime
) -> Invitation:
    """A new account, and a letter with the link that lets its owner in.

    Without a name the address gives one. Raises `Invalid`, also when there is
    an account already, and `NotPermitted`.
    """
    kept, by_id = checked_address(email), by.id
    name = checked_name(name) if name.strip() else name_of(kept)
    check_section(section)
    token = one_time_links.new_token()
    link = one_time_links.address_of(Purpose.SIGN_IN, token)
    letter = writing.of_account("invitation", kept, name, link=link, by=by.name)
    with _managing(by) as session:
        if session.scalar(select(User.id).filter_by(email=kept)):
            raise Invalid.at("email", "There is an account with this address already.")
        user = User(email=kept, name=name, role=role, section=section, created_at=now)
        session.add(user)
        session.flush()
        one_time_links.keep(session, user.id, Purpose.SIGN_IN, token, now)
        outbox.enqueue(session, letter, now)
        audit.record(
            session, "add_person", by_id=by_id, now=now, person=user.id, role=role, section=section
        )
    return Invitation(user, link)


def change(
    user_id: int, *, name: str, role: Role, section: str | None, by: User, now: datetime
) -> User:
    """Give an account another name, role or section; its sessions go on with the new ones.

    Raises `Invalid`, also where it would leave no admin, `NotFound` and `NotPermitted`.
    """
    by_id, name = by.id, checked_name(name)
    if section != one(user_id).section:
        check_section(section)
    with _managing(by) as session:
        user = _held(session, user_id)
        wanted = {"name": name, "role": role.value, "section": section}
        _change(session, user, wanted, by_id, now)
    return user


def rename(user: User, name: str, *, now: datetime) -> None:
    """A person gives themself another name. Raises `Invalid`."""
    user_id, name = user.id, checked_name(name)
    with write() as session:
        _change(session, _held(session, user_id), {"name": name}, user_id, now)


def disable(email: str, *, by: User | None = None, now: datetime) -> None:
    """Close an account and end its sessions, links and tokens for good.

    Raises `NotFound`, `NotPermitted`, and `Invalid` for the last active admin.
    """
    user_id, by_id = by_email(email).id, _id(by)
    with _managing(by) as session:
        user = _held(session, user_id)
        if user.active:
            user.active = False
            # Not only by the flag: enabled again, the old browsers stay signed out.
            sessions.end_all(session, user.id)
            one_time_links.void(session, user.id, now)
            tokens.revoke_all(session, user.id, now)
            audit.record(session, "disable_person", by_id=by_id, now=now, person=user.id)


def enable(email: str, *, by: User | None = None, now: datetime) -> None:
    """Open a closed account again; nobody is signed in by it. Raises `NotFound`, `NotPermitted`."""
    user_id, by_id = by_email(email).id, _id(by)
    with _managing(by) as session:
        user = _held(session, user_id)
        if not user.active:
            user.active = True
            audit.record(session, "enable_person", by_id=by_id, now=now, person=user.id)


def one_time_link(email: str, *, now: datetime) -> str:
    """The address of a page whose button signs this person in, once, within an hour.

    Links that were made before are void.

    Raises `NotFound`, and `Invalid` when the account is disabled.
    """
    user_id, token = _open(by_email(email)).id, one_time_links.new_token()
    with write() as session:
        one_time_links.keep(session, user_id, Purpose.SIGN_IN, token, now)
        audit.record(session, "make_link", now=now, person=user_id)
    return one_time_links.address_of(Purpose.SIGN_IN, token)


def send_link(email: str, *, by: User, now: datetime) -> str:
    """Send a person such a link by mail; its address.

    Raises `NotFound`, `NotPermitted`, and `Invalid` when the account is disabled.
    """
    user, by_id, token = _open(by_email(email)), by.id, one_time_links.new_token()
    link = one_time_links.address_of(Purpose.SIGN_IN, token)
    letter = writing.of_account("sign_in", user.email, user.name, link=link, lang=user.lang)
    user_id = user.id
    with _managing(by) as session:
        _open(_held(session, user_id))
        one_time_links.keep(session, user_id, Purpose.SIGN_IN, token, now)
        outbox.enqueue(session, letter, now)
        audit.record(session, "make_link", by_id=by_id, now=now, person=user_id)
    return link


def reset_factor(email: str, *, by: User | None = None, now: datetime) -> None:
    """Take a person's second factors away, for whom phone and codes are lost; a letter tells them.

    Their browsers are signed out. Raises `NotFound`, `Invalid` where there is none, and
    `NotPermitted`, also for one's own: those are removed at /account, with a fresh proof.
    """
    user, by_id = by_email(email), _id(by)
    if user.id == by_id:
        raise NotPermitted("Remove your own second step on your account page.")
    if not factors.held_by(user.id):
        raise Invalid("This account has no second step.")
    user_id = user.id
    letter = writing.of_account(
        "second_factor", user.email, user.name, what="reset", lang=user.lang
    )
    with _managing(by) as session:
        _held(session, user_id)
        factors.clear(session, user_id)
        sessions.end_all(session, user_id)
        outbox.enqueue(session, letter, now)
        audit.record(session, "reset_factor", by_id=by_id, now=now, person=user_id)


@contextmanager
def _managing(by: User | None = None) -> Iterator[Session]:
    """A write on the people: one at a time, by someone who may, with an admin left at its end.

    The admins' rows are held in their order, so that of two admins who close
    each other's account at one moment the second finds that they are the last;
    and whoever lost the right since the page was loaded is refused. Nobody
    (None) is whoever has a shell on the machine.
    """
    by_id = _id(by)
    with write() as session:
        query = select(User).filter_by(role=Role.ADMIN, active=True).order_by(User.id)
        admins = session.scalars(query.with_for_update()).all()
        if by is not None and by_id not in {admin.id for admin in admins}:
            raise NotPermitted("Only an admin may change the accounts.")
        yield session
        if admins and not any(admin.may(Ability.MANAGE_PEOPLE) for admin in admins):
            raise Invalid("This is the last active admin. Make someone else an admin first.")


def _held(session: Session, user_id: int) -> User:
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("There is no such person here.")
    return user


def _open(user: User) -> User:
    if not user.active:
        raise Invalid("This account is disabled. Enable it first.")
    return user


def _change(
    session: Session, user: User, wanted: dict[str, str | None], by_id: int, now: datetime
) -> None:
    old = {name: getattr(user, name) for name in wanted}
    changed = {name: [old[name], value] for name, value in wanted.items() if value != old[name]}
    for name, (_, value) in changed.items():
        setattr(user, name, value)
    if changed:
        audit.record(
            session, "change_person", by_id=by_id, now=now, person=user.id, changed=changed
        )


def _id(user: User | None) -> int | None:
    return user.id if user else None


def checked_address(email: str) -> str:
    """An address in the form that is kept. Raises `Invalid`, naming ``email``."""
    try:
        return mailbox.address(email.strip().lower())
    except mailbox.NotAnAddress:
        sentence = "“%(email)s” is not an e-mail address."
        raise Invalid.at("email", sentence, email=email) from None


def checked_name(name: str) -> str:
    """A name that colleagues can read. Raises `Invalid`, naming ``name``."""
    name = " ".join(name.split())
    if not name:
        raise Invalid.at("name", "A name is needed: colleagues see it next to your decisions.")
    if len(name) > limits.NAME or not name.isprintable():
        sentence = "A name is one line of at most 100 characters, without invisible ones."
        raise Invalid.at("name", sentence)
    return name


def name_of(email: str) -> str:
    """What someone is called until they say otherwise: the part before the @."""
    return email.partition("@")[0][: limits.NAME]


def check_section(section: str | None) -> None:
    """Refuse a section that no article has. Raises `Invalid`, naming ``section``."""
    if section is not None and section not in permission.sections():
        raise Invalid.at(
            "section", "No article has this section, so nobody could decide anything in it."
        )


def set_single_keys(user: User, wanted: bool) -> None:
    """Let single keys do something for this person, or nothing."""
    user_id = user.id
    with write() as session:
        session.execute(update(User).where(User.id == user_id).values(single_keys=wanted))


def set_language(user: User, lang: str) -> None:
    """Show this person their pages and letters in a language; none is the browser's choice.

    Raises `Invalid` for one that the newsroom does not offer.
    """
    if lang and lang not in current_app.config["LANGUAGES"]:
        raise Invalid("Choose one of the languages offered.")
    user_id = user.id
    with write() as session:
        session.execute(update(User).where(User.id == user_id).values(lang=lang or None))
