"""House rules come with two tables, and go without a trace."""

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
from tests.test_migration_set_aside import SET_ASIDE, before
from tests.test_migration_sites import SITES
from tests.test_migration_write_backs import WRITE_BACKS
from tests.test_migrations import FIRST, MADE, MANY, SIDE_FACTS, empty_app, filled, rows_of

__all__ = ["empty_app"]

HEAD = "0028"
TABLES = ("found_elsewhere", "house_rules")
HOUSE_RULES = {
    "house_rules": MADE
    | {"id": 7, "preferred": "Київ", "forms": ["Киев", "Kiev"], "reason": "So.", "link": ""}
    | {"lang": "uk", "whole_words": True, "case_sensitive": False, "active": False}
    | {"changed_at": NOON},
    "found_elsewhere": MADE | {"correction_id": 1, "by_id": 1, "of_id": 1, "rule_id": 7},
}
HEADS = ["0001", "0003", "0006", "0010", "0015", "0018", "0020", "0022", "0023"]


def grown(head):
    """What there is of an earlier head's tables."""
    migrate_to(revision=head)
    known = FIRST | (SIDE_FACTS if head >= "0002" else {})
    known |= MANY if head >= "0006" else {}
    known |= SITES if head >= "0015" else {}
    known |= WRITE_BACKS if head >= "0018" else {}
    known |= SET_ASIDE if head >= "0020" else {}
    return filled(known)


@pytest.mark.parametrize("head", heads(*HEADS))
def test_they_come_up_with_all_rows_of_every_earlier_head_and_go_again(empty_app, head):
    kept = grown(head)

    schema.upgrade()

    assert rows_of(kept) == kept
    added = filled(HOUSE_RULES)
    assert rows_of(added) == added
    downgrade(revision=before(HEAD))
    assert rows_of(kept) == kept
    assert not set(TABLES) & set(inspect(db.engine).get_table_names())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE house_rules SET preferred = NULL",
        "UPDATE house_rules SET forms = NULL",
        f"UPDATE house_rules SET reason = '{'x' * 501}'",
        f"UPDATE house_rules SET preferred = '{'x' * 101}'",
        f"UPDATE house_rules SET link = '{'x' * 501}'",
        "UPDATE found_elsewhere SET by_id = 9",
        "UPDATE found_elsewhere SET by_id = NULL",
        "UPDATE found_elsewhere SET rule_id = 9",
        "UPDATE found_elsewhere SET correction_id = 9",
        "DELETE FROM house_rules",
    ],
)
def test_the_tables_hold_nothing_impossible(app, statement):
    filled(FIRST | SIDE_FACTS | HOUSE_RULES)

    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(statement))
