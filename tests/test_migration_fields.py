"""What a remark is about comes and goes with its migration, and no row with it."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade
from sqlalchemy import inspect, text

from corrections_app import schema
from corrections_app.extensions import db
from tests.migrating import migrate_to
from tests.test_migrations import FIRST, MANY, SIDE_FACTS, empty_app, filled, rows_of

__all__ = ["empty_app"]

ALL = FIRST | SIDE_FACTS | MANY


def columns() -> set[str]:
    return {one["name"] for one in inspect(db.engine).get_columns("corrections")}


@pytest.mark.parametrize("head", ["0010", "0012", "0013"])
def test_it_comes_up_with_all_rows(empty_app, head):
    migrate_to(revision=head)
    kept = filled(ALL)

    schema.upgrade()

    assert rows_of(kept) == kept
    with db.engine.begin() as connection:
        assert connection.execute(text("SELECT field FROM corrections")).scalars().all() == [None]


def test_the_way_back_keeps_every_remark(empty_app):
    migrate_to(revision="0010")
    kept = filled(ALL)
    schema.upgrade()

    downgrade(revision="0010")

    assert rows_of(kept) == kept
    assert "field" not in columns()
