"""The indexes that migrations made, their conditions and kinds too, which alembic compares not."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import inspect

from corrections_app.extensions import db


def test_they_are_as_the_models_would_make_them(app: Flask) -> None:
    there = reflected()

    for table in db.metadata.tables.values():
        for index in table.indexes:
            index.drop(db.engine)
            index.create(db.engine)

    assert reflected() == there


def reflected() -> dict[str, Any]:
    """Each index as the engine itself describes it."""
    tables, of_some_rows = inspect(db.engine), f"{db.engine.dialect.name}_where"
    found: dict[str, Any] = {}
    for one in (one for name in db.metadata.tables for one in tables.get_indexes(name)):
        found[one["name"]] = one | {of_some_rows: str(one["dialect_options"].get(of_some_rows))}
        one["dialect_options"].pop(of_some_rows, None)  # equal to itself alone
    assert found["uq_decisions_standing"][of_some_rows] != "None"
    return found
