"""The writer's turn has an end: who waits too long is told so, and nothing is left behind."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import create_engine, text, update

from corrections_app.domain.errors import Busy
from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.models.outage import Outage, outage_of
from corrections_app.workflow import outages, transaction, turns
from corrections_app.workflow.transaction import write
from corrections_app.workflow.turns import TooLong, turn
from tests.builders import NOON

PATIENCE = 10.0  # seconds


def test_a_turn_that_does_not_come_is_given_up_and_leaves_no_lock_behind(tmp_path):
    path = str(tmp_path / "turn")

    with turn(path, PATIENCE), pytest.raises(TooLong), turn(path, 0.05):
        pytest.fail("two had the turn")

    with turn(path, PATIENCE):
        pass


def test_a_turn_that_comes_in_time_is_had(tmp_path):
    path, had = str(tmp_path / "turn"), threading.Event()

    def wait():
        with turn(path, PATIENCE):
            had.set()

    with turn(path, PATIENCE):
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not had.wait(0.1)
    waiting.join(PATIENCE)
    assert had.is_set()


def test_a_lock_that_is_never_let_go_gathers_no_threads_and_files_without_end(
    tmp_path, monkeypatch
):
    path = str(tmp_path / "turn")
    places = threading.BoundedSemaphore(2)
    monkeypatch.setattr(turns, "_places", places)
    before = threading.active_count()

    with turn(path, PATIENCE):
        for _ in range(5):
            with pytest.raises(TooLong), turn(path, 0.01):
                pytest.fail("two had the turn")
        waiting = threading.active_count() - before

    assert waiting == 2
    for _ in range(2):
        assert places.acquire(timeout=PATIENCE)
    places.release()  # for whoever must wait for the last of them to let go
    with turn(path, PATIENCE):
        pass


def a_user():
    with write() as session:
        session.add(User(id=1, email="max@courier.example", name="Max", created_at=NOON))


def test_a_write_behind_a_lock_is_refused_in_time_and_the_next_one_succeeds(app, monkeypatch):
    a_user()
    monkeypatch.setattr(transaction, "TURN_SECONDS", 0.1)
    change = update(User).values(name="Mira")
    sqlite = db.engine.dialect.name == "sqlite"
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with app.app_context():
            with write() as session:
                session.execute(change)
                held.set()
                let_go.wait(PATIENCE)
            db.session.remove()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(PATIENCE)
    with pytest.raises(Busy) as refused, write() as session:
        session.execute(change)
    noted = outages.present()
    let_go.set()
    holder.join(PATIENCE)

    assert refused.value.details == {"retry_after": outages.RETRY_AFTER}
    assert noted == Outage.LOCKED
    assert sqlite or "lock timeout" in str(refused.value.__cause__)
    with write() as session:
        session.execute(change)
    assert outages.present() is None
    assert db.session.get_one(User, 1).name == "Mira"


def test_a_database_locked_by_another_program_is_an_outage(tmp_path):
    from corrections_app.models.engine import sqlite

    url, wait = f"sqlite:///{tmp_path / 'd.sqlite'}", {"timeout": 0, "isolation_level": None}
    first, second = (create_engine(url, module=sqlite, connect_args=wait) for _ in range(2))
    with first.connect() as holder, second.connect() as other:
        holder.execute(text("BEGIN IMMEDIATE"))
        with pytest.raises(Exception, match="locked") as failed:
            other.execute(text("BEGIN IMMEDIATE"))
        holder.execute(text("ROLLBACK"))
    first.dispose()
    second.dispose()

    assert outage_of(failed.value) == Outage.LOCKED


def test_another_failure_is_no_outage(app):
    a_user()
    with pytest.raises(Exception, match=r"(?i)unique") as failed, write() as session:
        session.execute(User.__table__.insert().values(id=1, email="x", name="x", created_at=NOON))

    assert outage_of(failed.value) is None
    assert outage_of(ZeroDivisionError()) is None
