"""How connections are opened: the one SQLite library, and what each engine is told."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple, cast
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Connection, CursorResult, Engine, Insert, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TypedReturnsRows

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this platform: the standard library's, with a warning
    import sqlite3 as sqlite

__all__ = ["has_wal_reset_race", "sqlite"]
_One = TypeVar("_One")
_Columns = TypeVarTuple("_Columns")


def has_wal_reset_race(version: tuple[int, ...] = sqlite.sqlite_version_info) -> bool:
    """Whether this SQLite can, rarely, lose commits in WAL mode (sqlite.org/wal.html#walresetbug).

    Present from 3.7.0; fixed in 3.51.3 and 3.53.0, backported to 3.44.6 and 3.50.7.
    """
    fixed = version >= (3, 51, 3)
    backported = (3, 44, 6) <= version < (3, 45) or (3, 50, 7) <= version < (3, 51)
    return not (fixed or backported)


# What a statement was given is words and addresses of people, which belong into no log.
QUIET: dict[str, Any] = {"hide_parameters": True}
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "2",  # FULL: under NORMAL a power cut may take acknowledged commits along
    "foreign_keys": "1",
    "secure_delete": "1",  # what is deleted is overwritten, on free pages too
    "cache_size": "-512",  # KiB for each of a dozen connections; the system keeps the file's pages
    "busy_timeout": "5000",  # for what does not know our own turn: another program, a checkpoint
}


POOL_OPTIONS: dict[str, Any] = {
    "max_overflow": 0,  # what the server must allow is then a sum that can be done beforehand
    "pool_timeout": 5,  # seconds without a free one: as long as a write waits for its turn
    "pool_pre_ping": True,  # after a restart of the server the first statement would fail
    "pool_recycle": 1_800,  # before a firewall forgets it
    "pool_use_lifo": True,  # those that are not needed grow old, and their backends are let go
}
# What libpq waits for has no end of its own, or one after hours
# (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS).
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def options_for(url: str, pool: int = 2) -> dict[str, Any]:
    """``create_engine`` arguments for the database at ``url``.

    ``pool`` is how many connections a process keeps to PostgreSQL at most.
    What the address itself says of waiting, ``?connect_timeout=2``, stands.
    """
    if url.startswith("sqlite"):
        return QUIET | {"module": sqlite}
    named = parse_qs(urlsplit(url).query)  # what is wrong with the rest is said by who connects
    waits = {name: seconds for name, seconds in PATIENCE.items() if name not in named}
    return QUIET | POOL_OPTIONS | {"pool_size": pool, "connect_args": waits}


def prepare(engine: Engine) -> None:
    """Give a SQLite engine its pragmas and let each transaction say how it begins."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _planned_for_short_answers)
        event.listen(engine, "handle_error", _without_details)
        return
    if path := file_of(engine):
        event.listen(engine, "do_connect", lambda *_: make_private(path))

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver never begins by itself
        cursor = connection.cursor()
        for name, value in PRAGMAS.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # A deferred transaction that turns into a write fails at once, whatever the
        # busy timeout, when another process committed in between.
        how = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {how}")


def ask(
    session: Session,
    statement: TypedReturnsRows[*_Columns],
    values: Mapping[str, Any] | None = None,
) -> CursorResult[*_Columns]:
    """The rows of a statement that reads columns: as by `Session.execute`, at half its price.

    A session gets ready to make objects of what it reads, which costs more than most answers;
    its connection gives the rows alone. Objects that were changed are written first, as there.
    """
    if session.autoflush:
        session.flush()
    return _connection(session).execute(statement, values)


def put(
    session: Session, statement: Insert, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> CursorResult[Any]:
    """Write rows past the session's objects: as by `Session.execute`, but cheaper."""
    return _connection(session).execute(statement, rows)


def _connection(session: Session) -> Connection:
    """The connection of the session's transaction, which it looks for once in each."""
    kept, connection = session.info.get("corrections.connection", (None, None))
    if connection is None or kept is not session.get_transaction():
        connection = session.connection()
        session.info["corrections.connection"] = session.get_transaction(), connection
    return cast(Connection, connection)


def portions(values: Sequence[_One], size: int = 5_000) -> Iterator[Sequence[_One]]:
    """A long list in parts that fit into one statement: SQLite takes 32,766 values in one."""
    return (values[at : at + size] for at in range(0, len(values), size))


def file_of(engine: Engine) -> Path | None:
    """The file of a SQLite database; None for one in memory and for another engine."""
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    return None if not name or name == ":memory:" or name.startswith("file:") else Path(name)


def make_private(path: Path) -> None:
    """Make a database's file, where there is none, such that only its owner reads it.

    SQLite gives the files beside it the same mode.
    """
    with suppress(OSError):  # SQLite itself says better why it cannot be made
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _without_details(context: ExceptionContext) -> None:
    """Keep PostgreSQL's first line: the others repeat the values that were refused."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (error.args[0].partition("\n")[0], *error.args[1:])


def _planned_for_short_answers(connection: Any, _record: Any) -> None:
    """Tell PostgreSQL that any row is as near as the next, as on every disk of today.

    By default it counts on a turning plate, and rather reads a whole index than
    five hundred rows; and it compiles what is over before it is compiled.
    """
    # By itself, not in a transaction that could be rolled back.
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SET random_page_cost = 1.1")
        cursor.execute("SET jit = off")
    connection.autocommit = False


QUICKLY = 200
"""Milliseconds for which readers are waited for, while no writer gets a turn."""


def empty_log(engine: Engine) -> bool:
    """Bring a SQLite database's log into its file and empty it; whether that could be done.

    The log holds pages as they were before rows were deleted. A reader who is still at
    one of them is not waited for long. Call it in the writer's turn, outside of any transaction.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={QUICKLY}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={PRAGMAS['busy_timeout']}")
            cursor.close()
    finally:
        connection.close()
    return row is not None and not row[0]


def write_anew(engine: Engine) -> None:
    """Write a SQLite database's file anew, without its free pages (VACUUM).

    Until then those of a version that did not overwrite may hold what was deleted. It
    takes as much space again, and every writer waits. Call it as `empty_log`.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        cursor.close()
    finally:
        connection.close()


def wrong_pragmas(engine: Engine) -> dict[str, str]:
    """The pragmas that do not read back as set: their names and the values found."""
    if engine.dialect.name != "sqlite":
        return {}
    with engine.connect() as connection:
        found = {name: str(connection.execute(text(f"PRAGMA {name}")).scalar()) for name in PRAGMAS}
    return {name: value for name, value in found.items() if value != PRAGMAS[name]}
