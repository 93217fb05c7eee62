"""Files from outside, read whole or refused before anything is parsed."""

from __future__ import annotations

import stat
from pathlib import Path

from corrections_app.domain.errors import ImportRefused
from corrections_app.sources.encodings import decoded


def read_text(path: Path, limit: int, *, declares: bool = False) -> str:
    """The text of a file of at most ``limit`` bytes; raises ImportRefused otherwise.

    It is UTF-8, or what it ``declares`` where files of its kind do so. The size
    is asked of the file system first, so a huge file is never read.
    """
    try:
        _check(path, limit)
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError:
        raise ImportRefused("no such file: check the path") from None
    except OSError as wrong:
        raise ImportRefused(f"cannot be read ({wrong.strerror}): check its permissions") from None
    if len(content) > limit:
        raise _too_large(len(content), limit)
    return _decoded(content, declares)


def _check(path: Path, limit: int) -> None:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise ImportRefused("is a folder: name the files in it")
    if not stat.S_ISREG(status.st_mode):
        raise ImportRefused("is not a regular file: save its contents to one first")
    if status.st_size > limit:
        raise _too_large(status.st_size, limit)


def _too_large(size: int, limit: int) -> ImportRefused:
    return ImportRefused(
        f"has {size / 1e6:.1f} MB, the limit is {limit / 1e6:.0f} MB: import the article alone"
    )


def _decoded(content: bytes, declares: bool) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ImportRefused("is UTF-16, not UTF-8: save it as UTF-8")
    if b"\0" in content:
        raise ImportRefused("is binary, not text: export it as text, Markdown or HTML")
    text = decoded(content, declares=declares)
    if not text.strip():
        raise ImportRefused("is empty: nothing to import")
    return text
