"""A database as one file, and back: by the engine's own tools."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, Engine, inspect, text

from corrections_app.backups.archive import BadBackup
from corrections_app.models.engine import file_of, make_private

NAMES = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
"""What the database's part of a backup is called, for each engine."""
_SAID = 300  # characters of what a tool says


def dump(engine: Engine, target: Path) -> None:
    """Write all of a database, as it stands at one moment, into a new file; nobody waits for it.

    Raises `BadBackup` where the engine's own tool is missing or fails.
    """
    make_private(target)
    if engine.dialect.name == "sqlite":
        target.unlink()
        borrowed = engine.raw_connection()
        try:
            # In one read, which keeps no writer out; and nothing that was deleted comes along.
            borrowed.cursor().execute("VACUUM INTO ?", (str(target),))
        finally:
            borrowed.close()
        os.chmod(target, 0o600)
        return
    _run("pg_dump", engine.url, "--format=custom", "--no-owner", f"--file={target}")


def load(engine: Engine, source: Path) -> None:
    """Fill a PostgreSQL database, which must be empty, from a `dump`; all of it or nothing.

    Raises `BadBackup`.
    """
    if inspect(engine).get_table_names():
        raise BadBackup(
            "The database of CORRECTIONS_DATABASE_URL is not empty. Make an empty one "
            "(createdb), name that, and restore again."
        )
    engine.dispose()
    _run("pg_restore", engine.url, "--no-owner", "--single-transaction", "--exit-on-error", source)


def faults(engine: Engine) -> list[str]:
    """What the engine itself finds wrong with a SQLite database; nothing where it is whole."""
    with engine.connect() as connection:
        said = [row[0] for row in connection.execute(text("PRAGMA integrity_check"))]
        loose = connection.execute(text("PRAGMA foreign_key_check")).all()
    damaged = [f"The database is damaged: {line}." for line in said if line != "ok"]
    return damaged + [f"A row of {row[0]} names a lost one of {row[2]}." for row in loose]


def sqlite_file(engine: Engine) -> Path:
    """Where a SQLite database is. Raises `BadBackup` for another one."""
    path = file_of(engine)
    if path is None:
        raise BadBackup(
            "This backup is of SQLite, and CORRECTIONS_DATABASE_URL names another database. "
            "Restore it without that setting, then: corrections move --to URL"
        )
    return path


def _run(tool: str, url: URL, *arguments: str | Path) -> None:
    found = shutil.which(tool)
    if found is None:
        raise BadBackup(f"{tool} is missing. On Debian and Ubuntu: apt install postgresql-client")
    named = url.set(drivername="postgresql")
    database = f"--dbname={named.render_as_string(hide_password=True).replace(':***', '')}"
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    ran = subprocess.run(
        [found, database, *map(str, arguments)],
        env=os.environ | password,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        said = " ".join(ran.stderr.split())[:_SAID] or "no reason given"
        raise BadBackup(f"{found} says: {said}")
