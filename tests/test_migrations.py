"""The schema: from nothing, equal to the models, and the same on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import downgrade
from sqlalchemy import MetaData, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.models.engine import PRAGMAS, wrong_pragmas
from corrections_app.workflow.queue import lanes
from corrections_app.workflow.queue.filters import parse
from corrections_app.workflow.queue.lanes import Lane
from tests.builders import NOON, a_correction, an_article
from tests.databases import SHIPPED
from tests.migrating import migrate_to


@pytest.fixture
def empty_app(databases, tmp_path, make_app):
    url = databases.empty()
    app = make_app(DATABASE_URL=url, INSTANCE=str(tmp_path / "other"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def test_an_empty_database_gets_all_tables(empty_app):
    assert schema.current() is None

    schema.ready()

    assert schema.current() == schema.newest()


def test_the_tables_are_the_models(empty_app):
    schema.ready()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                # Full-text search is each engine's own.
                "include_object": lambda _object, name, *_: not str(name).startswith("search_"),
            },
        )
        assert compare_metadata(context, db.metadata) == []


def test_the_versions_are_read_as_alembic_reads_them(empty_app):
    script = ScriptDirectory(current_app.extensions["migrate"].directory)

    assert schema.newest() == script.get_current_head()
    known = {one.revision: one.down_revision for one in script.walk_revisions()}
    assert schema._versions() == known


def test_making_ready_twice_changes_nothing(empty_app):
    schema.ready()
    schema.ready()

    assert schema.current() == schema.newest()


def test_an_old_schema_is_refused_with_the_command(empty_app):
    schema.ready()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    with pytest.raises(schema.OldSchema, match="corrections db upgrade"):
        schema.ready()


def test_a_schema_of_a_newer_program_is_left_alone(empty_app):
    """A node that was not brought up with the others must not ask for an upgrade."""
    schema.ready()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(schema.OldSchema, match="newer version of this program"):
        schema.ready()


def test_a_database_of_something_else_is_left_alone(empty_app):
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE recipes (id INTEGER)"))

    with pytest.raises(schema.OldSchema, match="something else"):
        schema.ready()


def test_the_way_back_leaves_nothing(empty_app):
    schema.ready()

    downgrade(revision="base")

    assert inspect(db.engine).get_table_names() == ["alembic_version"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_events SET action = 'nothing'", "DELETE FROM audit_events"],
)
def test_the_audit_cannot_be_changed(app, statement):
    a_correction(an_article())

    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE corrections SET status = 'lost'",
        "UPDATE corrections SET exact = NULL",
        'UPDATE corrections SET "start" = NULL',
        'UPDATE corrections SET "end" = "end" + 1',
        "UPDATE corrections SET replacement = NULL, explanation = NULL",
        "UPDATE corrections SET article_id = 99",
        "UPDATE corrections SET base_revision = 99",
        "UPDATE revisions SET number = 0",
        'UPDATE placements SET "start" = NULL',
    ],
)
def test_the_database_enforces_what_it_can(app, statement):
    a_correction(an_article())

    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(statement))


def test_texts_longer_than_accepted_cannot_be_stored(app):
    a_correction(an_article())

    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text("UPDATE corrections SET explanation = :long"), {"long": "a" * 2001})


def test_the_pragmas_read_back_as_they_are_shipped(make_app, monkeypatch):
    for name, value in SHIPPED.items():
        monkeypatch.setitem(PRAGMAS, name, value)

    with make_app(own=True).app_context():
        assert wrong_pragmas(db.engine) == {}
    assert SHIPPED["synchronous"] == "2"  # FULL: what was acknowledged outlives a power cut


def test_the_first_tables_come_up_with_all_their_rows(empty_app):
    migrate_to(revision="0001")
    kept = filled(FIRST)

    schema.upgrade()

    assert rows_of(kept) == kept


def test_the_side_facts_come_up_with_all_their_rows(empty_app):
    migrate_to(revision="0002")
    kept = filled(FIRST | SIDE_FACTS)

    schema.upgrade()

    assert rows_of(kept) == kept


def test_letters_come_up_with_all_their_rows(empty_app):
    migrate_to(revision="0003")
    kept = filled(FIRST | SIDE_FACTS)

    schema.upgrade()

    assert rows_of(kept) == kept


@pytest.mark.parametrize("head", ["0004", "0005"])
def test_the_order_comes_up_with_all_its_rows(empty_app, head):
    migrate_to(revision=head)
    kept = filled(FIRST | SIDE_FACTS)

    schema.upgrade()

    assert rows_of(kept) == kept


def test_acts_on_many_and_views_come_up_with_all_their_rows(empty_app):
    migrate_to(revision="0006")
    kept = filled(FIRST | SIDE_FACTS | MANY)

    schema.upgrade()

    assert rows_of(kept) == kept


def test_ones_own_words_become_a_reason_and_go_again(empty_app):
    migrate_to(revision="0007")
    kept = filled(FIRST | SIDE_FACTS | MANY)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE reasons SET position = 40 WHERE code = 'opinion'"))
        before = set(connection.execute(text("SELECT code, sentence FROM reasons")))

    migrate_to(revision="0008")

    with db.engine.begin() as connection:
        after = connection.execute(text("SELECT code, sentence, position FROM reasons")).all()
        connection.execute(text("UPDATE decisions SET reason = 'other'"))
    assert {row[:2] for row in after} - before == {("other", "An editor has written why.")}
    assert next(row.position for row in after if row.code == "other") == 41
    assert rows_of(kept) == kept
    downgrade(revision="0007")
    with db.engine.connect() as connection:
        assert set(connection.execute(text("SELECT code, sentence FROM reasons"))) == before
        assert connection.scalar(text("SELECT reason FROM decisions")) == "other"


def test_the_way_back_from_acts_on_many_keeps_every_decision(empty_app):
    migrate_to(revision="0005")
    kept = filled(FIRST | SIDE_FACTS)
    migrate_to(revision="0006")
    filled(MANY)

    downgrade(revision="0005")

    assert rows_of(kept) == kept
    assert not MANY.keys() & set(inspect(db.engine).get_table_names())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bulks SET action = 'withdraw'",
        "UPDATE bulk_items SET decision_id = 99",
        "INSERT INTO saved_views SELECT 2, owner_id, name, query, shared, created_at"
        " FROM saved_views",
    ],
)
def test_the_tables_of_acts_and_views_hold_nothing_impossible(empty_app, statement):
    migrate_to(revision="head")
    filled(FIRST | MANY)

    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(statement))


def test_what_was_sent_before_is_ordered_and_found(empty_app):
    migrate_to(revision="0003")
    filled(FIRST | SIDE_FACTS)
    with db.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection, only=["corrections"])
        row = FIRST["corrections"] | {"status": "pending", "decided_at": None}
        rows = [
            row | {"id": 2, "reference": "2", "kind": "fact"},
            row | {"id": 3, "reference": "3", "kind": "typo"},
            row | {"id": 4, "reference": "4", "kind": "typo", "leader_id": 3},
            row | {"id": 5, "reference": "5", "kind": "typo", "explanation": "Čafé"},
        ]
        for one in rows:
            connection.execute(insert(tables.tables["corrections"]).values(one))

    schema.upgrade()

    with db.session.begin():
        max_ = db.session.get_one(User, 1)
        soon = lanes.listed(Lane.ALL, max_, NOON + timedelta(hours=1), criteria=parse({}))
        late = lanes.listed(Lane.ALL, max_, NOON + timedelta(hours=5), criteria=parse({}))
        found = lanes.listed(Lane.ALL, max_, NOON, criteria=parse({"words": "cafe wall"}))
        every = lanes.listed(Lane.ALL, max_, NOON, criteria=parse({"words": "the"}))
        assert [item.id for item in soon.corrections] == [2, 3, 5]
        assert [item.overdue_at <= NOON + timedelta(hours=5) for item in late.corrections][:2] == [
            True,
            False,
        ]
        assert [item.id for item in found.corrections] == [5]
        assert [item.id for item in every.corrections] == [5, 4, 3, 2, 1]


def test_the_way_back_keeps_what_the_older_tables_can_hold(empty_app):
    migrate_to(revision="0001")
    kept = filled(FIRST)
    schema.upgrade()

    downgrade(revision="0001")

    assert rows_of(kept) == kept


def test_the_audit_cannot_be_changed_after_an_upgrade(empty_app):
    migrate_to(revision="0001")
    filled(FIRST)

    schema.upgrade()

    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_events"))


def filled(rows):
    """One row in each of these tables, as the schema at hand has them; and what they hold then."""
    with db.engine.begin() as connection:
        tables = _tables_of(rows, connection)
        for name, row in rows.items():
            known = {column: row[column] for column in row if column in tables.tables[name].c}
            connection.execute(insert(tables.tables[name]).values(known))
    return rows_of({name: [row] for name, row in rows.items()})


def rows_of(kept):
    """The rows of these tables, in their columns of then, less what is worked out anew."""
    with db.engine.connect() as connection:
        tables = _tables_of(kept, connection)
        found = {}
        for name, (row, *_) in kept.items():
            columns = [tables.tables[name].c[column] for column in row if column not in ANEW]
            found[name] = [dict(one._mapping) for one in connection.execute(select(*columns))]
    return found


def _tables_of(names, connection):
    """These tables as they are at this moment, and none of those that they point at."""
    tables = MetaData()
    tables.reflect(connection, only=list(names), resolve_fks=False)
    return tables


ANEW = {"rank", "session_key"}
"""Columns that a migration fills by itself, or that went."""
MADE = {"created_at": NOON}
FIRST = {
    "articles": MADE | {"id": 1, "slug": "wall", "head": 2, "lang": "en", "dir": "ltr"},
    "idempotency_keys": MADE
    | {"id": 1, "scope": "act:1", "key": "k", "fingerprint": "f", "answer": {"id": 1}},
    "letters": MADE
    | {"id": 1, "kind": "accepted", "recipient": "ada@reader.example", "message_id": "<1@x>"}
    | {"subject": "s", "text": "t", "html": "h", "state": "sent", "attempts": 1, "unknowns": 0}
    | {"next_attempt_at": NOON},
    "users": MADE
    | {"id": 1, "email": "max@courier.example", "name": "Max", "role": "moderator"}
    | {"session_key": "s", "active": True},
    "one_time_links": MADE
    | {"id": 1, "user_id": 1, "purpose": "sign_in", "token_hash": "h", "expires_at": NOON},
    "revisions": MADE
    | {"id": 1, "article_id": 1, "number": 2, "title": "Wall", "body": [], "text": "the the"}
    | {"change_class": "silent", "origin": "accept", "author_id": 1, "edits": [[0, 7, "the"]]},
    "corrections": MADE
    | {"id": 1, "reference": "ABCD-EFGH", "article_id": 1, "base_revision": 2, "start": 0}
    | {"end": 7, "exact": "the the", "prefix": "", "suffix": "", "replacement": "the"}
    | {"status": "accepted", "version": 2, "rank": 0.5, "decided_at": NOON},
    "audit_events": MADE
    | {"id": 1, "chain": "article:1", "number": 1, "action": "accept", "correction_id": 1}
    | {"by_id": 1, "data": {"decision": 1}, "previous": "", "hash": "h"},
    "contacts": MADE
    | {"correction_id": 1, "email": "ada@reader.example", "name": "Ada", "credit": True},
    "decisions": MADE
    | {"id": 1, "correction_id": 1, "action": "accept", "outcome": "accepted", "by_id": 1}
    | {"revision": 2, "as_proposed": True, "change_class": "silent", "undo_until": NOON},
    "placements": {"correction_id": 1, "revision": 2, "start": 0, "end": 7, "fit": "clean"}
    | {"known_revision": 2, "known_start": 0, "known_end": 7, "known_edits": [[0, 7, "the"]]},
    "owed": MADE
    | {"id": 1, "decision_id": 1, "correction_id": 1, "kind": "accepted", "due_at": NOON}
    | {"state": "lettered", "letter_id": 1},
}
"""A row for each table of 0001, each pointing at the others."""
SIDE_FACTS = {
    "leases": {"correction_id": 1, "user_id": 1, "until": NOON},
    "holds": MADE | {"correction_id": 1, "by_id": 1, "until": NOON, "note": "Asked."},
    "escalations": MADE | {"correction_id": 1, "by_id": 1, "note": "A fact."},
    "skips": MADE | {"correction_id": 1, "user_id": 1},
    "approvals": MADE | {"correction_id": 1, "by_id": 1, "verdict": {"seen": 1}},
    "appeals": MADE | {"decision_id": 1, "correction_id": 1, "words": "Look again."},
}
"""And for each table that 0002 added, beside the reasons, which it brought itself."""
MANY = {
    "bulks": MADE | {"id": 1, "by_id": 1, "action": "accept", "note": "n", "finished_at": NOON},
    "bulk_items": {"bulk_id": 1, "correction_id": 1, "position": 0, "version": 1, "revision": 1}
    | {"decision_id": 1, "answer": {"code": "done"}, "undo_answer": None},
    "conflicts": MADE | {"id": 1, "correction_id": 1, "code": "already_decided"},
    "saved_views": MADE
    | {"id": 1, "owner_id": 1, "name": "Mine", "query": "kind=typo", "shared": True},
}
"""And for each table that 0006 added."""
