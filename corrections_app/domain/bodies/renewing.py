"""Revisions of before tables and the byline were text, as they would be made today.

They stay as they are stored, since offsets count in them for ever. Whatever makes a
new revision of a whole text begins from the renewed body, so that words which readers
saw all along are no change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from corrections_app.domain.text.body import (
    Aside,
    Block,
    Body,
    Cell,
    byline_of,
    normalise,
    placed,
    text_blocks,
)
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.text.tables import apart, furniture_rows, tables


def renewed(body: Body, byline: str | None, like: Body = ()) -> Body:
    """The body with its tables and its byline as text, where they are not already.

    ``byline`` is what is known beside it. ``like`` is the same article read again: tables
    that are furniture there stay so, and cells that stand there too are as they are there.
    """
    still = {part for part in like if isinstance(part, Aside)}
    tables_of = [part for part in body if _is_table(part) and part not in still]
    known = _tables(like)
    again = iter(known if len(known) == len(tables_of) else ())
    parts: list[Block | Aside] = []
    for part in body:
        if isinstance(part, Aside) and _is_table(part) and part not in still:
            cells = list(_cells(part, next(again, {})))
            parts += apart(cells, parts[-1] if parts else None)
        else:
            parts.append(part)
    signed = normalise((byline or "").replace("\n", " "))
    if not signed or byline_of(body) is not None:
        return tuple(parts)
    heads = ("title", "standfirst")
    top = next((at for at, part in enumerate(parts) if _kind(part) not in heads), len(parts))
    return (*parts[:top], Block("byline", signed), *parts[top:])


def moved(old: Body, new: Body, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Edits of a body's text, in the text of ``new``, which is that very body `renewed`."""
    starts = [start for _, start in placed(old) if start is not None]
    stayed = iter(placed(new))
    now = [next(at for held, at in stayed if held is part) or 0 for part in text_blocks(old)]

    def at(offset: int) -> int:
        nth = bisect_right(starts, offset) - 1
        return offset - starts[nth] + now[nth]

    return tuple(
        Edit(at(edit.start), at(edit.end - 1) + 1, edit.replacement)
        if edit.start < edit.end
        else Edit(at(edit.start), at(edit.start), edit.replacement)
        for edit in edits
    )


_Known = dict[tuple[int, int], Block]
"""The cell that stands at each row and column of a table, or reaches over it."""


def _tables(body: Body) -> list[_Known]:
    blocks = text_blocks(body)
    found: list[_Known] = []
    for table in tables(blocks):
        known: _Known = {}
        for block in blocks[table.start : table.stop]:
            cell = block.cell or Cell(0, 0)
            for row in range(cell.row, cell.row + cell.height):
                columns = range(cell.column, cell.column + cell.width)
                known |= {(row, column): block for column in columns}
        found.append(known)
    return found


def _cells(table: Aside, known: _Known) -> Iterator[Block]:
    """The cells of a table that was furniture; its first line has headed it on the page."""
    for row, line in enumerate(furniture_rows(table)):
        for column, said in enumerate(line):
            text = normalise(said)
            same = known.get((row, column))
            if same and same.cell and same.text.split() == text.split():
                # What spans several columns was said in each of them.
                if (same.cell.row, same.cell.column) == (row, column):
                    yield same
            elif text:
                yield Block("cell", text, cell=Cell(row, column, scope="" if row else "col"))


def _kind(part: Block | Aside) -> str:
    return part.kind if isinstance(part, Block) else ""


def _is_table(part: Block | Aside) -> bool:
    return isinstance(part, Aside) and part.role == "table"
