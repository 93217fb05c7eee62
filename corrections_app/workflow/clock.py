"""The clock, read in one place; every rule is told the time. Moments as a database counts them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, select

from corrections_app.extensions import db


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def ahead() -> timedelta:
    """How far this machine's clock is ahead of the database's, where that is another machine's.

    On SQLite there is one clock.
    """
    if db.engine.dialect.name != "postgresql":
        return timedelta(0)
    asked = now()
    theirs: datetime = db.session.scalars(select(func.clock_timestamp())).one()
    answered = now()
    db.session.rollback()
    return asked + (answered - asked) / 2 - theirs


def seconds_of(column: Any) -> ColumnElement[int]:
    """Whole seconds of a moment since 1970, in SQL of the engine at hand."""
    if db.session.get_bind().dialect.name == "sqlite":
        return cast(func.strftime("%s", column), Integer)
    return cast(func.floor(func.extract("epoch", column)), Integer)
