"""From SQLite to PostgreSQL: every row as it was, or none; the source as it was in any case."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import func, select

from corrections_app import schema
from corrections_app.backups import moving
from corrections_app.backups.archive import BadBackup
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.people import accounts
from tests.builders import NOON, a_correction, accept, an_article


@pytest.fixture
def here(make_app, tmp_path):
    """An installation on SQLite, at work."""
    url = f"sqlite:///{tmp_path / 'here.sqlite'}"
    app = make_app(DATABASE_URL=url, INSTANCE=str(tmp_path / "here"))
    with app.app_context():
        schema.ready()
        mira = accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
        article = an_article()
        accept(a_correction(article, "the the", "the", email="reader@example.org"), mira)
        a_correction(article, "May", "Mai — \U0001f642 \u0456")
        db.session.rollback()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def there(databases):
    """An empty database of the server."""
    url = databases.empty()
    yield url
    databases.drop(url)


def digest(app):
    """Of the source's rows."""
    with db.engine.connect() as connection:
        rows = [list(moving._batches(connection, table)) for table in moving.tables()]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_every_row_arrives_and_the_next_ones_get_new_numbers(here, there, make_app, tmp_path):
    before, told = digest(here), []

    moved = moving.move(there, str(Path(here.instance_path)), told.append)

    assert moved == moving.rows() == sum(told)
    assert moving.faults(there, here.instance_path) == []
    assert digest(here) == before
    app = make_app(DATABASE_URL=there, INSTANCE=str(tmp_path / "there"))
    with app.app_context():
        highest = db.session.scalar(select(func.max(Correction.id)))
        one = db.session.get_one(Correction, highest)
        assert one.replacement == "Mai — \U0001f642 \u0456"
        assert a_correction(one.article, "council", "city").id > highest
        db.session.remove()
        db.engine.dispose()


def test_interrupted_it_leaves_nothing_and_is_run_again(here, there):
    told = []

    def interrupt(rows):
        told.append(rows)
        if len(told) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moving.move(there, here.instance_path, interrupt)

    assert moving.move(there, here.instance_path, told.append) == moving.rows()


def test_a_database_in_use_is_left_alone(here, there):
    moving.move(there, here.instance_path, lambda rows: None)

    with pytest.raises(BadBackup, match="in use"):
        moving.move(there, here.instance_path, lambda rows: None)


def test_a_row_that_does_not_arrive_as_it_was_stops_all(here, there, monkeypatch):
    real = moving._batches

    def altered(connection, table):
        for batch in real(connection, table):
            if connection.dialect.name == "postgresql" and table.name == "corrections":
                batch = [row | {"replacement": "else"} for row in batch]
            yield batch

    monkeypatch.setattr(moving, "_batches", altered)
    with pytest.raises(BadBackup, match="corrections did not arrive"):
        moving.move(there, here.instance_path, lambda rows: None)

    monkeypatch.undo()
    moving.move(there, here.instance_path, lambda rows: None)
