"""Which tables the database has, and bringing them up to what this program needs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import inspect, text

from corrections_app.extensions import db

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x00C0FFEE  # any number that nothing else in the database takes
_NAMED = re.compile(r'^(down_revision|revision) = (?:"(\w+)"|None)$', re.MULTILINE)


class OldSchema(Exception):
    """The database is not at this program's version; the message says what to run."""


def current() -> str | None:
    """The database's version, None when it is empty. Raises `OldSchema` for a foreign one."""
    with db.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        version: str | None = None
        if "alembic_version" in tables:
            version = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if version is None and tables:
            raise OldSchema(
                "The database holds tables of something else: name another one in "
                "CORRECTIONS_DATABASE_URL."
            )
    return version


def newest() -> str:
    """The version this program needs."""
    before = _versions()
    (head,) = before.keys() - before.values()
    return head


def ready() -> None:
    """Make an empty database usable; leave a current one alone.

    Raises `OldSchema` for one that must be brought up by hand, because that is
    the moment for a backup.
    """
    with alone():
        version = current()
        if version is None:
            _to_newest()
        elif version != newest():
            raise _of_another(version)


def _of_another(version: str) -> OldSchema:
    if version in _versions():
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
        _to_newest()
        return before, newest()


def with_migrations(app: Flask) -> None:
    """Let flask-migrate know an application: before its first use, and not at every start.

    Alembic and all its versions take a fifth of a second, and ten megabytes of each web process.
    """
    from flask_migrate import Migrate

    if "migrate" not in app.extensions:
        Migrate(app, db, directory=str(_FOLDER), render_as_batch=True)


def _to_newest() -> None:
    from flask_migrate import upgrade

    with_migrations(current_app._get_current_object())  # type: ignore[attr-defined]
    upgrade()


def _versions() -> dict[str, str | None]:
    """Each version and the one before it, as their files say it."""
    found = {}
    for path in sorted((_FOLDER / "versions").glob("*.py")):
        said = {name: version or None for name, version in _NAMED.findall(path.read_text("utf-8"))}
        found[str(said["revision"])] = said["down_revision"]
    return found


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
