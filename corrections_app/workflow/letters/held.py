"""Letters of a copy that was put back: held, since they may have gone from the first one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from corrections_app.domain.lifecycle import IN_HAND, LetterState, OwedState
from corrections_app.extensions import db
from corrections_app.models import Letter, Owed, Setting
from corrections_app.workflow.transaction import write

_NAME = "letters_held"
WORDS = (
    "this copy was restored from a backup, and letters may have gone since it was made; "
    "to let them go again: corrections mail release --send, or --drop"
)


def hold(backup_made_at: datetime, now: datetime) -> None:
    """Let no letter go until `release`: some may have gone since the backup was made."""
    with write(public=False) as session:
        value = backup_made_at.isoformat()
        session.merge(Setting(name=_NAME, value=value, by_id=None, changed_at=now))


def since() -> datetime | None:
    """When the backup was made whose letters are held; None where none are."""
    kept = db.session.scalar(select(Setting.value).where(Setting.name == _NAME))
    return datetime.fromisoformat(kept) if kept else None


def how_many(now: datetime) -> int:
    """How many letters are held: the written ones, and what was due by now."""
    written = select(func.count()).select_from(Letter).where(Letter.state.in_(IN_HAND))
    owed = select(func.count()).select_from(Owed).where(_may_have_gone(now))
    return sum(db.session.scalar(query) or 0 for query in (written, owed))


def release(now: datetime, *, send: bool) -> int:
    """Let letters go again; without ``send`` those that wait now are dropped. How many waited.

    What falls due later is not dropped: nobody can have been told of it yet.
    """
    waiting = how_many(now)
    with write(public=False) as session:
        if not send:
            dropped = "held after a restore, and dropped: it may have gone before"
            session.execute(
                update(Letter)
                .where(Letter.state.in_(IN_HAND))
                .values(state=LetterState.SUPPRESSED, error=dropped, lease=None, secret=None)
            )
            session.execute(
                update(Owed).where(_may_have_gone(now)).values(state=OwedState.CANCELLED)
            )
        session.execute(delete(Setting).where(Setting.name == _NAME))
    return waiting


def _may_have_gone(now: datetime) -> ColumnElement[bool]:
    return and_(Owed.state == OwedState.WAITING, Owed.due_at <= now)
