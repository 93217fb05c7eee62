"""What is left in files after rows are gone: the log emptied, the file written anew, and a search.

PostgreSQL's files are its server's: there a row that is gone is overwritten when its place is
needed again, or by VACUUM FULL.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from flask import current_app

from corrections_app.domain.bounces.source import source_of
from corrections_app.domain.errors import Busy
from corrections_app.extensions import db
from corrections_app.models.engine import empty_log, file_of, write_anew
from corrections_app.workflow.transaction import exclusively

TRIES = 3
A_MOMENT = 1.0
"""Seconds that an emptying waits for its turn: the worker comes again."""


def cover(tries: int = TRIES) -> bool:
    """Let nothing of what was deleted stay in SQLite's log; whether that could be done.

    A reader who is still at an older page can hinder it: then the worker's next pass does it.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    for _ in range(tries):
        with suppress(Busy), exclusively(A_MOMENT):
            if empty_log(db.engine):
                return True
    return False


def write_database_anew() -> None:
    """Leave no free page in a SQLite database that an older version did not overwrite."""
    if db.engine.dialect.name == "sqlite":
        with exclusively():
            write_anew(db.engine)
            empty_log(db.engine)


def found_in(words: Collection[str]) -> list[str]:
    """The files of the database and of letters in which one of some words stands, in any case."""
    pattern = _pattern(words)
    return [str(path) for path in _files() if words and _holds(path, pattern)]


def named_in_box(words: Collection[str]) -> list[str]:
    """The messages in the maildir of bounces in which one of some words stands.

    It is a mailbox of the newsroom's own, out of which nothing is deleted.
    """
    named = current_app.config["BOUNCE_SOURCE"]
    source = source_of(named) if named else None
    if source is None or source.host:
        return []
    pattern = _pattern(words)
    paths = sorted(Path(source.folder).glob("*/*"))
    return [str(path) for path in paths if words and _holds(path, pattern)]


def _pattern(words: Collection[str]) -> re.Pattern[bytes]:
    return re.compile(b"|".join(re.escape(word.encode()) for word in words), re.IGNORECASE)


def _files() -> Iterator[Path]:
    database = file_of(db.engine)
    if database is not None:
        yield from sorted(database.parent.glob(f"{database.name}*"))
    yield from sorted((Path(current_app.instance_path) / "mail").glob("*/*"))


def _holds(path: Path, pattern: re.Pattern[bytes]) -> bool:
    with suppress(OSError, ValueError), path.open("rb") as file:
        # An empty file cannot be mapped, and holds nothing.
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        with content:
            return pattern.search(content) is not None
    return False
