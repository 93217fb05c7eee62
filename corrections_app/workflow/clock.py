"""The clock, read in one place; every rule is told the time. Moments as a database counts them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func

from corrections_app.extensions import db


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def seconds_of(column: Any) -> ColumnElement[int]:
    """Whole seconds of a moment since 1970, in SQL of the engine at hand."""
    if db.session.get_bind().dialect.name == "sqlite":
        return cast(func.strftime("%s", column), Integer)
    return cast(func.floor(func.extract("epoch", column)), Integer)
