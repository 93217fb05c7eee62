"""Databases of earlier versions: each is made once in a test process, and copied from then on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade

from corrections_app import schema
from corrections_app.extensions import db


def migrate_to(revision: str) -> None:
    """Bring the application's database up to a version, or to the newest one, ``head``.

    An empty one on SQLite gets a copy of what another one became by the same steps: they take
    longer than most of the tests that begin behind them.
    """
    if db.engine.dialect.name != "sqlite" or schema.current() is not None:
        upgrade(revision=revision)
        return
    revision = schema.newest() if revision == "head" else revision
    here = Path(db.engine.url.database or "")
    kept = {one.stem.removeprefix("at-"): one for one in here.parent.glob("at-*.sqlite")}
    nearest = max((each for each in kept if each <= revision), default=None)
    if nearest is not None:
        db.engine.dispose()
        shutil.copy(kept[nearest], here)
    if nearest != revision:
        upgrade(revision=revision)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
        shutil.copy(here, here.with_name(f"at-{revision}.sqlite"))


def heads(first: str, *others: str) -> list[Any]:
    """Earlier versions to come up from: the first and the last each time, the rest by make long."""
    *between, last = others
    return [first, *(pytest.param(one, marks=pytest.mark.long) for one in between), last]
