"""One verb, one commit: the only place in the program that writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from corrections_app.extensions import db
from corrections_app.workflow import outages
from corrections_app.workflow.turns import turn

TURN_SECONDS = 5.0
"""How long a write waits for those before it, and on PostgreSQL for each lock."""

_WRITING = "corrections.writing"


@contextmanager
def write(seconds: float | None = None) -> Iterator[Session]:
    """A write transaction: commits when the block ends, rolls back whole when it raises.

    ``seconds``: how long to wait for the turn, and on PostgreSQL for each lock, where that
    is not `TURN_SECONDS`.

    It ends the read that is open, so that everything is read again inside the
    writer's turn: a decision must never rest on what stood there before the
    turn was taken. Raises `Busy` when the turn does not come within that time
    or the database is full, locked or away, and RuntimeError when nested, or when a
    change was begun outside, because that work would be lost without a word.
    """
    session = db.session()
    if session.info.get(_WRITING):
        raise RuntimeError("a write transaction cannot stand inside another")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something was changed outside a write transaction")
    session.rollback()
    patient = seconds is None
    seconds = TURN_SECONDS if seconds is None else seconds
    with outages.told(noted=patient), _turn(session, seconds):
        session.info[_WRITING] = True
        try:
            _begin(session, seconds)
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(_WRITING, None)


def snapshot() -> Session:
    """A new read in which everything stands still until it ends: what is planned rests on it.

    On PostgreSQL each query would otherwise see what was committed just before
    it: the places of one revision, then the text of the next. A read of SQLite
    is one snapshot by nature.
    """
    session = db.session()
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return session


def writing() -> bool:
    """Whether a write transaction is open here."""
    return bool(db.session().info.get(_WRITING))


def _begin(session: Session, seconds: float) -> None:
    connection = session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(seconds * 1000)}")


@contextmanager
def _turn(session: Session, seconds: float) -> Iterator[None]:
    """SQLite's one writer at a time, in the order they came.

    Its own busy handler sleeps and polls, which starves writers for seconds;
    a lock on a file beside the database queues them in the kernel, and is
    released there when a process dies.
    """
    path = _turn_file(session.get_bind())
    if path is None:
        yield
        return
    with turn(path, seconds):
        yield


def _turn_file(bind: Any) -> str | None:
    if bind.dialect.name != "sqlite" or not bind.url.database:
        return None
    return None if bind.url.database == ":memory:" else f"{bind.url.database}-turn"
