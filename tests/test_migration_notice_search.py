"""Notices of before are found by their words, and go back as they came."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask_migrate import downgrade
from sqlalchemy import inspect, text

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.workflow.record import criteria, log
from tests.builders import NOON
from tests.migrating import migrate_to
from tests.test_migrations import FIRST, empty_app, filled, rows_of

__all__ = ["empty_app"]

NOTICE = {"id": 1, "article_id": 1, "revision": 2, "change_class": "correction"}
NOTICE |= {"words": "Zoë’s café", "created_at": NOON, "public_at": NOON}
BEFORE = "0011"


@pytest.fixture(params=["0001", "0010", BEFORE])
def kept(empty_app, request):
    """A database grown up from an earlier head, with a notice in it."""
    migrate_to(revision=request.param)
    filled(FIRST)
    migrate_to(revision=BEFORE)
    return filled({"notices": NOTICE})


def found(words):
    with db.session.begin():
        asked = criteria.parse({"q": words})
        page = log.listed(asked, ZoneInfo("UTC"), NOON + timedelta(days=1))
        return [entry.notice.id for entry in page.items]


def test_what_was_told_before_is_found_and_stays_found_by_its_words(kept):
    schema.upgrade()

    assert [found("ZOE cafe"), found("tea")] == [[1], []]
    assert rows_of(kept) == kept
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE notices SET found_by = 'tea'"))
    assert [found("cafe"), found("tea")] == [[], [1]]
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM notices"))
    assert found("tea") == []


def test_the_way_back_keeps_every_notice(kept):
    schema.upgrade()

    downgrade(revision=BEFORE)

    assert rows_of(kept) == kept
    assert "found_by" not in {one["name"] for one in inspect(db.engine).get_columns("notices")}
    assert not [name for name in inspect(db.engine).get_table_names() if "search_notices" in name]
    schema.upgrade()
    assert found("cafe") == [1]
