"""0023: second factors, and what browsers owe; both ways, with rows in it."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import downgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.models.engine import wrong_pragmas
from corrections_app.workflow.people import sessions
from corrections_app.workflow.tokens import hashed
from tests.builders import NOON
from tests.migrating import migrate_to
from tests.test_migrations import FIRST, MANY, SIDE_FACTS, filled, rows_of

AFTER = "0022"
ROWS = FIRST | SIDE_FACTS | MANY
BROWSER = {"id": 1, "user_id": 1, "created_at": NOON, "last_seen_at": NOON}
FACTORS = {
    "authenticators": {"user_id": 1, "secret": "sealed", "begun_in": "x", "last_step": 1}
    | {"created_at": NOON},
    "passkeys": {"id": 1, "user_id": 1, "credential_id": "c", "public_key": "k", "sign_count": 0}
    | {"name": "blue key", "created_at": NOON},
    "recovery_codes": {"id": 1, "user_id": 1, "code_hash": "h", "created_at": NOON},
}


def script():
    return ScriptDirectory(str(current_app.extensions["migrate"].directory))


def before():
    return script().get_revision(AFTER).down_revision


@pytest.fixture
def empty(databases, tmp_path, make_app):
    """An empty database, in its application's context."""
    url = databases.empty()
    app = make_app(DATABASE_URL=url, INSTANCE=str(tmp_path / "other"))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


# `test_migrations` walks from the versions before there were sessions.
@pytest.mark.parametrize("revision", ["0007", "0013", None])
def test_every_row_comes_up(empty, revision):
    migrate_to(revision=revision or before())
    kept = filled(ROWS | {"sessions": BROWSER | {"token_hash": hashed("token")}})

    schema.upgrade()

    assert rows_of(kept) == kept
    assert wrong_pragmas(db.engine) == {}


def test_who_was_signed_in_stays_so(empty):
    migrate_to(revision=before())
    filled(ROWS | {"sessions": BROWSER | {"token_hash": hashed("token")}})

    schema.upgrade()

    assert sessions.find("token", NOON).user.email == "max@courier.example"
    assert not sessions.is_fresh(db.session(), "token", NOON)


def test_on_the_way_back_whoever_owes_a_factor_is_not_signed_in(empty):
    migrate_to(revision=before())
    kept = filled(ROWS)
    migrate_to(revision=AFTER)
    filled(FACTORS)
    filled({"sessions": BROWSER | {"token_hash": "given", "factor": "given"}})
    filled({"sessions": BROWSER | {"id": 2, "token_hash": "owed", "factor": "owed"}})

    downgrade(revision=before())

    assert rows_of(kept) == kept
    assert not FACTORS.keys() & set(inspect(db.engine).get_table_names())
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT token_hash FROM sessions")).scalars().all() == [
            "given"
        ]
    assert wrong_pragmas(db.engine) == {}


def test_a_browser_owes_a_factor_or_not_and_nothing_else(empty):
    schema.upgrade()
    filled(FIRST | FACTORS | {"sessions": BROWSER | {"token_hash": "x", "factor": "owed"}})

    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text("UPDATE sessions SET factor = 'perhaps'"))
