"""A cluster that many readers stand behind, without sending it a thousand times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from corrections_app.extensions import db
from corrections_app.models import Contact, Correction, Placement
from corrections_app.workflow import audit
from corrections_app.workflow.transaction import write


def stand_behind(leader: Correction, count: int, now: datetime) -> list[int]:
    """Let so many readers, each with an address, ask for the same as a correction that waits.

    The numbers of theirs, in the order they came.
    """
    with write() as session:
        one = _copied(session.get_one(Correction, leader.id)) | {"leader_id": leader.id}
        place = _copied(session.get_one(Placement, leader.id))
        del one["id"]
        own = ({"reference": f"{leader.id}-{n}", "nonce": f"n{n}"} for n in range(count))
        session.execute(insert(Correction), [one | each | {"created_at": now} for each in own])
        query = select(Correction).where(Correction.reference.startswith(f"{leader.id}-"))
        behind = session.scalars(query.order_by(Correction.id)).all()
        ids = [each.id for each in behind]
        reader = {"credit": False, "created_at": now}
        senders = [{"correction_id": n, "email": f"reader{n}@reader.example"} for n in ids]
        session.execute(insert(Contact), [reader | each for each in senders])
        session.execute(insert(Placement), [place | {"correction_id": n} for n in ids])
        audit.record_all(session, [("submit", each, {}) for each in behind], now=now)
    db.session.rollback()
    return ids


def _copied(row: Any) -> dict[str, Any]:
    """What a row says, without what only its transaction knows of it."""
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}
