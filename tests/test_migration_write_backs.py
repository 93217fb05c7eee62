"""Write-backs come with the table they need, and go without a trace."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade
from flask_migrate import upgrade as migrate_to
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from corrections_app import schema
from corrections_app.extensions import db
from tests.builders import NOON
from tests.migrating import heads
from tests.test_migration_sites import SITES
from tests.test_migrations import FIRST, MADE, MANY, SIDE_FACTS, empty_app, filled, rows_of

__all__ = ["empty_app"]

BEFORE = "0017"
WRITE_BACKS = {
    "write_backs": MADE
    | {"id": 1, "article_id": 1, "revision": 2, "state": "refused", "attempts": 3}
    | {"first_attempt_at": NOON, "next_attempt_at": NOON, "lease": None, "in_doubt": False}
    | {"overrules": False, "code": "ambiguous", "said": "Several.", "by_id": 1, "closed_at": None},
}
HEADS = ["0001", "0003", "0006", "0010", "0014", "0015", BEFORE]


def grown(head):
    """What there is of an earlier head's tables."""
    migrate_to(revision=head)
    known = FIRST | (SIDE_FACTS if head >= "0002" else {})
    known |= MANY if head >= "0006" else {}
    known |= SITES if head >= "0015" else {}
    return filled(known)


@pytest.mark.parametrize("head", heads(*HEADS))
def test_they_come_up_with_all_rows_of_every_earlier_head_and_go_again(empty_app, head):
    kept = grown(head)

    schema.upgrade()

    assert rows_of(kept) == kept
    if head < "0015":
        filled(SITES)
    added = filled(WRITE_BACKS)
    assert rows_of(added) == added
    downgrade(revision=BEFORE)
    assert rows_of(kept) == kept
    assert "write_backs" not in inspect(db.engine).get_table_names()
    columns = {one["name"] for one in inspect(db.engine).get_columns("site_articles")}
    assert "sent" not in columns


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE write_backs SET state = 'lost'",
        "UPDATE write_backs SET code = 'because'",
        "UPDATE write_backs SET revision = 9",
        "UPDATE write_backs SET article_id = 9",
        "UPDATE write_backs SET by_id = 9",
        "INSERT INTO write_backs (article_id, revision, state, attempts, next_attempt_at,"
        " in_doubt, overrules, created_at) SELECT article_id, revision, state, attempts,"
        " next_attempt_at, in_doubt, overrules, created_at FROM write_backs",
    ],
)
def test_the_table_holds_nothing_impossible(app, statement):
    filled(FIRST | SITES | WRITE_BACKS)

    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(statement))
