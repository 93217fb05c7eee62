"""0022: letters that come back, and signs of life; both ways, with rows of every earlier head."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade
from sqlalchemy import inspect, text

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.models.engine import wrong_pragmas
from tests.builders import NOON
from tests.migrating import heads, migrate_to
from tests.test_migration_sites import SITES
from tests.test_migration_write_backs import WRITE_BACKS
from tests.test_migrations import FIRST, MANY, SIDE_FACTS, empty_app, filled, rows_of

__all__ = ["empty_app"]

AFTER = "0021"
NEW = {"workers": {"name": "letters", "seen_at": NOON}}
HEADS = ["0001", "0003", "0006", "0007", "0010", "0015", "0018", "0019"]


def grown(head):
    """What there is of an earlier head's tables."""
    migrate_to(revision=head)
    known = FIRST | (SIDE_FACTS if head >= "0002" else {}) | (MANY if head >= "0006" else {})
    known |= SITES if head >= "0015" else {}
    return filled(known | (WRITE_BACKS if head >= "0018" else {}))


def before(revision):
    """The one that it comes behind, whichever that is by now."""
    from alembic.script import ScriptDirectory
    from flask import current_app

    folder = current_app.extensions["migrate"].directory
    return ScriptDirectory(folder).get_revision(revision).down_revision


@pytest.mark.parametrize("head", heads(*HEADS))
def test_it_comes_up_with_all_rows_of_every_earlier_head_and_goes_again(empty_app, head):
    kept = grown(head)

    schema.upgrade()

    assert rows_of(kept) == kept
    added = filled(NEW)
    assert rows_of(added) == added
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE letters SET refusal = 'policy'"))
    downgrade(revision=before(AFTER))
    assert rows_of(kept) == kept
    looked = inspect(db.engine)
    assert "workers" not in looked.get_table_names()
    assert "refusal" not in {one["name"] for one in looked.get_columns("letters")}
    assert "unreachable_since" not in {one["name"] for one in looked.get_columns("addresses")}
    assert "ix_letters_due" in {one["name"] for one in looked.get_indexes("letters")}
    assert wrong_pragmas(db.engine) == {}
