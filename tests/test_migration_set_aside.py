"""What looks like spam comes with three tables, and goes without a trace."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import downgrade
from flask_migrate import upgrade as migrate_to
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from corrections_app import schema
from corrections_app.extensions import db
from tests.builders import NOON
from tests.migrating import heads
from tests.test_migration_sites import SITES
from tests.test_migration_write_backs import WRITE_BACKS
from tests.test_migrations import FIRST, MADE, MANY, SIDE_FACTS, empty_app, filled, rows_of

__all__ = ["empty_app"]

HEAD = "0020"
TABLES = ("wordprints", "senders", "set_asides")
SET_ASIDE = {
    "set_asides": MADE
    | {"correction_id": 1, "signs": "links too_fast", "returned_at": NOON, "returned_by_id": 1},
    "senders": MADE | {"correction_id": 1, "mailbox_key": "a" * 32, "network_key": None},
    "wordprints": MADE | {"print": 2**62 + 1, "correction_id": 1},
}
HEADS = ["0001", "0003", "0006", "0010", "0015", "0018", "0019"]


def before(revision):
    """The number of the revision that stands before one, however the chain is put together."""
    folder = current_app.extensions["migrate"].directory
    return ScriptDirectory(folder).get_revision(revision).down_revision


def grown(head):
    """What there is of an earlier head's tables."""
    migrate_to(revision=head)
    known = FIRST | (SIDE_FACTS if head >= "0002" else {})
    known |= MANY if head >= "0006" else {}
    known |= SITES if head >= "0015" else {}
    known |= WRITE_BACKS if head >= "0018" else {}
    return filled(known)


@pytest.mark.parametrize("head", heads(*HEADS))
def test_they_come_up_with_all_rows_of_every_earlier_head_and_go_again(empty_app, head):
    kept = grown(head)

    schema.upgrade()

    assert rows_of(kept) == kept
    added = filled(SET_ASIDE)
    assert rows_of(added) == added
    downgrade(revision=before(HEAD))
    assert rows_of(kept) == kept
    assert not set(TABLES) & set(inspect(db.engine).get_table_names())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE set_asides SET returned_at = NULL",
        "UPDATE set_asides SET signs = NULL",
        "UPDATE set_asides SET returned_by_id = 9",
        "UPDATE set_asides SET correction_id = 9",
        "UPDATE senders SET correction_id = 9",
        "UPDATE wordprints SET correction_id = 9",
        "INSERT INTO wordprints (print, correction_id, created_at)"
        " SELECT print, correction_id, created_at FROM wordprints",
    ],
)
def test_the_tables_hold_nothing_impossible(app, statement):
    filled(FIRST | SIDE_FACTS | SET_ASIDE)

    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(statement))
