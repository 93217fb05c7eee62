"""A hook is switched off, by itself aloud or by hand, and on again: what waited is then sent."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from corrections_app.domain.lifecycle import Role
from corrections_app.models import Call, Hook, User
from corrections_app.workflow import audit
from corrections_app.workflow.letters import outbox, writing
from corrections_app.workflow.transaction import write

LETTER = "hook_off"
RESTORED = "This newsroom was restored from a backup: what waits may have been told already."


def off_by_itself(
    session: Session, hook: Hook, why: str, now: datetime, *, is_gone: bool = False
) -> None:
    """Call it no more until somebody switches it on, and write to every admin about it.

    What happens meanwhile waits for it. ``is_gone``: it asked for that itself.
    """
    hook.off_at, hook.off_why = now, why
    hook.lease = hook.leased_until = None
    audit.record(session, "hook_off", now=now, hook=hook.id, why=why)
    for person in _admins(session):
        # As those about accounts: who wants no letters about the queue gets this one all the same.
        letter = writing.of_account(
            LETTER,
            person.email,
            person.name,
            lang=person.lang,
            host=host_of(hook),
            number=hook.id,
            why=why,
            is_gone=is_gone,
        )
        outbox.enqueue(session, letter, now)


def off_all_restored(now: datetime) -> None:
    """Call none any more: what waits in a backup may have been told since it was made.

    And the copy may stand beside the first one, to try something. Switched on by hand, as ever.
    """
    with write(public=False) as session:
        on_now = select(Hook).where(Hook.removed_at.is_(None), Hook.off_at.is_(None))
        for hook in session.scalars(on_now.order_by(Hook.id)):
            hook.off_at, hook.off_why = now, RESTORED
            hook.lease = hook.leased_until = None
            audit.record(session, "hook_off", now=now, hook=hook.id, why=RESTORED)


def off(session: Session, hook: Hook, by_id: int | None, now: datetime) -> None:
    """Call it no more for now, because a person wants that."""
    if hook.off_at is None:
        hook.off_at, hook.off_why = now, None
        hook.lease = hook.leased_until = None
        audit.record(session, "hook_off", by_id=by_id, now=now, hook=hook.id)


def on(session: Session, hook: Hook, by_id: int | None, now: datetime) -> None:
    """Call it again, with all that waited, from the first try on."""
    if hook.off_at is not None:
        hook.off_at = hook.off_why = None
        audit.record(session, "hook_on", by_id=by_id, now=now, hook=hook.id)
    waiting = update(Call).where(Call.hook_id == hook.id, Call.state == "waiting")
    session.execute(waiting.values(attempts=0, first_attempt_at=None, next_attempt_at=now))


def host_of(hook: Hook) -> str:
    """Whom it calls, without the rest of the address: that may be as good as a key."""
    return urlsplit(hook.url).hostname or hook.url


def _admins(session: Session) -> list[User]:
    query = select(User).where(User.active, User.role == Role.ADMIN).order_by(User.id)
    # An account of this machine has no letter box at any mail server.
    is_local = not current_app.config["HAS_MAIL_SERVER"]
    return [
        one for one in session.scalars(query) if is_local or not one.email.endswith("@localhost")
    ]
