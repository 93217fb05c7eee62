"""Putting a backup in the place of what is there, which is kept aside."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from corrections_app.backups import archive, database, making
from corrections_app.backups.archive import BadBackup, Manifest
from corrections_app.extensions import db
from corrections_app.workflow import dates
from corrections_app.workflow.hooks import switching
from corrections_app.workflow.letters import held
from corrections_app.workflow.programs import held as held_tokens


def restore(instance: Path, path: Path, now: datetime, *, replace: bool = False) -> Manifest:
    """Make an installation what it was; letters, programs and hooks wait for somebody's word.

    What stands in the way is moved into a folder of the instance, where ``replace`` says so.
    No server may run. Raises `BadBackup`, and changes nothing then.
    """
    with making.opened(path) as (manifest, folder), ExitStack() as undo:
        standing = _standing(instance)
        # A key of its own is made with each new instance, and nothing rests on it yet.
        if not replace and any(path.name != "secret_key" for path in standing):
            raise BadBackup(
                f"{instance} holds an installation. To keep it aside and put the backup in its "
                "place, add: --replace"
            )
        _check_engine(manifest)
        aside = instance / f"{making.ASIDE}{dates.for_file(now)}"
        db.session.remove()
        db.engine.dispose()
        _move_aside(standing, instance, aside, undo)
        _put(folder, instance, manifest, undo)
        undo.pop_all()  # from here on it stands
    held.hold(manifest.made_at, now)
    held_tokens.hold(manifest.made_at, now)
    switching.off_all_restored(now)
    return manifest


def _check_engine(manifest: Manifest) -> None:
    if manifest.engine == "sqlite":
        database.sqlite_file(db.engine)
    elif db.engine.dialect.name != manifest.engine:
        raise BadBackup(
            "This backup is of PostgreSQL: "
            "name an empty database of it in CORRECTIONS_DATABASE_URL."
        )


def _standing(instance: Path) -> list[Path]:
    """What of an installation is there; on PostgreSQL its rows are another database."""
    at = database.file_of(db.engine)
    beside = [at.with_name(at.name + ending) for ending in making._BESIDE] if at else []
    ours = [path for path in instance.iterdir() if making.is_ours(path.relative_to(instance))]
    return sorted({path for path in [*beside, *ours] if path.exists()})


def _move_aside(standing: list[Path], instance: Path, aside: Path, undo: ExitStack) -> None:
    for path in standing:
        aside.mkdir(mode=0o700, exist_ok=True)
        os.rename(path, aside / path.name)
        undo.callback(os.rename, aside / path.name, path)


def _put(folder: Path, instance: Path, manifest: Manifest, undo: ExitStack) -> None:
    inside = folder / "instance"
    for path in sorted(inside.glob("*")):
        if not making.is_ours(path.relative_to(inside)):
            continue  # from a version before: what stands here under this name is not ours to undo
        undo.callback(_remove, instance / path.name)
        shutil.move(path, instance / path.name)
    rows = folder / database.NAMES[manifest.engine]
    if manifest.engine == "sqlite":
        target = database.sqlite_file(db.engine)
        undo.callback(target.unlink, missing_ok=True)
        shutil.move(rows, target)
    else:
        database.load(db.engine, rows)
    archive.settle(instance)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
