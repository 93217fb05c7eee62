"""What the program stands on: settings, instance folder, database, its pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from flask import current_app
from sqlalchemy import text

from corrections_app import schema
from corrections_app.checkup.finding import Finding
from corrections_app.config import PREFIX, SETTINGS, names_in_file, unknown_variables
from corrections_app.extensions import db
from corrections_app.models.engine import has_wal_reset_race, sqlite, wrong_pragmas
from corrections_app.workflow.articles import media

_OF_LIBRARIES = ("SQLALCHEMY_", "WTF_", "MAIL_TIMEOUT")
"""How names begin that Flask's own list lacks and that mean something in config.py all the same."""


def settings() -> Iterator[Finding]:
    """Whether every name that is set means something here."""
    in_file = names_in_file(Path(current_app.instance_path))
    named = [(name, name, "") for name in unknown_variables()]
    named += [
        (name, f"{name} in config.py", "; names of your own are written in small letters")
        for name in in_file
        if not _means_something(name)
    ]
    if not named:
        yield Finding("settings", "read, all of them known")
    for name, place, more in named:
        near = get_close_matches(name.removeprefix(PREFIX), SETTINGS, 1, 0.75)
        prefix = PREFIX if name.startswith(PREFIX) else ""
        remedy = f"write {prefix}{near[0]}" if near else f"take it out{more}"
        yield Finding("settings", f"{place} means nothing", not near, remedy)


def _means_something(name: str) -> bool:
    bare = name.removeprefix(PREFIX)
    return bare in SETTINGS or bare in current_app.default_config or bare.startswith(_OF_LIBRARIES)


def instance() -> Iterator[Finding]:
    """Whether the instance folder can be written to."""
    folder = current_app.instance_path
    if os.access(folder, os.W_OK):
        yield Finding("instance", folder)
    else:
        yield Finding("instance", f"{folder} cannot be written to", False, "change its owner")


def database() -> Iterator[Finding]:
    """Whether the database answers."""
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        url = db.engine.url.render_as_string(hide_password=True)
        yield Finding("database", f"answers at {url}")


def tables() -> Iterator[Finding]:
    """Whether the tables are those of this version."""
    version, needed = schema.current(), schema.newest()
    if version is None:
        yield Finding("schema", "none yet; corrections serve makes it")
    elif version == needed:
        yield Finding("schema", f"version {version}")
    else:
        said = f"version {version}, needed is {needed}"
        yield Finding("schema", said, False, "corrections db upgrade")


def engine() -> Iterator[Finding]:
    """Which engine keeps the data, and whether it keeps it as safely as it can."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            version = connection.execute(text("SHOW server_version")).scalar()
        yield Finding("engine", f"PostgreSQL {version}")
        return
    race = has_wal_reset_race()
    remedy = "its WAL mode can, rarely, lose commits: install a pysqlite3 wheel or SQLite 3.51.3"
    yield Finding("engine", f"SQLite {sqlite.sqlite_version}", True, remedy if race else "")
    wrong = wrong_pragmas(db.engine)
    said = ", ".join(f"{name} is {value}" for name, value in wrong.items())
    yield Finding(
        "pragmas", said or "as set", not wrong, "move the database to a local disk" if wrong else ""
    )


def pictures() -> Iterator[Finding]:
    """Whether every picture that an article shows is in its folder."""
    if schema.current() != schema.newest():
        return
    missing = list(media.missing(db.session()))
    db.session.rollback()
    if missing:
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        remedy = "bring instance/media back from a backup, or import its article again"
        yield Finding("pictures", f"missing: {missing[0]}{more}", False, remedy)
    else:
        yield Finding("pictures", "all there")
