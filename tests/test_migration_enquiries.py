"""What readers are asked comes with a table of its own, and goes without a trace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_migrate import downgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from corrections_app import schema
from corrections_app.extensions import db
from tests.builders import NOON
from tests.migrating import heads
from tests.test_migration_set_aside import HEADS, SET_ASIDE, before, grown
from tests.test_migrations import FIRST, MADE, SIDE_FACTS, empty_app, filled, rows_of

__all__ = ["empty_app"]

REVISION = "0027"
ENQUIRIES = {
    "enquiries": MADE
    | {
        "correction_id": 1,
        "by_id": 1,
        "question": "Who says so?",
        "until": NOON + timedelta(days=7),
        "answer": "My aunt.",
        "answered_at": NOON,
    }
}


@pytest.mark.parametrize("head", heads(*HEADS, "0020", "0022", "0023"))
def test_it_comes_up_with_all_rows_of_every_earlier_head_and_goes_again(empty_app, head):
    kept = grown(head)
    kept |= filled(SET_ASIDE) if head >= "0020" else {}

    schema.upgrade()

    assert rows_of(kept) == kept
    added = filled(ENQUIRIES)
    assert rows_of(added) == added
    downgrade(revision=before(REVISION))
    assert rows_of(kept) == kept
    assert "enquiries" not in inspect(db.engine).get_table_names()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE enquiries SET answered_at = NULL",
        "UPDATE enquiries SET correction_id = 9",
        "UPDATE enquiries SET by_id = 9",
        "UPDATE enquiries SET until = NULL",
        f"UPDATE enquiries SET question = '{'x' * 1_001}'",
        f"UPDATE enquiries SET answer = '{'x' * 2_001}'",
        "INSERT INTO enquiries (correction_id, by_id, until, created_at)"
        " SELECT correction_id, by_id, until, created_at FROM enquiries",
    ],
)
def test_the_table_holds_nothing_impossible(app, statement):
    filled(FIRST | SIDE_FACTS | ENQUIRIES)

    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(statement))
