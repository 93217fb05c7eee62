"""Where reports of letters that came back are found: a maildir, or a folder on an IMAP server.

A message that was looked at is marked so in the box itself, and is not looked at again.
"""

from __future__ import annotations

import imaplib
import os
import re
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from corrections_app.domain.bounces.reports import LARGEST
from corrections_app.domain.bounces.source import Source

TIMEOUT = 30.0
"""Seconds that any one answer of the server may take."""
MOST = 200
"""Messages looked at in one go; the others wait for the next."""


class Trouble(Exception):
    """The box cannot be read; the message says why, in one line."""


class Box(Protocol):
    """Messages that nobody has looked at yet."""

    def new(self) -> Iterator[tuple[str, bytes]]:
        """Each with what the box calls it, and the bytes it begins with. Raises `Trouble`."""

    def looked_at(self, name: str) -> None:
        """Mark it, so that it does not come again. Raises `Trouble`."""


@contextmanager
def opened(source: Source, cafile: str | None) -> Iterator[Box]:
    """The box that is named. Raises `Trouble`."""
    if not source.host:
        yield Maildir(Path(source.folder))
        return
    box = ImapFolder(source, cafile)
    try:
        yield box
    finally:
        box.close()


class Maildir:
    """A maildir (https://cr.yp.to/proto/maildir.html): what was looked at moves to ``cur``."""

    def __init__(self, folder: Path) -> None:
        """Raises `Trouble`."""
        self._folder = folder
        if not (folder / "new").is_dir() or not (folder / "cur").is_dir():
            raise Trouble(f"{folder} is no maildir: it has no folders named new and cur")

    def new(self) -> Iterator[tuple[str, bytes]]:
        """The oldest first, as their names begin with their time."""
        try:
            names = sorted(os.listdir(self._folder / "new"))[:MOST]
        except OSError as error:
            raise Trouble(f"{self._folder}: {error.strerror}") from error
        for name in names:
            yield name, self._read(name)

    def looked_at(self, name: str) -> None:
        """Move it, as one that was seen."""
        try:
            (self._folder / "new" / name).rename(self._folder / "cur" / f"{name}:2,S")
        except FileNotFoundError:
            return  # another worker was faster
        except OSError as error:
            raise Trouble(f"{self._folder / 'new' / name}: {error.strerror}") from error

    def _read(self, name: str) -> bytes:
        """Its beginning; nothing of what is no file, or was taken away just now."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with suppress(OSError):
            handle = os.open(self._folder / "new" / name, flags)
            with open(handle, "rb") as file:
                is_file = stat.S_ISREG(os.fstat(handle).st_mode)
                return file.read(LARGEST) if is_file else b""
        return b""


class ImapFolder:
    """A folder on a server that speaks IMAP4rev1 over TLS: what was looked at becomes seen."""

    def __init__(self, source: Source, cafile: str | None) -> None:
        """Connect, sign in, and choose the folder. Raises `Trouble`."""
        folder = source.folder.replace("\\", "\\\\").replace('"', '\\"')
        with _told():
            context = ssl.create_default_context(cafile=cafile)
            self._server = imaplib.IMAP4_SSL(
                source.host, source.port, ssl_context=context, timeout=TIMEOUT
            )
            try:
                self._server.login(source.user, source.password)
                self._answer(self._server.select(f'"{folder}"'))
            except BaseException:
                self.close()
                raise

    def new(self) -> Iterator[tuple[str, bytes]]:
        """Those that nobody has seen, as the server numbers them. Fetching does not mark them."""
        with _told():
            found = self._answer(self._server.uid("SEARCH", "UNSEEN"))
        uids = re.findall(rb"\d{1,10}", b" ".join(each for each in found if each))[:MOST]
        for uid in uids:
            name = uid.decode()
            with _told():
                said = self._answer(self._server.uid("FETCH", name, f"(BODY.PEEK[]<0.{LARGEST}>)"))
            yield name, next((part[1] for part in said if isinstance(part, tuple)), b"")

    def looked_at(self, name: str) -> None:
        """Flag it as seen."""
        with _told():
            self._answer(self._server.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)"))

    def close(self) -> None:
        """Say goodbye. Never raises."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._server.logout()

    def _answer(self, answer: tuple[str, list[Any]]) -> list[Any]:
        kind, said = answer
        if kind != "OK":
            raise Trouble(_line(b" ".join(one for one in said if isinstance(one, bytes))))
        return said


@contextmanager
def _told() -> Iterator[None]:
    """Every failure of imaplib and of the network as a `Trouble`."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Trouble(f"the certificate is not trusted: {error.verify_message}") from error
    except (OSError, imaplib.IMAP4.error) as error:
        said = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error)
        raise Trouble(_line(said) or type(error).__name__) from error


def _line(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
