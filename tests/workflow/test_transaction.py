"""Several processes write to one database: nothing is lost, nobody is starved or fooled."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import select, update

from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.workflow.transaction import write
from tests.builders import NOON

ROOT = Path(__file__).parents[2]
TIMES = 40

# Read, then write what depends on it: the shape that SQLAlchemy's default loses.
COUNT_UP = """
import sys
from corrections_app import create_app
from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.workflow.transaction import write
app = create_app({"DATABASE_URL": sys.argv[1], "INSTANCE": sys.argv[2]})
with app.app_context():
    for _ in range(int(sys.argv[3])):
        with write() as session:
            user = session.get_one(User, 1, with_for_update=True)
            user.section = str(int(user.section or 0) + 1)
"""


def a_user(user_id=1):
    with write() as session:
        session.add(
            User(id=user_id, email=f"{user_id}@courier.example", name="Max", created_at=NOON)
        )


def test_three_processes_lose_no_update(app, database, tmp_path):
    a_user()
    command = [sys.executable, "-c", COUNT_UP, database, str(tmp_path / "instance"), str(TIMES)]

    running = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    statuses = [process.wait(timeout=120) for process in running]

    db.session.rollback()
    assert statuses == [0, 0, 0]
    assert db.session.get_one(User, 1).section == str(3 * TIMES)


def test_threads_of_one_process_lose_no_update(app):
    a_user()

    def count_up():
        with app.app_context():
            for _ in range(TIMES):
                with write() as session:
                    user = session.get_one(User, 1, with_for_update=True)
                    user.section = str(int(user.section or 0) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert db.session.get_one(User, 1).section == str(4 * TIMES)


def test_what_was_read_before_is_read_again_inside(app):
    a_user()
    user = db.session.get_one(User, 1)
    assert user.section is None
    with db.engine.connect() as other, other.begin():
        other.execute(update(User).values(section="news"))

    with write() as session:
        assert session.get_one(User, 1).section == "news"


def test_a_failure_takes_everything_back(app):
    def fail():
        with write() as session:
            session.add(User(email="a@courier.example", name="A", created_at=NOON))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert db.session.scalars(select(User)).all() == []


def test_transactions_do_not_nest(app):
    with write(), pytest.raises(RuntimeError), write():
        raise AssertionError("never reached")


def test_a_change_begun_outside_is_not_lost_silently(app):
    db.session.add(User(email="a@courier.example", name="A", created_at=NOON))

    with pytest.raises(RuntimeError), write():
        raise AssertionError("never reached")
