"""Where the bytes of a picture are: in the document itself, or in the folder where it lies."""

from __future__ import annotations

import base64
import binascii
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from corrections_app.domain import limits
from corrections_app.sources.pictures.errors import NotHad

_BLANKS = re.compile(rb"[ \t\r\n\f]+")


class Shelf(Protocol):
    """Whatever can be asked for the bytes behind an address as a document writes it."""

    def content(self, address: str) -> bytes:
        """At most `limits.PICTURE_BYTES` bytes. Raises NotHad, whose message says why not."""
        ...


@dataclass(frozen=True)
class Beside:
    """The folder of a document and all below it; never what is elsewhere, on disk or network.

    Without a folder only what the document itself holds (``data:``) can be had.
    """

    folder: Path | None

    def content(self, address: str) -> bytes:
        """The bytes of a picture. Raises NotHad."""
        if address[:5].lower() == "data:":
            return _of_data(address)
        try:
            parts = urlsplit(address)
        except ValueError:
            raise NotHad("no address") from None
        if parts.scheme or parts.netloc or self.folder is None:
            raise NotHad("elsewhere, and nothing is fetched: save it beside the file")
        if address.startswith(("/", "\\")):
            raise NotHad("an absolute path: only the file's own folder is looked in")
        return _read(_inside(self.folder, (unquote(parts.path), address)))


def _of_data(address: str) -> bytes:
    """What an address holds itself (RFC 2397)."""
    about, comma, held = address.partition(",")
    if not comma:
        raise NotHad("damaged or cut off")
    if len(held) > 3 * limits.PICTURE_BYTES:
        raise _too_heavy()
    content = unquote_to_bytes(held)
    if about.rstrip().lower().endswith(";base64"):
        try:
            content = base64.b64decode(_BLANKS.sub(b"", content), validate=True)
        except binascii.Error:
            raise NotHad("damaged or cut off") from None
    if len(content) > limits.PICTURE_BYTES:
        raise _too_heavy()
    return content


def _inside(folder: Path, names: tuple[str, ...]) -> Path:
    """The first of these files that is there, links followed; none that leads out of the folder."""
    top = folder.resolve()
    for name in names:
        try:
            path = (top / name).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            continue
        if not path.is_relative_to(top):
            raise NotHad("outside the file's own folder")
        return path
    raise NotHad("not beside the file")


def _read(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise NotHad("not a regular file")
        if status.st_size > limits.PICTURE_BYTES:
            raise _too_heavy()
        with path.open("rb") as file:
            content = file.read(limits.PICTURE_BYTES + 1)
    except OSError as wrong:
        raise NotHad(f"cannot be read: {wrong.strerror}") from None
    if len(content) > limits.PICTURE_BYTES:
        raise _too_heavy()
    return content


def _too_heavy() -> NotHad:
    return NotHad(f"too large: {limits.PICTURE_BYTES / 1e6:.0f} MB at most")
