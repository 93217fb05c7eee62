"""A colleague's own language comes as a column that nobody has filled in yet, and goes again."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade
from sqlalchemy import inspect, text

from corrections_app import schema
from corrections_app.extensions import db
from tests.migrating import heads
from tests.test_migration_house_rules import HEADS, HOUSE_RULES, grown
from tests.test_migration_set_aside import before
from tests.test_migrations import empty_app, filled, rows_of

__all__ = ["empty_app"]

HEAD = "0029"


def columns():
    return {column["name"] for column in inspect(db.engine).get_columns("users")}


@pytest.mark.parametrize("head", heads(*HEADS, "0028"))
def test_it_comes_up_with_all_rows_of_every_earlier_head_and_goes_again(empty_app, head):
    kept = grown(head)
    if head == "0028":
        kept |= filled(HOUSE_RULES)

    schema.upgrade()

    assert rows_of(kept) == kept
    assert db.session.execute(text("SELECT lang FROM users")).scalars().all() == [None]
    db.session.execute(text("UPDATE users SET lang = 'uk'"))
    db.session.commit()
    downgrade(revision=before(HEAD))
    assert rows_of(kept) == kept
    assert "lang" not in columns()
