"""Recovery codes: ten on paper, for the day the phone is lost. Each is good once."""

from __future__ import annotations

from base64 import b32encode
from datetime import datetime
from secrets import token_bytes

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from corrections_app.extensions import db
from corrections_app.models import RecoveryCode
from corrections_app.workflow.tokens import hashed

MANY = 10
_BYTES = 10
"""80 random bits: so many that a plain hash keeps them (NIST SP 800-63B, 5.1.2.2)."""
_LENGTH = 16
_GROUP = 4


def make(session: Session, user_id: int, now: datetime) -> list[str]:
    """Ten new codes, in groups for reading; those from before are worth nothing."""
    clear(session, user_id)
    codes = [b32encode(token_bytes(_BYTES)).decode().lower() for _ in range(MANY)]
    session.add_all(
        RecoveryCode(user_id=user_id, code_hash=hashed(code), created_at=now) for code in codes
    )
    return [grouped(code) for code in codes]


def grouped(text: str) -> str:
    """A long code in groups of four, which people read and type more easily."""
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def plain(typed: str) -> str:
    """A code as it is hashed, however it was typed: with blanks, hyphens, capitals or not."""
    return "".join(typed.split()).replace("-", "").lower()


def looks_like_one(typed: str) -> bool:
    """Whether this may be a recovery code rather than an app's."""
    return len(plain(typed)) == _LENGTH


def spend(session: Session, user_id: int, typed: str, now: datetime) -> bool:
    """Take a code, inside a write; False for a wrong one and for one that was used."""
    if not looks_like_one(typed):
        return False
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == hashed(plain(typed)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return session.scalar(used) is not None


def left(user_id: int) -> int:
    """How many a person has left."""
    unused = RecoveryCode.used_at.is_(None)
    query = select(func.count()).select_from(RecoveryCode).filter_by(user_id=user_id).where(unused)
    return db.session.scalar(query) or 0


def clear(session: Session, user_id: int) -> None:
    """Let none of a person's codes be worth anything."""
    session.execute(delete(RecoveryCode).filter_by(user_id=user_id))
