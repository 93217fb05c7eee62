"""How long calls and events are kept: the last hundred of each hook, and what waits for a month."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.orm import Session

from corrections_app.extensions import db
from corrections_app.models import Call, Event, Hook
from corrections_app.workflow.hooks.registry import SHOWN
from corrections_app.workflow.transaction import write

DAYS = 30
"""So long a call is kept, whether it was taken or waits for a hook that is switched off."""
AT_ONCE = 100


def purge(now: datetime, stop: threading.Event) -> int:
    """Delete the calls and events that are kept no longer; how many calls."""
    ids = list(db.session.scalars(select(Hook.id).order_by(Hook.id)))
    gone = sum(_in_steps(_beyond(hook_id), Call, stop) for hook_id in ids)
    gone += _in_steps(_old(now), Call, stop)
    _in_steps(_told(), Event, stop)
    return gone


def forget_answers(session: Session, correction_id: int) -> None:
    """Keep nothing that programs answered when they were told of a correction.

    They may have said again what they were told, or what they know besides.
    """
    told = select(Event.id).where(Event.correction_id == correction_id)
    session.execute(update(Call).where(Call.event_id.in_(told)).values(answer=None))


def _beyond(hook_id: int) -> Select[Any]:
    """The closed calls of a hook before its last hundred."""
    closed = select(Call.id).where(Call.hook_id == hook_id, Call.state != "waiting")
    return closed.order_by(Call.id.desc()).offset(SHOWN).limit(AT_ONCE)


def _old(now: datetime) -> Select[Any]:
    before = now - timedelta(days=DAYS)
    return select(Call.id).where(Call.created_at < before).order_by(Call.id).limit(AT_ONCE)


def _told() -> Select[Any]:
    """The events that no call tells of any more."""
    call = exists().where(Call.event_id == Event.id)
    query = select(Event.id).where(Event.released_at.is_not(None), ~call)
    return query.order_by(Event.id).limit(AT_ONCE)


def _in_steps(query: Select[Any], table: type[Call] | type[Event], stop: threading.Event) -> int:
    gone = 0
    while not stop.is_set():
        ids = db.session.scalars(query).all()
        if not ids:
            break
        with write(public=False) as session:
            session.execute(delete(table).where(table.id.in_(ids)))
        gone += len(ids)
    db.session.rollback()
    return gone
