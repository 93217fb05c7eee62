"""The schema: from nothing, equal to the models, and the same on both engines."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask_migrate import downgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.models.engine import wrong_pragmas
from tests.builders import a_correction, an_article


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
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, db.metadata) == []


def test_making_ready_twice_changes_nothing(empty_app):
    schema.ready()
    schema.ready()

    assert schema.current() == schema.newest()


def test_an_old_schema_is_refused_with_the_command(empty_app):
    schema.ready()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    with pytest.raises(schema.OldSchema, match="corrections db upgrade"):
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


def test_the_pragmas_read_back_as_set(app):
    assert wrong_pragmas(db.engine) == {}
