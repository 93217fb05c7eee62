"""Decisions that came too late: noted, so that the figures can say how often it happens."""

from __future__ import annotations

from datetime import datetime

from corrections_app.domain.errors import AlreadyDecided, Refusal, StaleVersion, TextMoved
from corrections_app.models import Conflict
from corrections_app.workflow.transaction import write

KINDS = (AlreadyDecided, StaleVersion, TextMoved)


def note(refusal: Refusal, correction_id: int, *, now: datetime) -> None:
    """Keep that a decision was refused because something had changed; any other refusal is not.

    Call it after the refused transaction has ended, for a correction that there is.
    """
    if isinstance(refusal, KINDS):
        with write() as session:
            session.add(Conflict(correction_id=correction_id, code=refusal.code, created_at=now))
