"""AVIF (AOMedia 1.1, on ISO/IEC 14496-12 and 23008-12): Exif, XMP and strange boxes are blanked.

They are overwritten where they stand, because boxes refer to each other by their place.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from corrections_app.sources.pictures.errors import NotHad, damaged

_MOST_BOXES = 10_000
_MOST_EXTENTS = 10_000
_BRANDS = frozenset((b"avif", b"avis"))
_KEPT = frozenset((b"ftyp", b"meta", b"mdat", b"free"))
_NOTES = frozenset((b"Exif", b"mime", b"uri "))


class _Box(NamedTuple):
    """A box by its name, and where what it holds begins and ends."""

    name: bytes
    start: int
    end: int


def is_one(data: bytes) -> bool:
    """Whether the bytes begin as an AVIF does."""
    length = int.from_bytes(data[:4], "big")
    brands = data[8:12] + data[16 : min(length, 256)]
    return data[4:8] == b"ftyp" and any(
        brands[at : at + 4] in _BRANDS for at in range(0, len(brands), 4)
    )


def clean(data: bytes) -> tuple[int, int, bytes]:
    """Width and height as they are shown, and the picture without what was noted beside it.

    Raises NotHad or struct.error for what is none.
    """
    cleaned = bytearray(data)
    boxes = list(_boxes(data, 0, len(data)))
    if any(box.name == b"moov" for box in boxes):
        raise NotHad("a film, not a picture")
    meta = _only(boxes, b"meta")
    inside = list(_boxes(data, meta.start + 4, meta.end))
    for start, end in _notes(data, inside):
        cleaned[start:end] = bytes(end - start)
    strange = [box for box in boxes if box.name not in _KEPT]
    for box in (*strange, *(box for box in inside if box.name == b"uuid")):
        cleaned[box.start : box.end] = bytes(box.end - box.start)
    width, height = _size(data, inside)
    return width, height, bytes(cleaned)


def _boxes(data: bytes, at: int, end: int) -> Iterator[_Box]:
    passed = 0
    while at < end:
        length, name = struct.unpack_from(">L4s", data, at)
        head = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        length = length or end - at
        passed += 1
        if length < head or at + length > end or passed > _MOST_BOXES:
            raise damaged()
        yield _Box(name, at + head, at + length)
        at += length


def _only(boxes: list[_Box], name: bytes) -> _Box:
    found = [box for box in boxes if box.name == name]
    if len(found) != 1:
        raise damaged()
    return found[0]


class _Reader:
    """Whole numbers out of a box, one after the other."""

    def __init__(self, data: bytes, box: _Box) -> None:
        self._data, self.at, self._end = data, box.start + 4, box.end
        self.version = data[box.start]
        self.flags = data[box.start + 3]

    def take(self, size: int) -> int:
        """The next number, of so many bytes."""
        if self.at + size > self._end:
            raise damaged()
        self.at += size
        return int.from_bytes(self._data[self.at - size : self.at], "big")


def _notes(data: bytes, inside: list[_Box]) -> Iterator[tuple[int, int]]:
    """Where the bytes of Exif, XMP and the like stand."""
    noted = dict(_noted_items(data, inside))
    if not noted:
        return
    yield from ((at, at + 4) for at in noted.values())
    held = next((box for box in inside if box.name == b"idat"), None)
    passed = 0
    for item, method, start, length in _places(data, _only(inside, b"iloc")):
        if item not in noted:
            continue
        if method == 1 and held:
            start += held.start
        passed += length
        if method > 1 or length == 0 or start + length > len(data) or passed > len(data):
            raise damaged()
        yield start, start + length


def _noted_items(data: bytes, inside: list[_Box]) -> Iterator[tuple[int, int]]:
    """The items that are words about the picture (23008-12, annex A): number, place of the type."""
    listed = _only(inside, b"iinf")
    begin = listed.start + (6 if data[listed.start] == 0 else 8)
    for entry in _boxes(data, begin, listed.end):
        reader = _Reader(data, entry)
        if entry.name != b"infe" or reader.version < 2:
            raise damaged()
        item = reader.take(2 if reader.version == 2 else 4)
        reader.take(2)
        at = reader.at
        if reader.take(4).to_bytes(4, "big") in _NOTES:
            yield item, at


def _places(data: bytes, box: _Box) -> Iterator[tuple[int, int, int, int]]:
    """Each extent of each item: its number, how its place is meant, its place and its length."""
    reader = _Reader(data, box)
    sizes, more = reader.take(1), reader.take(1)
    offset, length, base = sizes >> 4, sizes & 15, more >> 4
    index = more & 15 if reader.version else 0
    wide = 4 if reader.version == 2 else 2
    passed = 0
    for _ in range(reader.take(wide)):
        item = reader.take(wide)
        method = reader.take(2) & 15 if reader.version else 0
        reader.take(2)
        begin = reader.take(base)
        for _ in range(reader.take(2)):
            passed += 1
            if passed > _MOST_EXTENTS:
                raise damaged()
            reader.take(index)
            yield item, method, begin + reader.take(offset), reader.take(length)


def _size(data: bytes, inside: list[_Box]) -> tuple[int, int]:
    """How large the picture is that is shown, turned as it says."""
    primary = _Reader(data, _only(inside, b"pitm"))
    item = primary.take(2 if primary.version == 0 else 4)
    properties = list(_boxes(data, *_only(inside, b"iprp")[1:]))
    held = list(_boxes(data, *_only(properties, b"ipco")[1:]))
    width = height = 0
    turned = False
    for index in _properties_of(data, _only(properties, b"ipma"), item):
        if not 0 < index <= len(held):
            continue
        kind = held[index - 1]
        if kind.name == b"ispe":
            width, height = struct.unpack_from(">LL", data, kind.start + 4)
        elif kind.name == b"clap":
            wide, over, high, under = struct.unpack_from(">LLLL", data, kind.start)
            width, height = wide // max(over, 1), high // max(under, 1)
        elif kind.name == b"irot":
            turned = data[kind.start] & 1 == 1
    return (height, width) if turned else (width, height)


def _properties_of(data: bytes, box: _Box, item: int) -> list[int]:
    """The numbers, from 1 on, of the properties that an item has."""
    reader = _Reader(data, box)
    wide = 2 if reader.flags & 1 else 1
    for _ in range(reader.take(4)):
        here = reader.take(2 if reader.version == 0 else 4)
        found = [reader.take(wide) & (0x7FFF if wide == 2 else 0x7F) for _ in range(reader.take(1))]
        if here == item:
            return found
    return []
