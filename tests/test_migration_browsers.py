"""0007: browsers become rows, and letters forget their links; both ways, with rows in it."""

from __future__ import annotations

from hashlib import sha256

import pytest
from flask_migrate import downgrade
from sqlalchemy import MetaData, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.models.engine import wrong_pragmas
from corrections_app.workflow.people import sessions
from tests.builders import NOON
from tests.migrating import migrate_to
from tests.test_migrations import FIRST, MANY, SIDE_FACTS, filled, rows_of

BEFORE, AFTER = "0006", "0007"
SESSION = {"id": 1, "user_id": 1, "created_at": NOON, "last_seen_at": NOON}
LETTERS = {"ready": "a", "sending": "b", "sent": "c", "dead": "d", "suppressed": "e"}


@pytest.fixture
def old(databases, tmp_path, make_app):
    """A database as it was before, with a row in each table."""
    url = databases.empty()
    app = make_app(DATABASE_URL=url, INSTANCE=str(tmp_path / "other"))
    with app.app_context():
        migrate_to(revision=BEFORE)
        yield filled(FIRST | SIDE_FACTS | MANY)
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def columns(table):
    return {column["name"] for column in inspect(db.engine).get_columns(table)}


def test_every_row_comes_up_and_the_key_of_sessions_is_gone(old):
    schema.upgrade()

    assert rows_of(old) == old
    assert "session_key" not in columns("users")
    assert wrong_pragmas(db.engine) == {}


def test_people_come_in_afterwards_and_go_on_the_way_back(old):
    schema.upgrade()
    hashed = sha256(b"a token").hexdigest()
    filled({"sessions": SESSION | {"token_hash": hashed}})
    assert sessions.find("a token", NOON).user.email == "max@courier.example"
    db.session.rollback()

    downgrade(revision=BEFORE)

    assert "sessions" not in inspect(db.engine).get_table_names()
    with db.engine.connect() as connection:
        [key] = connection.execute(text("SELECT session_key FROM users")).scalars()
    assert len(key) == 32
    assert key != "s"
    assert wrong_pragmas(db.engine) == {}


def test_what_points_at_people_still_does(old):
    schema.upgrade()

    for statement in ("DELETE FROM users", "UPDATE revisions SET author_id = 99"):
        with pytest.raises(DBAPIError), db.engine.begin() as connection:
            connection.execute(text(statement))
    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text("INSERT INTO users SELECT 2, email, name, role FROM users"))


def test_letters_whose_fate_is_known_forget_their_links(old):
    with db.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection, only=["letters"])
        for number, (state, secret) in enumerate(LETTERS.items(), start=2):
            row = {"id": number, "message_id": secret, "state": state, "secret": secret}
            connection.execute(insert(tables.tables["letters"]).values(FIRST["letters"] | row))

    schema.upgrade()

    with db.engine.connect() as connection:
        tables = MetaData()
        tables.reflect(connection, only=["letters"])
        letters = tables.tables["letters"]
        found = dict(
            connection.execute(
                select(letters.c.state, letters.c.secret).where(letters.c.id > 1)
            ).all()
        )
    assert found == {"ready": "a", "sending": "b", "sent": None, "dead": None, "suppressed": None}


def test_a_row_that_points_at_nothing_stops_it_and_nothing_is_changed(old, caplog):
    if db.engine.dialect.name != "sqlite":
        with pytest.raises(DBAPIError), db.engine.begin() as connection:
            connection.execute(text("UPDATE skips SET user_id = 99"))
        return
    with db.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=0")
        connection.execute(text("UPDATE skips SET user_id = 99"))
        connection.commit()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=1")

    with pytest.raises(SystemExit):
        schema.upgrade()

    assert "A row of skips points at none of users." in caplog.text
    assert schema.current() == BEFORE
    assert "session_key" in columns("users")
    assert wrong_pragmas(db.engine) == {}
