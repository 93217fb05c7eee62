"""Making a backup, while everything runs, and looking whether one is whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePath

from flask import current_app

from corrections_app import create_app, schema
from corrections_app.backups import archive, database
from corrections_app.backups.archive import BadBackup, Manifest
from corrections_app.extensions import db
from corrections_app.workflow import audit
from corrections_app.workflow.articles import media

_LEFT_OUT = ("mail", ".gitignore", "serve.lock", "schema.lock")
"""Of an instance: what is in the database too, and what belongs to a running process."""
_KEY = "instance/secret_key"
ASIDE = "before-restore-"
"""How the folders begin in which an instance keeps what a backup took the place of."""
_BESIDE = ("", "-wal", "-shm", "-journal", "-turn")
"""How the names of a SQLite database and the files beside it end."""


def make(instance: Path, path: Path, made_at: datetime) -> Manifest:
    """Write a backup of all there is to ``path``, whole or not at all.

    Raises `archive.BadBackup`, and OSError where it cannot be written.
    """
    if path.resolve().is_relative_to(instance.resolve()):
        raise BadBackup(f"Each backup would hold all before it: name a file outside of {instance}.")
    engine = db.engine.dialect.name
    with (
        archive.whole_or_nothing(path) as partial,
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder,
    ):
        copied = Path(folder) / "database"
        # First the rows: pictures are there before the row that names them, and stay.
        standing = schema.current() or ""
        database.dump(db.engine, copied)
        parts = {database.NAMES[engine]: copied} | _files(instance)
        parts[_KEY] = _key_in_use(Path(folder))
        return archive.write(partial, parts, engine=engine, schema=standing, made_at=made_at)


def _key_in_use(folder: Path) -> Path:
    """A file with the key that signs, wherever it comes from: without it no receipt opens."""
    path = folder / "secret_key"
    path.touch(0o600)
    path.write_text(current_app.config["SECRET_KEY"], encoding="utf-8")
    return path


def _files(instance: Path) -> dict[str, Path]:
    """All of an instance but its database, by the names that they have in a backup."""
    at = database.file_of(db.engine)
    beside = {at.with_name(at.name + ending) for ending in _BESIDE} if at else set()
    found = {}
    for path in sorted(instance.rglob("*")):
        inner = path.relative_to(instance)
        if path.is_file() and not path.is_symlink() and is_ours(inner) and path not in beside:
            found[f"instance/{inner.as_posix()}"] = path
    return found


def is_ours(inner: PurePath) -> bool:
    """Whether a name inside an instance is one of those that come and go with a backup."""
    first = inner.parts[0]
    return not (first in _LEFT_OUT or first.startswith(ASIDE) or inner.name.startswith(".backup-"))


@contextmanager
def opened(path: Path) -> Iterator[tuple[Manifest, Path]]:
    """A backup taken apart, in a folder beside it that goes again. Raises `archive.BadBackup`."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as name:
        folder = Path(name)
        yield archive.unpack(path, folder), folder


def faults(path: Path) -> Iterator[str]:
    """Everything wrong with a backup, each as a sentence. Raises `archive.BadBackup`.

    Of one of PostgreSQL only what its file says of itself: its rows want a server.
    """
    with opened(path) as (manifest, folder):
        if manifest.engine != "sqlite":
            return
        url = f"sqlite:///{folder / database.NAMES['sqlite']}"
        (folder / "instance").mkdir(mode=0o700, exist_ok=True)
        app = create_app({"INSTANCE": str(folder / "instance"), "DATABASE_URL": url})
        with app.app_context():
            try:
                yield from database.faults(db.engine)
                if schema.current() != schema.newest():
                    yield "Its tables are of another version: restore it, corrections db upgrade."
                    return
                session = db.session()
                yield from audit.verify(session)
                yield from (f"A picture is missing: {name}." for name in media.missing(session))
            finally:
                db.session.remove()
                db.engine.dispose()
