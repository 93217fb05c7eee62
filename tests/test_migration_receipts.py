"""Receipts given out before rows had anything random still open; later ones seal it."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from flask_migrate import downgrade
from sqlalchemy import inspect, select, text

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.models import Correction, Letter, Owed
from corrections_app.workflow import tokens
from corrections_app.workflow.letters import writing
from tests.builders import a_correction, an_article
from tests.migrating import migrate_to
from tests.test_migrations import FIRST, MANY, SIDE_FACTS, empty_app, filled, rows_of

__all__ = ["empty_app"]

WAITING = {"kind": "still_checking", "decision_id": None}
ALL = FIRST | SIDE_FACTS | MANY | {"owed": FIRST["owed"] | WAITING}


def token_of_old(app, number):
    """The receipt's token as the program made it before this migration."""
    key = app.config["SECRET_KEY"].encode()
    seal = hmac.new(key, f"receipt:{number}".encode(), sha256).digest()[:18]
    return f"{number:x}-{urlsafe_b64encode(seal).decode()}"


def thread_of_old(app, number):
    key = app.config["SECRET_KEY"].encode()
    seal = hmac.new(key, f"correction-id:{number}".encode(), sha256).hexdigest()[:24]
    return f"<correction-{number}.{seal}@"


def count_on():
    """Let PostgreSQL count on after the numbers that rows were given by hand."""
    if db.engine.dialect.name == "sqlite":
        return
    with db.engine.begin() as connection:
        for table in inspect(connection).get_table_names():
            if "id" in {one["name"] for one in inspect(connection).get_columns(table)}:
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 9)")
                )


def test_an_old_receipt_opens_after_the_upgrade(empty_app):
    migrate_to(revision="0008")
    kept = filled(ALL)
    token = token_of_old(empty_app, 1)

    schema.upgrade()

    assert rows_of(kept) == kept
    correction = db.session.get_one(Correction, 1)
    assert tokens.by_token(token) is correction
    assert tokens.token_for(correction) == token
    assert empty_app.test_client().get(f"/receipts/{token}").status_code == 200


def test_old_letters_keep_their_ids_and_later_ones_lead_to_the_old_receipt(empty_app):
    migrate_to(revision="0008")
    filled(ALL)
    token = token_of_old(empty_app, 1)

    schema.upgrade()

    assert db.session.get_one(Letter, 1).message_id == FIRST["letters"]["message_id"]
    letter = writing.of([db.session.scalars(select(Owed)).one()])
    assert token in letter.text
    assert token in letter.html
    assert letter.thread.startswith(thread_of_old(empty_app, 1))


def test_what_is_sent_after_the_upgrade_seals_something_random(empty_app):
    migrate_to(revision="0008")
    filled(ALL)
    count_on()
    schema.upgrade()

    later = a_correction(an_article())

    token = tokens.token_for(later)
    assert len(later.nonce) == 22
    assert token != token_of_old(empty_app, later.id)
    assert tokens.by_token(token) is later


def test_the_way_back_keeps_the_rows(empty_app):
    migrate_to(revision="0008")
    kept = filled(ALL)
    schema.upgrade()

    downgrade(revision="0008")

    assert rows_of(kept) == kept
    assert "nonce" not in {one["name"] for one in inspect(db.engine).get_columns("corrections")}
