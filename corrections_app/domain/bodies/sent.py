"""A body as a program sends it, part by part as `as_json` writes it; checked before it is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast, get_args

from corrections_app.domain.errors import Invalid
from corrections_app.domain.text.body import (
    ASIDE_ROLES,
    Aside,
    AsideRole,
    Block,
    BlockKind,
    Body,
    Cell,
    CellScope,
    Mark,
    MarkKind,
    normalise,
    safe_href,
)

MOST_PARTS = 20_000
_LARGEST = 100_000
"""Of any number in a part, as a place in a text or a row of a table."""
_KINDS = get_args(BlockKind)
_MARKS = frozenset(get_args(MarkKind)) - {"changed", "note"}
"""Others are laid over the words when a page is made, or stand for what is no text."""
_STYLES = ("", "a", "A", "i", "I")
_NAMES = frozenset({"kind", "text", "marks", "level", "ordered", "number", "style", "cell"})
_ASIDE_NAMES = frozenset({"kind", "role", "lines", "href", "cells", "media"})


def checked(parts: Any) -> Body:
    """The body that these parts are. Raises `Invalid`, which names the part at fault.

    Pictures come without their media: those that the article has stay with their address and
    words. Marks of notes and of changed words are left out: no one sends them.
    """
    if not isinstance(parts, list) or len(parts) > MOST_PARTS:
        raise Invalid.at("blocks", "Send the blocks as a list of at most 20,000 parts.")
    return tuple(_part(number, part) for number, part in enumerate(parts, 1))


class _Fault(Exception):
    """What is wrong with a part, in words."""


def _part(number: int, part: Any) -> Block | Aside:
    try:
        if not isinstance(part, dict):
            raise _Fault("it is no object")
        return _aside(part) if part.get("kind") == "aside" else _block(part)
    except _Fault as fault:
        sentence = "Part %(number)s of the blocks cannot be taken: %(fault)s."
        raise Invalid.at("blocks", sentence, number=number, fault=str(fault)) from None


def _block(part: Mapping[str, Any]) -> Block:
    _only(part, _NAMES)
    kind = _one_of(part, "kind", _KINDS)
    words = _text(part, "text")
    text = normalise(words, preformatted=kind == "preformatted")
    if not text:
        raise _Fault("it has no text")
    sent = part.get("marks", [])
    if not isinstance(sent, list) or len(sent) > len(text):
        raise _Fault("its marks are no list, or too many")
    if sent and text != words:
        raise _Fault("its marks count in a text with blanks that are not kept: send the text bare")
    if (kind == "cell") != ("cell" in part):
        raise _Fault("a cell, and nothing else, says where it stands")
    return Block(
        cast(BlockKind, kind),
        text,
        tuple(mark for one in sent if (mark := _mark(one, len(text)))),
        _whole(part, "level", 0, 6),
        part.get("ordered", False) is True,
        _whole(part, "number", -_LARGEST, _LARGEST) if part.get("number") is not None else None,
        _one_of(part, "style", _STYLES, ""),
        _cell(part["cell"]) if kind == "cell" else None,
    )


def _mark(mark: Any, length: int) -> Mark | None:
    if not isinstance(mark, dict):
        raise _Fault("a mark is no object")
    _only(mark, {"kind", "start", "end", "href"})
    if mark.get("kind") in ("note", "changed"):
        return None
    kind = _one_of(mark, "kind", sorted(_MARKS))
    start, end = (_whole(mark, name, 0, length, None) for name in ("start", "end"))
    if start >= end:
        raise _Fault("a mark ends before it begins")
    href = _href(mark)
    if (kind == "link") != (href is not None):
        raise _Fault("a link, and nothing else, has an address (href)")
    return Mark(cast(MarkKind, kind), start, end, href)


def _cell(cell: Any) -> Cell:
    if not isinstance(cell, dict):
        raise _Fault("where the cell stands is no object")
    _only(cell, {field.name for field in fields(Cell)})
    return Cell(
        _whole(cell, "row", 0, _LARGEST, None),
        _whole(cell, "column", 0, 1_000, None),
        _whole(cell, "height", 1, _LARGEST, 1),
        _whole(cell, "width", 1, 1_000, 1),
        cast(CellScope, _one_of(cell, "scope", get_args(CellScope), "")),
        _whole(cell, "table", 0, 1),
    )


def _aside(part: Mapping[str, Any]) -> Aside:
    _only(part, _ASIDE_NAMES)
    lines, rows = part.get("lines", []), part.get("cells", [])
    if not _are_texts(lines) or not isinstance(rows, list) or not all(map(_are_texts, rows)):
        raise _Fault("its lines are no list of texts")
    role = _one_of(part, "role", ASIDE_ROLES)
    cells = tuple(tuple(map(normalise, row)) for row in rows)
    return Aside(cast(AsideRole, role), tuple(map(normalise, lines)), _href(part), cells)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _only(part: Mapping[str, Any], names: frozenset[str] | set[str]) -> None:
    if set(part) - names:
        raise _Fault("it says more than is known of its kind")


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    if not isinstance(value, str):
        raise _Fault(f"its {name} is no text")
    return value


def _one_of(
    part: Mapping[str, Any], name: str, known: tuple[str, ...] | list[str], usual: str | None = None
) -> str:
    value = part.get(name, usual)
    if not isinstance(value, str) or value not in known:
        raise _Fault(f"its {name} is none of {', '.join(one for one in known if one)}")
    return value


def _whole(part: Mapping[str, Any], name: str, least: int, most: int, usual: int | None = 0) -> int:
    value = part.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _Fault(f"its {name} is no whole number from {least} to {most}")
    return value


def _href(part: Mapping[str, Any]) -> str | None:
    value = part.get("href")
    if value is None:
        return None
    if not isinstance(value, str) or safe_href(value) != value:
        raise _Fault("its address (href) begins with neither http, https nor mailto")
    return value
