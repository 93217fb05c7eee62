"""The decisions made of late, and by whom: for the strip under the card, and for undo."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from corrections_app.models import Decision, User

LONGEST = timedelta(hours=1)
"""No setting lets a decision be undone for longer (``CORRECTIONS_UNDO_SECONDS``)."""


def made_since(moment: datetime) -> Select[Any]:
    """Ids of the decisions after a moment that stand and that no other one brought with it.

    Only the time leads to them: what somebody decided in ten years is a million rows,
    and a planner that knows no better reads them all to find the last hour's.
    """
    return select(Decision.id).where(
        Decision.created_at > moment,
        Decision.undone_at.is_(None),
        func.coalesce(Decision.caused_by_id, 0) == 0,
    )


def made_by(by: User, moment: datetime) -> Select[Any]:
    """Ids of those of them that are this person's."""
    return made_since(moment).where(func.coalesce(Decision.by_id, 0) == by.id)
