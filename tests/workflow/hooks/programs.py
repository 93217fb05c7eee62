"""Programs that listen: hooks as rows, and what they are to be told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from corrections_app.domain.hooks.kinds import CHOICES
from corrections_app.extensions import db
from corrections_app.models import Call, Event, Hook
from corrections_app.workflow.transaction import write
from tests.builders import NOON


def a_hook(url: str = "https://desk.example/heard", **more: Any) -> int:
    """A hook that hears of everything."""
    facts = {"events": list(CHOICES), "seed": "seed", "created_at": NOON} | more
    with write() as session:
        hook = Hook(url=url, **facts)
        session.add(hook)
        session.flush()
        return hook.id


def told(hook_id: int) -> list[str]:
    """What a hook is to be told, in its order."""
    db.session.rollback()
    query = select(Event.type).join(Call, Call.event_id == Event.id)
    return list(db.session.scalars(query.where(Call.hook_id == hook_id).order_by(Call.id)))
