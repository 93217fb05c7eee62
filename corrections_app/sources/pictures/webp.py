"""WebP (RFC 9649): only the chunks that draw the picture stay."""

from __future__ import annotations

import struct

from corrections_app.sources.pictures.errors import damaged

_MOST_CHUNKS = 20_000
_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_DRAWN = frozenset((b"VP8 ", b"VP8L", b"ANMF"))
_EXIF_AND_XMP = 0x08 | 0x04


def is_one(data: bytes) -> bool:
    """Whether the bytes begin as a WebP does."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def clean(data: bytes) -> tuple[int, int, bytes]:
    """Width, height, and the picture without Exif and XMP.

    Raises NotHad, struct.error or IndexError for what is none.
    """
    end = 8 + struct.unpack_from("<L", data, 4)[0]
    if end > len(data):
        raise damaged()
    kept, drawn, width, height, at, passed = [], False, 0, 0, 12, 0
    while at + 8 <= end:
        name, length = data[at : at + 4], struct.unpack_from("<L", data, at + 4)[0]
        content = data[at + 8 : at + 8 + length]
        at, passed = at + 8 + length + length % 2, passed + 1
        if len(content) < length or passed > _MOST_CHUNKS:
            raise damaged()
        if name not in _KEPT:
            continue
        if name == b"VP8X":
            content = bytes((content[0] & ~_EXIF_AND_XMP & 0xFF,)) + content[1:]
        wide, high = _size(name, content)
        width, height, drawn = max(width, wide), max(height, high), drawn or name in _DRAWN
        kept.append(name + struct.pack("<L", length) + content + bytes(length % 2))
    if not drawn:
        raise damaged()
    body = b"".join([b"WEBP", *kept])
    return width, height, b"RIFF" + struct.pack("<L", len(body)) + body


def _size(name: bytes, content: bytes) -> tuple[int, int]:
    """What a chunk says of width and height: of the canvas, or of the picture itself."""
    match name:
        case b"VP8X":
            wide, high = (int.from_bytes(content[at : at + 3], "little") for at in (4, 7))
            return 1 + wide, 1 + high
        case b"VP8 ":
            if content[3:6] != b"\x9d\x01\x2a":
                raise damaged()
            wide, high = struct.unpack_from("<HH", content, 6)
            return wide & 0x3FFF, high & 0x3FFF
        case b"VP8L":
            if content[0] != 0x2F:
                raise damaged()
            (bits,) = struct.unpack_from("<L", content, 1)
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return 0, 0
