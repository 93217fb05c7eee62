"""Who on this machine may read the instance: its owner, whatever the umask was."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077
_SQLITE = ("", "-wal", "-shm", "-journal", "-turn")


def close(instance: Path, database: Path | None) -> list[Path]:
    """Take from everybody else what they may do with the instance; what had to be changed.

    The folder itself keeps others from all that is in it; the database, the letters
    and the keys are closed too, because a folder is copied or opened by hand sooner than a file.
    """
    return [path for path in _private(instance, database) if _closed(path)]


def _private(instance: Path, database: Path | None) -> Iterator[Path]:
    yield instance
    if database is not None:
        yield from (database.with_name(database.name + ending) for ending in _SQLITE)
    mail = instance / "mail"
    yield mail
    yield from mail.glob("*/*")
    keys = instance / "secrets"
    yield keys
    yield from keys.glob("*")


def _closed(path: Path) -> bool:
    """Whether others could get at it until now.

    What is another's is left as it is, and so is a folder that everybody shares, as /tmp is.
    """
    with suppress(OSError):
        found = path.stat()
        mode = found.st_mode
        is_ours = found.st_uid == os.geteuid() and not mode & stat.S_ISVTX
        if mode & OTHERS and is_ours:
            path.chmod(mode & 0o7777 & ~OTHERS)
            return True
    return False
