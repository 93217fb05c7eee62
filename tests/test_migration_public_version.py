"""The number of what readers see comes to databases of before, and they go back as they came."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade
from flask_migrate import upgrade as migrate_to
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from corrections_app import schema
from corrections_app.extensions import db
from tests.migrating import heads
from tests.test_migrations import FIRST, empty_app, filled, rows_of

__all__ = ["empty_app"]

BEFORE = "0022"


@pytest.mark.parametrize("head", heads("0001", "0012", "0019", BEFORE))
def test_there_is_one_number_and_nothing_is_lost_on_either_way(empty_app, head):
    migrate_to(revision=head)
    first = filled(FIRST)
    migrate_to(revision=BEFORE)
    here = rows_of(first)

    schema.upgrade()

    assert rows_of(first) == here
    with db.engine.begin() as connection:
        assert connection.scalar(text("SELECT number FROM public_version")) == 0
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(text("INSERT INTO public_version VALUES (2, 0)"))
    downgrade(revision=BEFORE)
    assert rows_of(first) == here
    assert "public_version" not in inspect(db.engine).get_table_names()
