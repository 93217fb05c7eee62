"""A backup's file: a tar archive of everything, with what each part must be.

``manifest.json`` comes last and names each part with its size and SHA-256, so an archive
that was cut short or changed is known for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
_MANIFEST_BYTES = 16 * 1024 * 1024
_PIECE = 1024 * 1024


class BadBackup(Exception):
    """What is wrong with an archive, in one sentence that says what to do."""


@dataclass(frozen=True)
class Part:
    """One file of a backup."""

    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    format: int
    made_at: datetime
    engine: str
    """Of the database: ``sqlite`` or ``postgresql``."""
    schema: str
    """The migration that its tables stand at."""
    parts: dict[str, Part]


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[Path]:
    """A name to write at, that is put on the disk and becomes ``path`` when the block ends well.

    Nobody but its owner may read it. Raises `BadBackup` where there is such a file.
    """
    if path.exists():
        raise BadBackup(f"{path} exists, and no backup is overwritten: name another file.")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        yield partial
        with open(partial, "rb") as written:
            os.fsync(written.fileno())
        os.link(partial, path)  # unlike a rename it never takes another's place
    finally:
        partial.unlink(missing_ok=True)
    settle(path.parent)


def settle(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(
    target: Path, parts: dict[str, Path], *, engine: str, schema: str, made_at: datetime
) -> Manifest:
    """Put files into an archive under the names they have there."""
    written: dict[str, Part] = {}
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in parts.items():
            with open(path, "rb") as source:
                known = tarfile.TarInfo(name)
                known.size, known.mode = os.fstat(source.fileno()).st_size, 0o600
                known.mtime = int(made_at.timestamp())
                counted = _Counted(source)
                archive.addfile(known, counted)
                written[name] = Part(known.size, counted.digest.hexdigest())
        manifest = Manifest(FORMAT, made_at, engine, schema, written)
        told = json.dumps(asdict(manifest), default=datetime.isoformat, indent=1).encode()
        known = tarfile.TarInfo(MANIFEST)
        known.size, known.mode = len(told), 0o600
        archive.addfile(known, BytesIO(told))
    return manifest


def unpack(path: Path, folder: Path) -> Manifest:
    """Take an archive apart into an empty folder, each part as it was. Raises `BadBackup`."""
    found: dict[str, Part] = {}
    manifest = None
    try:
        with tarfile.open(path, "r:") as archive:
            for member in archive:
                source = archive.extractfile(member) if member.isreg() else None
                if source is None:
                    raise BadBackup(f"{path} holds something that no backup holds: {member.name}.")
                if member.name == MANIFEST:
                    manifest = _manifest(path, source.read(_MANIFEST_BYTES))
                else:
                    found[member.name] = _taken_out(path, member.name, source, folder)
    except (tarfile.TarError, EOFError) as error:
        raise BadBackup(f"{path} is no whole backup: {error}. Take another one.") from None
    if manifest is None:
        raise BadBackup(f"{path} is no whole backup: its end is missing. Take another one.")
    if found != manifest.parts:
        wrong = sorted(
            name for name in found | manifest.parts if found.get(name) != manifest.parts.get(name)
        )
        raise BadBackup(f"{path} was changed or damaged, at {wrong[0]}. Take another one.")
    return manifest


def _taken_out(path: Path, name: str, source: IO[bytes], folder: Path) -> Part:
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts or "\0" in name:
        raise BadBackup(f"{path} names a file outside of itself: {name!r}. It is no backup.")
    target = folder / pure
    digest, size = hashlib.sha256(), 0
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except (FileExistsError, NotADirectoryError):
        raise BadBackup(f"In {path} {name!r} is named twice. It is no backup.") from None
    with open(handle, "wb") as out:
        while piece := source.read(_PIECE):
            out.write(piece)
            digest.update(piece)
            size += len(piece)
        out.flush()
        os.fsync(out.fileno())
    return Part(size, digest.hexdigest())


def _manifest(path: Path, text: bytes) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(text)
        if told["format"] != FORMAT:
            raise BadBackup(f"{path} was made by a newer version of this program: use that one.")
        parts = {name: Part(**part) for name, part in told["parts"].items()}
        made_at = datetime.fromisoformat(told["made_at"])
        return Manifest(FORMAT, made_at, str(told["engine"]), str(told["schema"]), parts)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadBackup(f"{path} is no backup of this program.") from None


class _Counted:
    """A file whose bytes are counted into a digest as they are read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.digest.update(piece)
        return piece
