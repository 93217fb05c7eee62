"""The pictures of articles: files of the instance, each named for the bytes in it."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import ImportRefused, NotFound
from corrections_app.domain.text.body import MEDIA_KINDS, Media
from corrections_app.extensions import db
from corrections_app.models import MediaFile
from corrections_app.sources.pictures import NotHad, Pictures, kind_of

FOLDER = "media"
_NAME = re.compile(rf"[0-9a-f]{{64}}\.({'|'.join(MEDIA_KINDS)})")


def keep(pictures: Pictures, slug: str) -> dict[Media, int]:
    """Put the pictures of a document into the instance; how many bytes each has.

    Whoever reads one gets all of it or nothing, however many bring it in at once, and it
    is on the disk before any article names it. Raises `ImportRefused`, and OSError.
    """
    sizes: dict[Media, int] = {}
    for media in pictures.had:
        try:
            content = pictures.content(media)
        except NotHad as why:
            raise ImportRefused(f"{slug}: a picture could not be had again ({why}).") from None
        if not _is_whole(_folder() / media.name, media):
            _write(_folder() / media.name, content)
        sizes[media] = len(content)
    return sizes


def note(session: Session, sizes: dict[Media, int], now: datetime) -> None:
    """Note that these files are needed from now on."""
    digests = [media.digest for media in sizes]
    known = set(session.scalars(select(MediaFile.digest).where(MediaFile.digest.in_(digests))))
    session.add_all(
        MediaFile(digest=media.digest, kind=media.kind, size=size, created_at=now)
        for media, size in sizes.items()
        if media.digest not in known
    )


def content_of(name: str) -> tuple[bytes, str]:
    """The bytes of the file of this name and the type of what they are. Raises `NotFound`.

    What is no picture, or another kind than it is called, is not given out; nor is what was
    taken down with all that showed it.
    """
    if _NAME.fullmatch(name):
        file = db.session.get(MediaFile, name.partition(".")[0], populate_existing=True)
        if file is not None and file.withheld_at is not None:
            raise NotFound("This picture was taken down.")
        with suppress(OSError):
            content = (_folder() / name).read_bytes()
            kind = kind_of(content)
            if kind and name.endswith(f".{kind}"):
                return content, f"image/{kind}"
    raise NotFound("There is no such picture.")


def is_here(media: Media) -> bool:
    """Whether its file is there, so that a page can show it."""
    return (_folder() / media.name).is_file()


def missing(session: Session) -> Iterator[str]:
    """The names of files that articles need and that are not there, or not whole."""
    for file in session.scalars(select(MediaFile).order_by(MediaFile.created_at, MediaFile.digest)):
        path = _folder() / file.name
        if not path.is_file() or path.stat().st_size != file.size:
            yield file.name


def _folder() -> Path:
    return Path(current_app.instance_path) / FOLDER


def _is_whole(path: Path, media: Media) -> bool:
    with suppress(FileNotFoundError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == media.digest
    return False


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".")  # for its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """A name is on the disk only when its folder is, too (fsync(2)); Windows has no such call."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
