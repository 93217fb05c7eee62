"""Whatever readers were told before becomes a notice; what they were never told does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_migrate import downgrade
from sqlalchemy import MetaData, insert, inspect, select

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.models import Notice
from corrections_app.workflow.record.notices import public_at
from tests.builders import NOON, SECOND
from tests.migrating import migrate_to
from tests.test_migrations import FIRST, MANY, SIDE_FACTS, empty_app, filled, rows_of

__all__ = ["empty_app"]

HOLD = timedelta(minutes=10)
REVISION = {"article_id": 1, "title": "Wall", "body": [], "text": "t", "author_id": 1}
CORRECTION = FIRST["corrections"]
DECISION = FIRST["decisions"] | {"change_class": "correction", "undo_until": NOON + HOLD}
STORY = {
    # revision: class, notice, thanks, how it was made, when a decision was undone
    3: ("correction", "Told.", ["Ada"], "accept", None),
    4: ("correction", "Undone.", None, "accept", NOON + HOLD - SECOND),
    5: ("clarification", "Opened again.", None, "accept", NOON + HOLD),
    6: ("update", "By hand.", None, "edit", None),
    7: ("correction", None, None, "import", None),
    8: ("silent", None, None, "accept", None),
}


@pytest.fixture(params=["0001", "0004", "0007", "0010"])
def before(empty_app, request):
    """A database of before, grown up from an earlier head, with changes of every fate."""
    migrate_to(revision=request.param)
    filled(FIRST)
    migrate_to(revision="0010")
    with db.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for number, (change_class, notice, thanks, origin, undone) in STORY.items():
            told = {"change_class": change_class, "notice": notice, "created_at": NOON}
            row = REVISION | told | {"thanks": thanks, "origin": origin, "number": number}
            connection.execute(insert(tables.tables["revisions"]).values(row | {"id": number}))
            if origin != "accept":
                continue
            own = {"id": number, "reference": str(number), "nonce": f"n{number}"}
            connection.execute(insert(tables.tables["corrections"]).values(CORRECTION | own))
            own = {"correction_id": number, "revision": number, "undone_at": undone}
            row = DECISION | own | {"change_class": change_class, "undone_by_id": undone and 1}
            connection.execute(insert(tables.tables["decisions"]).values(row | {"id": number}))
            # Whoever stood behind it was closed by it, with the same revision.
            again = {"id": 10 + number, "caused_by_id": number, "correction_id": 1}
            again |= {"undone_at": NOON}
            connection.execute(insert(tables.tables["decisions"]).values(row | again))
    return empty_app


def test_every_told_change_becomes_a_notice_and_no_other(before):
    schema.upgrade()

    with db.session.begin():
        found = {one.revision: one for one in db.session.scalars(select(Notice))}
        assert {n: (one.change_class, one.words) for n, one in found.items()} == {
            n: STORY[n][:2] for n in (3, 4, 5, 6)
        }
        assert {n: one.decision_id for n, one in found.items()} == {3: 3, 4: 4, 5: 5, 6: None}
        assert (found[3].thanks, found[3].by_id) == (["Ada"], 1)
        assert {one.created_at for one in found.values()} == {NOON}


def test_the_hold_of_a_decision_is_the_notices_and_undone_ones_are_not_public(before):
    schema.upgrade()

    with db.session.begin():
        told = {
            now: set(db.session.scalars(select(Notice.revision).where(public_at(now))))
            for now in (NOON, NOON + HOLD)
        }
        changes = {
            one.revision: [(each.kind, each.created_at, each.by_id) for each in one.changes]
            for one in db.session.scalars(select(Notice))
        }
    assert told == {NOON: {6}, NOON + HOLD: {3, 5, 6}}
    assert changes == {3: [], 4: [], 5: [("decision_reopened", NOON + HOLD, 1)], 6: []}


def test_the_way_there_and_back_keeps_every_row(empty_app):
    migrate_to(revision="0010")
    kept = filled(FIRST | SIDE_FACTS | MANY)

    schema.upgrade()

    assert rows_of(kept) == kept
    downgrade(revision="0010")
    assert rows_of(kept) == kept
    assert not {"notices", "notice_changes"} & set(inspect(db.engine).get_table_names())
