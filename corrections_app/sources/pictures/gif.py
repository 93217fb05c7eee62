"""GIF (CompuServe, 89a): frames and their times stay, comments and notes of programs go."""

from __future__ import annotations

import struct

from corrections_app.sources.pictures.errors import damaged

SIGNATURES = (b"GIF87a", b"GIF89a")
_MOST_BLOCKS = 400_000
_EXTENSION, _FRAME, _END = 0x21, 0x2C, 0x3B
_TIMES, _PROGRAM = 0xF9, 0xFF
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def clean(data: bytes) -> tuple[int, int, bytes]:
    """Width, height, and the picture without comments.

    Raises NotHad, struct.error or IndexError for what is none.
    """
    width, height = struct.unpack_from("<HH", data, 6)
    at = 13 + _table(data[10])
    kept, frames, blocks = [data[:at]], 0, 0
    while (introducer := data[at]) != _END:
        if introducer == _FRAME:
            left, top, wide, high, flags = struct.unpack_from("<HHHHB", data, at + 1)
            width, height = max(width, left + wide), max(height, top + high)
            begin, stays = at + 11 + _table(flags), True
            frames += 1
        elif introducer == _EXTENSION:
            begin, stays = at + 2, _extension_stays(data, at)
        else:
            raise damaged()
        end, passed = _past_blocks(data, begin)
        blocks += passed
        if blocks > _MOST_BLOCKS:
            raise damaged()
        if stays:
            kept.append(data[at:end])
        at = end
    if not frames:
        raise damaged()
    return width, height, b"".join([*kept, bytes((_END,))])


def _table(flags: int) -> int:
    """How many bytes of colours follow."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _extension_stays(data: bytes, at: int) -> bool:
    label = data[at + 1]
    return label == _TIMES or (label == _PROGRAM and data[at + 3 : at + 14] in _LOOPS)


def _past_blocks(data: bytes, at: int) -> tuple[int, int]:
    """Where the run of blocks that begins here ends, and how many there were."""
    passed = 1
    while length := data[at]:
        at += 1 + length
        passed += 1
        if passed > _MOST_BLOCKS:
            raise damaged()
    return at + 1, passed
