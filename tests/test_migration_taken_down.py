"""What was taken down comes up and goes back without the loss of a row."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.models import Retirement
from corrections_app.workflow import taken_down
from tests.builders import NOON
from tests.migrating import heads, migrate_to
from tests.test_migrations import FIRST, MANY, SIDE_FACTS, empty_app, filled, rows_of

__all__ = ["empty_app"]

ROWS = FIRST | SIDE_FACTS | MANY
DOWN = FIRST | {"articles": FIRST["articles"] | {"retired_at": NOON}}


@pytest.mark.parametrize("head", heads(*(f"{number:04}" for number in range(1, 12))))
def test_every_earlier_head_comes_up_with_its_rows_and_goes_back(empty_app, head):
    migrate_to(revision=head)
    have = inspect(db.engine).get_table_names()
    kept = filled({name: row for name, row in ROWS.items() if name in have})

    schema.upgrade()

    assert rows_of(kept) == kept
    downgrade(revision="0011")
    assert rows_of(kept) == kept
    assert not {"retirements", "settings"} & set(inspect(db.engine).get_table_names())


def test_an_article_that_was_down_before_has_a_reason_now(empty_app):
    migrate_to(revision="0011")
    filled(DOWN)

    schema.upgrade()

    with db.session.begin():
        found = taken_down.standing(db.session(), 1)
        assert isinstance(found, Retirement)
        assert (found.created_at, found.by_id) == (NOON, None)
        assert found.reason == "The newsroom has taken this article down."


def test_the_tables_hold_nothing_impossible(empty_app):
    migrate_to(revision="head")
    filled(DOWN | SIDE_FACTS)
    again = "INSERT INTO retirements (id, article_id, reason, created_at) VALUES ({})"
    with db.engine.begin() as connection:
        connection.execute(text(again.format("1, 1, 'Once.', :now")), {"now": NOON.isoformat(" ")})

    for statement in (
        again.format("2, 1, 'Twice.', :now"),
        "UPDATE appeals SET outcome = 'lost', judged_at = :now",
        "UPDATE appeals SET outcome = 'retired'",
        "UPDATE appeals SET decision_id = decision_id, outcome = NULL, judged_at = :now",
    ):
        with pytest.raises(DBAPIError), db.engine.begin() as connection:
            connection.execute(text(statement), {"now": NOON.isoformat(" ")})
    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text("UPDATE revisions SET withheld_reason = :a"), {"a": "a" * 1001})


def test_an_appeal_that_ended_with_its_article_waits_again_on_the_way_back(empty_app):
    migrate_to(revision="head")
    filled(FIRST | SIDE_FACTS)
    with db.engine.begin() as connection:
        ended = "UPDATE appeals SET outcome = 'retired', judged_at = created_at"
        connection.execute(text(ended))

    downgrade(revision="0011")

    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT outcome, judged_at FROM appeals")).one() == (
            None,
            None,
        )
