"""Pictures for tests: small ones of every kind, as cameras and programs write them, and drawn ones.

Those of the folder say SECRET wherever a program notes who made them, where and when; the
photo, and the AVIF, lie on their side. Their files were written once with Pillow.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).parent / "pictures"
SECRET = b"SECRET"


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    body = kind + content
    return struct.pack(">L", len(content)) + body + struct.pack(">L", zlib.crc32(body))


def png(width: int = 8, height: int = 6, shade: int = 128, *, said: bytes = b"") -> bytes:
    """A grey PNG of this size; ``said`` is a note in it."""
    rows = (b"\0" + bytes([shade]) * width) * height if width * height < 1_000_000 else b""
    parts = [
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)),
        chunk(b"tEXt", b"Comment\0" + said) if said else b"",
        chunk(b"IDAT", zlib.compress(rows)),
        chunk(b"IEND", b""),
    ]
    return b"".join(parts)
