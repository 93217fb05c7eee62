"""Tokens of a copy that was put back: held, since some may have been revoked in the first one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from corrections_app.extensions import db
from corrections_app.models import Setting, Token
from corrections_app.workflow.transaction import write

_NAME = "tokens_held"


def hold(backup_made_at: datetime, now: datetime) -> None:
    """Let nobody in with a token that the copy brought, until `release`; new ones are not held."""
    with write(public=False) as session:
        value = backup_made_at.isoformat()
        session.merge(Setting(name=_NAME, value=value, by_id=None, changed_at=now))


def since() -> datetime | None:
    """When the backup was made whose tokens are held; None where none are."""
    kept = db.session.scalar(select(Setting.value).where(Setting.name == _NAME))
    return datetime.fromisoformat(kept) if kept else None


def is_held() -> ColumnElement[bool]:
    """Whether a token came with the copy, and nobody has said yet that it is one of ours still."""
    came_back = select(Setting.name).where(
        Setting.name == _NAME, Setting.changed_at >= Token.created_at
    )
    return came_back.exists()


def numbers() -> frozenset[int]:
    """Those that are held and would let somebody in otherwise, or may be again."""
    held = select(Token.id).where(Token.revoked_at.is_(None), is_held())
    return frozenset(db.session.scalars(held))


def release() -> int:
    """Let programs in again with what is not revoked by now. How many tokens that are."""
    waiting = len(numbers())
    with write(public=False) as session:
        session.execute(delete(Setting).where(Setting.name == _NAME))
    return waiting
