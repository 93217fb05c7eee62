"""JPEG (ITU-T T.81): what draws the picture stays, and of its Exif only which way is up."""

from __future__ import annotations

import re
import struct

from corrections_app.sources.pictures.errors import damaged

SIGNATURE = b"\xff\xd8\xff"
_MOST_SEGMENTS = 10_000
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _END = 0xDA, 0xD9
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
# Inside of a scan a marker is an FF before anything but 00, FF and the restart markers.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_APP0, _APP15, _COMMENT = 0xE0, 0xEF, 0xFE
_KEPT = {0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_ORIENTATION = 0x0112
_SIDEWAYS = (5, 6, 7, 8)


def clean(data: bytes) -> tuple[int, int, bytes]:
    """Width and height as they are shown, and the picture without what was noted beside it.

    Raises NotHad, struct.error or IndexError for what is none.
    """
    segments = _segments(data)
    frames = [segment for marker, segment, _ in segments if marker in _FRAMES]
    if len(frames) != 1 or not any(scan for _, _, scan in segments):
        raise damaged()
    height, width = struct.unpack_from(">HH", frames[0], 5)
    orientation = next((_orientation(one[10:]) for _, one, _ in segments if _is_exif(one)), 1)
    if orientation in _SIDEWAYS:
        width, height = height, width
    kept = [SIGNATURE[:2]]
    kept += [_without_thumbnail(one) for _, one, _ in segments if _is_jfif(one)][:1]
    kept += [_exif(orientation)] if orientation != 1 else []
    kept += [one + scan for marker, one, scan in segments if _stays(marker, one)]
    return width, height, b"".join([*kept, bytes((0xFF, _END))])


def _segments(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Each marker but the last with its segment, and what is drawn after it."""
    found: list[tuple[int, bytes, bytes]] = []
    at, passed = 2, 0
    while (marker := data[at + 1]) != _END:
        passed += 1
        if data[at] != 0xFF or passed > _MOST_SEGMENTS:
            raise damaged()
        if marker == 0xFF or marker in _BARE:  # a fill byte, or a marker with nothing behind it
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        segment, scan = data[at:end], b""
        if length < 2 or len(segment) < 2 + length:
            raise damaged()
        if marker == _SCAN:
            stop = _MARKER.search(data, end)
            if stop is None:
                raise damaged()
            scan, end = data[end : stop.start()], stop.start()
        found.append((marker, segment, scan))
        at = end
    if data[at] != 0xFF:
        raise damaged()
    return found


def _is_jfif(segment: bytes) -> bool:
    return segment[1] == _APP0 and segment[4:9] == b"JFIF\0"


def _is_exif(segment: bytes) -> bool:
    return segment[1] == _APP0 + 1 and segment[4:10] == b"Exif\0\0"


def _stays(marker: int, segment: bytes) -> bool:
    if _APP0 <= marker <= _APP15:
        return marker in _KEPT and segment[4:].startswith(_KEPT[marker])
    return marker != _COMMENT


def _without_thumbnail(segment: bytes) -> bytes:
    """The JFIF header, whose last two bytes are the size of a small copy that would follow."""
    if len(segment) < 18:
        raise damaged()
    return segment[:2] + struct.pack(">H", 16) + segment[4:16] + b"\0\0"


def _orientation(tiff: bytes) -> int:
    """Which way is up, 1 to 8 (Exif 2.3, tag 0x0112); 1 where that is not said."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 1
    (at,) = struct.unpack_from(f"{order}L", tiff, 4)
    if at + 2 > len(tiff):
        return 1
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack_from(f"{order}HHLH", tiff, entry)
        if (tag, kind) == (_ORIENTATION, 3):
            return value if 1 <= value <= 8 else 1
    return 1


def _exif(orientation: int) -> bytes:
    """An Exif segment that says only which way is up."""
    entry = struct.pack(">HHLHH", _ORIENTATION, 3, 1, orientation, 0)
    tiff = b"MM" + struct.pack(">HLH", 42, 8, 1) + entry + bytes(4)
    return b"\xff\xe1" + struct.pack(">H", 2 + 6 + len(tiff)) + b"Exif\0\0" + tiff
