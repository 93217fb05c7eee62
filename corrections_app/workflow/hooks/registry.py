"""The hooks that there are: added, tried, their secrets replaced, switched, removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from corrections_app.domain.errors import Invalid, NotFound, NotPermitted
from corrections_app.domain.hooks.kinds import CHOICES, EventType
from corrections_app.domain.roles import Ability
from corrections_app.domain.text import characters
from corrections_app.extensions import db
from corrections_app.models import Call, Hook, User
from corrections_app.models.outside.hook import ADDRESS
from corrections_app.sites import addresses
from corrections_app.sites.calls import Key
from corrections_app.sites.trouble import Unreachable
from corrections_app.workflow import audit, events, permission
from corrections_app.workflow.hooks import payload, switching
from corrections_app.workflow.hooks.keys import ROTATION, key_of, new_seed
from corrections_app.workflow.transaction import write

MOST = 20
"""Hooks that there may be: each may have a thread of its own."""
SHOWN = 100
"""Calls of a hook that are shown, and kept once they are closed."""
CAPPED = 1_000
_SECTION = 200


@dataclass(frozen=True)
class By:
    """Who does something and when; ``person`` None for whoever has a shell on the machine."""

    person: User | None
    now: datetime


@dataclass(frozen=True)
class Known:
    """A hook with what can be told of it: calls that wait, counted no further than the cap."""

    hook: Hook
    waiting: int
    trouble: str | None
    """Why the last try of a waiting call was none that counts."""


def add(url: str, kinds: Collection[str], section: str | None, by: By) -> Hook:
    """A hook at an address that hears of these events, in one section or in all.

    Raises `Invalid` and `NotPermitted`.
    """
    url, section = url.strip(), (section or "").strip() or None
    chosen = _checked_kinds(kinds)
    _check_address(url)
    if section is not None:
        characters.check("section", section)
        if len(section) > _SECTION:
            raise Invalid.at("section", "No section has so long a name.")
    by_id = by.person.id if by.person else None
    with write(public=False) as session:
        _check_admin(session, by)
        count = select(func.count(Hook.id)).where(Hook.removed_at.is_(None))
        if (session.scalar(count) or 0) >= MOST:
            raise Invalid("There are 20 hooks, and no more can be: remove one first.")
        hook = Hook(
            url=url,
            events=[str(one) for one in chosen],
            section=section,
            seed=new_seed(),
            by_id=by_id,
            created_at=by.now,
        )
        session.add(hook)
        session.flush()
        host = switching.host_of(hook)
        audit.record(session, "hook_added", by_id=by_id, now=by.now, hook=hook.id, host=host)
    return hook


def secret_of(hook: Hook) -> Key:
    """The present secret of a hook: shown to whoever made it, once."""
    return key_of(hook.seed)


def rotate(hook_id: int, by: By) -> Hook:
    """Give a hook a new secret; the one before signs beside it for a day."""

    def carry_out(session: Session, hook: Hook, by_id: int | None) -> None:
        hook.old_seed, hook.old_until = hook.seed, by.now + ROTATION
        hook.seed = new_seed()
        audit.record(session, "hook_rotated", by_id=by_id, now=by.now, hook=hook.id)

    return _with(hook_id, by, carry_out)


def switch_off(hook_id: int, by: By) -> Hook:
    """Call it no more for now; what happens waits."""
    return _with(hook_id, by, lambda session, hook, of: switching.off(session, hook, of, by.now))


def switch_on(hook_id: int, by: By) -> Hook:
    """Call it again, at once with all that waits."""
    return _with(hook_id, by, lambda session, hook, of: switching.on(session, hook, of, by.now))


def test(hook_id: int, by: By) -> Hook:
    """Send it a test. Raises `Invalid` where it is switched off."""

    def carry_out(session: Session, hook: Hook, _by_id: int | None) -> None:
        if hook.off_at is not None:
            raise Invalid("This hook is switched off: switch it on, then send a test.")
        events.test_of(session, hook.id, by.now)

    return _with(hook_id, by, carry_out)


def remove(hook_id: int, by: By) -> Hook:
    """Forget a hook, its secret and its calls."""

    def carry_out(session: Session, hook: Hook, by_id: int | None) -> None:
        host = switching.host_of(hook)
        session.execute(delete(Call).where(Call.hook_id == hook.id))
        hook.removed_at, hook.url, hook.events = by.now, "", []
        hook.lease = hook.leased_until = None
        hook.seed, hook.old_seed, hook.old_until, hook.off_why = "", None, None, None
        audit.record(session, "hook_removed", by_id=by_id, now=by.now, hook=hook.id, host=host)

    return _with(hook_id, by, carry_out)


def again(hook_id: int, call_id: int, by: By) -> Hook:
    """Make a call once more at once, under the same number. Raises `NotFound`."""
    values: dict[str, Any] = {"state": "waiting", "closed_at": None, "next_attempt_at": by.now}
    return _change(hook_id, call_id, by, values | {"attempts": 0, "first_attempt_at": None})


def leave_out(hook_id: int, call_id: int, by: By) -> Hook:
    """Give a call up that waits: those behind it go on without it. Raises `NotFound`."""
    return _change(hook_id, call_id, by, {"state": "dropped", "closed_at": by.now}, "waiting")


def one(hook_id: int) -> Hook:
    """The hook with this number. Raises `NotFound`."""
    hook = db.session.get(Hook, hook_id)
    if hook is None or hook.removed_at is not None:
        raise NotFound("There is no such hook.")
    return hook


def everyone() -> list[Known]:
    """All hooks, in the order in which they were added."""
    query = select(Hook).where(Hook.removed_at.is_(None)).order_by(Hook.id)
    return [known(hook) for hook in db.session.scalars(query)]


def known(hook: Hook) -> Known:
    """What can be told of a hook."""
    waiting = select(Call.id).where(Call.hook_id == hook.id, Call.state == "waiting")
    few = waiting.limit(CAPPED).subquery()
    count = db.session.scalar(select(func.count()).select_from(few)) or 0
    last = waiting.with_only_columns(Call.trouble).where(Call.trouble.is_not(None))
    return Known(hook, count, db.session.scalar(last.order_by(Call.tried_at.desc()).limit(1)))


def how_many_off() -> int:
    """How many hooks were switched off by themselves, and nobody switched on again."""
    off = (Hook.removed_at.is_(None), Hook.off_at.is_not(None), Hook.off_why.is_not(None))
    return db.session.scalar(select(func.count(Hook.id)).where(*off)) or 0


def calls_of(hook: Hook) -> Sequence[Call]:
    """Its last calls, the newest first."""
    query = select(Call).where(Call.hook_id == hook.id).options(joinedload(Call.event))
    return db.session.scalars(query.order_by(Call.id.desc()).limit(SHOWN)).all()


def request_of(call: Call) -> str:
    """What a call says, as it would be said now."""
    return payload.body_of(db.session(), call.event).decode()


def _with(hook_id: int, by: By, carry_out: Callable[[Session, Hook, int | None], None]) -> Hook:
    """Do something with a hook whose row is held. Raises `NotFound` and `NotPermitted`."""
    by_id = by.person.id if by.person else None
    with write(public=False) as session:
        _check_admin(session, by)
        hook = session.get(Hook, hook_id, with_for_update=True)
        if hook is None or hook.removed_at is not None:
            raise NotFound("There is no such hook.")
        carry_out(session, hook, by_id)
    return hook


def _change(
    hook_id: int, call_id: int, by: By, values: dict[str, Any], state: str | None = None
) -> Hook:
    def carry_out(session: Session, hook: Hook, _by_id: int | None) -> None:
        this = update(Call).where(Call.id == call_id, Call.hook_id == hook.id)
        this = this.where(Call.state == state) if state else this
        if session.execute(this.values(**values)).rowcount != 1:  # type: ignore[attr-defined]
            raise NotFound("There is no such call any more.")

    return _with(hook_id, by, carry_out)


def _check_admin(session: Session, by: By) -> None:
    if by.person is None:
        return
    user = session.get(User, by.person.id, populate_existing=True)
    if user is None or not user.may(Ability.MANAGE_PEOPLE):
        raise NotPermitted(permission.NOT_YOURS)


def _checked_kinds(kinds: Collection[str]) -> list[EventType]:
    if not kinds or any(kind not in list(CHOICES) for kind in kinds):
        listed = ", ".join(CHOICES)
        raise Invalid.at("events", "Choose what the program hears of: %(known)s.", known=listed)
    return [one for one in CHOICES if one in kinds]


def _check_address(url: str) -> None:
    if not url or len(url) > ADDRESS:
        raise Invalid.at("url", "Write the address that is called: https://…")
    try:
        addresses.target(url, current_app.config["INSIDE_HOSTS"])
    except Unreachable as trouble:
        raise Invalid.at("url", "%(said)s", said=trouble.message) from None
