"""Which tables the database has, and bringing them up to what this program needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade as migrate_upgrade
from sqlalchemy import inspect, text

from corrections_app.extensions import db

_LOCK = 0x00C0FFEE  # any number that nothing else in the database takes


class OldSchema(Exception):
    """The database is not at this program's version; the message says what to run."""


def current() -> str | None:
    """The database's version, None when it is empty. Raises `OldSchema` for a foreign one."""
    with db.engine.connect() as connection:
        version = MigrationContext.configure(connection).get_current_revision()
        if version is None and inspect(connection).get_table_names():
            raise OldSchema(
                "The database holds tables of something else: name another one in "
                "CORRECTIONS_DATABASE_URL."
            )
    return version


def newest() -> str:
    """The version this program needs."""
    folder = current_app.extensions["migrate"].directory
    head = ScriptDirectory(folder).get_current_head()
    assert head is not None
    return head


def ready() -> None:
    """Make an empty database usable; leave a current one alone.

    Raises `OldSchema` for one that must be brought up by hand, because that is
    the moment for a backup.
    """
    with alone():
        version = current()
        if version is None:
            migrate_upgrade()
        elif version != newest():
            raise _of_another(version)


def _of_another(version: str) -> OldSchema:
    folder = current_app.extensions["migrate"].directory
    known = {one.revision for one in ScriptDirectory(folder).walk_revisions()}
    if version in known:
        return OldSchema(
            "The database is of another version. Make a backup, then run: corrections db upgrade"
        )
    return OldSchema(
        "The database belongs to a newer version of this program: install that version here too."
    )


def upgrade() -> tuple[str | None, str]:
    """Bring the database up; the versions before and after."""
    with alone():
        before = current()
        migrate_upgrade()
        return before, newest()


@contextmanager
def alone() -> Iterator[None]:
    """Two programs that start at once must not both make the tables, nor the first rows."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
            try:
                yield
            finally:
                connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
        return
    path = Path(current_app.instance_path) / "schema.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        return
    fcntl.flock(handle, fcntl.LOCK_EX)
