"""What looks like spam waits apart: after all others, in a cluster of its own kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from corrections_app.domain.warnings.suspicion import Sign
from corrections_app.models import Correction, SetAside, User
from corrections_app.models.engine import portions

LAST = 1e6
"""What is added to its rank: more than all that waiting adds in a thousand years."""
NEVER_OVERDUE = timedelta(days=36_500)


def standing() -> ColumnElement[bool]:
    """Whether a row says that a correction is set aside still."""
    return SetAside.returned_at.is_(None)


def is_set_aside() -> ColumnElement[bool]:
    """Whether a correction is set aside, asked of each: most are not."""
    row = exists().where(SetAside.correction_id == Correction.id, standing())
    return row.correlate(Correction)


def holds(correction: Correction) -> bool:
    """Whether this correction is set aside."""
    row = correction.set_aside
    return row is not None and row.returned_at is None


def row_of(signs: Sequence[Sign], now: datetime) -> SetAside:
    """What sets a new correction aside, before it finds its cluster and its place in the order."""
    return SetAside(signs=" ".join(signs), created_at=now)


def give_back(session: Session, ids: Sequence[int], by: User, now: datetime) -> int:
    """Let corrections wait like all others; how many of them were set aside."""
    found = 0
    for some in portions(ids):
        query = select(SetAside).where(SetAside.correction_id.in_(some), standing())
        for row in session.scalars(query.order_by(SetAside.correction_id)):
            row.returned_at, row.returned_by_id = now, by.id
            found += 1
    session.flush()
    return found


def signs_now(correction: Correction) -> tuple[Sign, ...]:
    """What a correction has of spam, while it is set aside for that."""
    row = correction.set_aside
    return signs_of(row) if row is not None and holds(correction) else ()


def signs_of(row: SetAside) -> tuple[Sign, ...]:
    """What it has of spam."""
    return tuple(Sign(one) for one in row.signs.split())
