"""An article as a person types it: blank lines between blocks, a table as rows of cells.

A table's row is a line ``| Great Hamm | 260 |``; an empty cell, or a place that a wide or
high cell covers, has nothing between its bars. In a cell ``\\|`` is a bar, ``\\\\`` a
backslash and ``<br>`` a line break. A paragraph that looks like a row has a backslash
before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corrections_app.domain.text.body import SEPARATOR, Block, Body, normalise, text_blocks
from corrections_app.domain.text.tables import laid_out, tables

_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*")
_LIKE_A_ROW = re.compile(r"\\*\|")
_TO_ESCAPE = re.compile(r"\\|\||<(?=br\s*/?>)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)|<br\s*/?>", re.IGNORECASE)
_CELL = re.compile(r"((?:[^|\\]|\\.)*)\|")


@dataclass(frozen=True, slots=True)
class TypedTable:
    """The rows of a table as they were typed; each is as long as the longest."""

    rows: tuple[tuple[str, ...], ...]


def typed_form(body: Body) -> str:
    """The text of a body to be typed in; `retype.replace_text` reads it again without loss."""
    blocks = text_blocks(body)
    starts = {table.start: table for table in tables(blocks)}
    parts: list[str] = []
    at = 0
    while at < len(blocks):
        table = starts.get(at)
        if table is None:
            parts.append(_as_no_row(blocks[at].text))
            at += 1
        else:
            parts.append("\n".join(_lines(blocks[table.start : table.stop])))
            at = table.stop
    return SEPARATOR.join(parts)


def grid(cells: Sequence[Block]) -> list[list[int | None]]:
    """For each row and column of one table the index of the cell that begins there."""
    rows = laid_out([block.cell for block in cells if block.cell])
    covered: set[tuple[int, int]] = set()
    lines: list[list[int | None]] = []
    for nth, row in enumerate(rows):
        line: list[int | None] = []
        for slot in row:
            while (nth, len(line)) in covered:
                line.append(None)
            start = len(line)
            line += [slot.index, *[None] * (slot.width - 1)]
            if slot.height > 1:
                below = range(nth + 1, nth + slot.height)
                covered |= {(r, c) for r in below for c in range(start, start + slot.width)}
        lines.append(line)
    width = max(map(len, lines), default=0)
    return [line + [None] * (width - len(line)) for line in lines]


def table_in(part: str) -> TypedTable | None:
    """The table that some typed lines are; None where they are words."""
    lines = part.strip("\n").split("\n")
    if not all(map(_ROW.fullmatch, lines)):
        return None
    rows = [[_meant(cell) for cell in _CELL.findall(line.strip()[1:])] for line in lines]
    width = max(map(len, rows))
    return TypedTable(tuple(tuple(row + [""] * (width - len(row))) for row in rows))


def words_in(part: str) -> str:
    """The typed words of a part that is no table."""
    return part[1:] if part.startswith("\\") and _LIKE_A_ROW.match(part) else part


def _lines(cells: Sequence[Block]) -> Iterator[str]:
    for row in grid(cells):
        said = ["" if at is None else _shown(cells[at].text) for at in row]
        yield "| " + " | ".join(said) + " |"


def _shown(text: str) -> str:
    return _TO_ESCAPE.sub(r"\\\g<0>", text).replace("\n", "<br>")


def _meant(typed: str) -> str:
    return normalise(_ESCAPED.sub(lambda found: found[1] or "\n", typed))


def _as_no_row(text: str) -> str:
    return "\\" + text if _LIKE_A_ROW.match(text) else text
