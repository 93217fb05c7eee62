"""May this person do this? Asked inside the transaction, of the person as they are by then."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import current_app
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import NotPermitted
from corrections_app.domain.lifecycle import ChangeClass, Role
from corrections_app.domain.mailbox import mailbox_of
from corrections_app.domain.roles import Ability, may
from corrections_app.domain.warnings.flags import Flag
from corrections_app.extensions import db
from corrections_app.models import Article, AuditEvent, Correction, User
from corrections_app.workflow import audit

NOT_YOURS = "Your role does not allow this here: ask an editor."
"""What whoever lacks an ability is told, at the door and inside the write."""


def confirmed(session: Session, person: User, ability: Ability, correction: Correction) -> User:
    """The person who acts on a correction, read again. Raises `NotPermitted`."""
    return confirmed_for(session, person, ability, correction.article)


def confirmed_for(session: Session, person: User, ability: Ability, article: Article) -> User:
    """The person, read again: a role may have been taken since the page was opened.

    Raises `NotPermitted`.
    """
    known: Any = inspect(person).identity  # not its `id`, for which the row would be read twice
    user = still_works_here(session, known[0] if known else person.id)
    if not may(user.role, user.section, ability, article.section):
        raise NotPermitted(NOT_YOURS)
    return user


def still_works_here(session: Session, person_id: int) -> User:
    """The person, read again. Raises `NotPermitted` where the account is closed by now."""
    user = session.get(User, person_id, populate_existing=True)
    if user is None or not user.active:
        raise NotPermitted("This account is closed.")
    return user


def decider(session: Session, person: User, correction: Correction) -> User:
    """Who may decide this correction. Raises `NotPermitted`, for one's own submission too."""
    user = confirmed(session, person, Ability.DECIDE, correction)
    sent = sent_it(user, correction) or _by_programs_alone(session, user, correction)
    if sent and not is_alone(session):
        raise NotPermitted("You sent this correction yourself: a colleague must decide it.")
    return user


def _by_programs_alone(session: Session, user: User, correction: Correction) -> bool:
    """Whether a program of theirs decides what a program of theirs sent, and nobody looks at it.

    On a page they may: what their newsroom's own form sends is the readers'.
    """
    if not audit.is_by_token(session):
        return False
    sent = select(AuditEvent.by_id).filter_by(correction_id=correction.id, action="submit")
    return session.scalar(sent) == user.id


def sent_it(user: User, correction: Correction) -> bool:
    """Whether a correction came from this person's own address, or was sent by their account."""
    contact = correction.contact
    if contact is None or not contact.email:
        found = correction.found_elsewhere
        return found is not None and found.by_id == user.id
    return mailbox_of(contact.email) == mailbox_of(user.email)


def is_alone(session: Session) -> bool:
    """Whether one person alone decides here: a newsroom of one is not locked out."""
    count = select(func.count()).select_from(User).where(User.active)
    return (session.scalar(count) or 0) <= 1


def sections() -> list[str]:
    """The sections that articles have, by name: what a person's work can be limited to."""
    query = select(Article.section).where(Article.section.is_not(None)).distinct()
    return sorted(section for section in db.session.scalars(query) if section)


def needs_second(
    session: Session, user: User, change_class: ChangeClass, *, flags: Collection[Flag]
) -> bool:
    """Whether CORRECTIONS_SECOND_APPROVAL asks for an editor beside this person.

    What the change does decides (``flags``), whatever it is called; whatever it does, one
    that readers are told of is about facts too.
    """
    rule = current_app.config["SECOND_APPROVAL"]
    if rule == "off" or user.role != Role.MODERATOR or is_alone(session):
        return False
    return rule == "all" or bool(flags) or change_class != ChangeClass.SILENT


def check_second(
    session: Session, user: User, change_class: ChangeClass, *, flags: Collection[Flag]
) -> None:
    """Raise `NotPermitted` where an editor is needed beside this person, and none can be asked."""
    if needs_second(session, user, change_class, flags=flags):
        raise NotPermitted("Only an editor may make a change of this kind: ask one.")
