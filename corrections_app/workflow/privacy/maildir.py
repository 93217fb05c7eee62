"""The letters that were put into the instance's maildir: found by whom they are to, and removed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path

from flask import current_app

_FOLDERS = ("new", "cur", "tmp")
_HEAD = 64 * 1024
"""Bytes in which the headers of a letter of ours end."""


@dataclass(frozen=True)
class Kept:
    """One file: to whom it is, which letter it is (its Message-ID), when it was put there."""

    path: Path
    recipients: tuple[str, ...]
    message_id: str
    kept_at: datetime


def folder() -> Path:
    """Where letters lie that no mail server took."""
    return Path(current_app.instance_path) / "mail"


def letters() -> Iterator[Kept]:
    """Every letter there, as far as it can be read."""
    for path in _files():
        with suppress(OSError), path.open("rb") as file:
            head = BytesHeaderParser().parsebytes(file.read(_HEAD).partition(b"\r\n\r\n")[0])
            names = getaddresses([str(value) for value in head.get_all("To", [])])
            kept_at = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
            recipients = tuple(address for _, address in names if address)
            yield Kept(path, recipients, str(head.get("Message-ID", "")).strip(), kept_at)


def remove(which: Callable[[Kept], bool]) -> int:
    """Remove the letters that are meant; how many."""
    return sum(_removed(letter.path) for letter in letters() if which(letter))


def remove_older(than: datetime) -> int:
    """Remove what was put there before a moment; how many."""
    return sum(_removed(path) for path in _files() if _is_older(path, than))


def has_older(than: datetime) -> bool:
    """Whether something was put there before a moment."""
    return any(_is_older(path, than) for path in _files())


def _files() -> Iterator[Path]:
    for name in _FOLDERS:
        with suppress(FileNotFoundError), os.scandir(folder() / name) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)


def _is_older(path: Path, than: datetime) -> bool:
    with suppress(OSError):  # another program may have taken it in the meantime
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) <= than
    return False


def _removed(path: Path) -> bool:
    with suppress(FileNotFoundError):
        path.unlink()
        return True
    return False
