"""Who did what: one event for each act, in the act's own transaction."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from corrections_app.models import AuditEvent

SITE = "site"


def chain_of(article_id: int | None) -> str:
    """The name of an article's chain; acts on no article share one."""
    return SITE if article_id is None else f"article:{article_id}"


def record(
    session: Session,
    action: str,
    *,
    article_id: int | None = None,
    correction_id: int | None = None,
    by_id: int | None = None,
    now: datetime,
    **data: Any,
) -> AuditEvent:
    """Append one event to its chain. Call it inside the write transaction of the act."""
    chain = chain_of(article_id)
    _hold(session, chain)
    last = session.scalars(
        select(AuditEvent).filter_by(chain=chain).order_by(AuditEvent.number.desc()).limit(1)
    ).first()
    event = AuditEvent(
        chain=chain,
        number=last.number + 1 if last else 1,
        action=action,
        correction_id=correction_id,
        by_id=by_id,
        data=data,
        created_at=now,
        previous=last.hash if last else "",
    )
    event.hash = digest(event)
    session.add(event)
    session.flush()
    return event


def _hold(session: Session, chain: str) -> None:
    """Let nobody else append to the chain until this transaction ends.

    SQLite has one writer anyway; on PostgreSQL two would both take the next number.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(chain))))


def digest(event: AuditEvent) -> str:
    """SHA-256 over everything an event says and over the hash before it."""
    said = [
        event.chain,
        event.number,
        event.action,
        event.correction_id,
        event.by_id,
        event.data,
        event.created_at.isoformat(),
        event.previous,
    ]
    text = json.dumps(said, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
