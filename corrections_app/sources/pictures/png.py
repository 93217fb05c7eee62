"""PNG (W3C, third edition), animated ones too: only the chunks that draw the picture stay."""

from __future__ import annotations

import struct

from corrections_app.sources.pictures.errors import damaged

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS = 40_000
_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT cICP mDCV cLLI pHYs acTL fcTL fdAT".split()
)


def clean(data: bytes) -> tuple[int, int, bytes]:
    """Width, height, and the picture without words, times and places noted in it.

    Raises NotHad or struct.error for what is none.
    """
    kept = [SIGNATURE]
    kinds: list[bytes] = []
    at = len(SIGNATURE)
    while not kinds or kinds[-1] != b"IEND":
        (length,) = struct.unpack_from(">L", data, at)
        kinds.append(data[at + 4 : at + 8])
        end = at + 12 + length
        if end > len(data) or len(kinds) > _MOST_CHUNKS:
            raise damaged()
        if kinds[-1] in _KEPT:
            kept.append(data[at:end])
        at = end
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds:
        raise damaged()
    width, height = struct.unpack_from(">LL", data, len(SIGNATURE) + 8)
    return width, height, b"".join(kept)
