"""Tables typed anew: rows and columns keep their headings and spans as far as they are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corrections_app.domain.bodies.typed_form import grid
from corrections_app.domain.text.body import Block, Cell, CellScope
from corrections_app.domain.text.tables import goes_on, tables


@dataclass(frozen=True, slots=True)
class _Table:
    """A table's cells: the index of the first in its body, and where each begins."""

    first: int
    cells: Sequence[Block]
    grid: list[list[int | None]]

    @property
    def height(self) -> int:
        return len(self.grid)

    @property
    def width(self) -> int:
        return len(self.grid[0]) if self.grid else 0


def matched(
    old: Sequence[Block], new: Sequence[Block], stayed: Mapping[int, int]
) -> tuple[dict[int, int], dict[int, Cell]]:
    """Which new block each old one has become, and what each typed cell is.

    ``stayed`` is what the alignment tells of all blocks; inside a table its
    rows and columns tell more.
    """
    found = dict(stayed)
    cells: dict[int, Cell] = {}
    theirs, mine = _tables(new), _tables(old)
    for table in theirs:
        was = _was(table, mine, stayed)
        axes: _Axes = ({}, {})
        if was is not None:
            mine.remove(was)
            axes = _axes(was, table, stayed)
            _pair(found, was, table, axes)
        own = _cells(was, table, axes)
        before = cells.get(table.first - 1)
        if before and own and _goes_on(before, own[table.first]):
            own = {at: replace(cell, table=1 - before.table) for at, cell in own.items()}
        cells |= own
    return found, cells


def _goes_on(before: Cell, after: Cell) -> bool:
    return goes_on(Block("cell", "", cell=before), Block("cell", "", cell=after))


def _tables(blocks: Sequence[Block]) -> list[_Table]:
    return [
        _Table(held.start, cells := blocks[held.start : held.stop], grid(cells))
        for held in tables(blocks)
    ]


def _was(table: _Table, old: Sequence[_Table], stayed: Mapping[int, int]) -> _Table | None:
    """The old table of which most words stand in this one; where none do, the first left."""
    here = range(table.first, table.first + len(table.cells))

    def kept(one: _Table) -> int:
        return sum(
            len(block.text)
            for at, block in enumerate(one.cells, one.first)
            if stayed.get(at, -1) in here
        )

    return max(old, key=kept, default=None)


_Axes = tuple[dict[int, int], dict[int, int]]
"""Which new row and which new column each old one has become."""


def _axes(was: _Table, table: _Table, stayed: Mapping[int, int]) -> _Axes:
    rows: dict[tuple[int, int], int] = {}
    columns: dict[tuple[int, int], int] = {}
    places = {at: (r, c) for r, line in enumerate(table.grid) for c, at in enumerate(line)}
    for row, line in enumerate(was.grid):
        for column, at in enumerate(line):
            there = -1 if at is None else stayed.get(was.first + at, -1) - table.first
            if at is None or there not in places:
                continue
            to_row, to_column = places[there]
            weight = len(was.cells[at].text)
            rows[row, to_row] = rows.get((row, to_row), 0) + weight
            columns[column, to_column] = columns.get((column, to_column), 0) + weight
    return (
        _axis(rows, was.height, table.height),
        _axis(columns, was.width, table.width),
    )


def _axis(votes: Mapping[tuple[int, int], int], old: int, new: int) -> dict[int, int]:
    """As many are the same ones; else those that share words, in order, and those between."""
    if old == new:
        return {at: at for at in range(old)}
    found: dict[int, int] = {}
    for here, there in sorted(votes, key=lambda pair: (-votes[pair], pair)):
        if all((here < h) == (there < t) and h != here and t != there for h, t in found.items()):
            found[here] = there
    fixed = [(-1, -1), *sorted(found.items()), (old, new)]
    for (here, there), (next_here, next_there) in pairwise(fixed):
        if next_here - here == next_there - there:
            found |= zip(range(here + 1, next_here), range(there + 1, next_there), strict=True)
    return found


def _pair(found: dict[int, int], was: _Table, table: _Table, axes: _Axes) -> None:
    """Let each old cell be the new one in its row and column, and no other."""
    here = range(was.first, was.first + len(was.cells))
    there = range(table.first, table.first + len(table.cells))
    for before, after in list(found.items()):
        if before in here or after in there:
            del found[before]
    for row, line in enumerate(was.grid):
        for column, at in enumerate(line):
            to_row, to_column = axes[0].get(row), axes[1].get(column)
            if at is None or to_row is None or to_column is None:
                continue
            became = table.grid[to_row][to_column]
            if became is not None:
                found[was.first + at] = table.first + became


def _cells(was: _Table | None, table: _Table, axes: _Axes) -> dict[int, Cell]:
    """What each cell of the typed table is, by the index of its block."""
    rows, columns = ({new: old for old, new in axis.items()} for axis in axes)
    is_same = was is not None and (was.height, was.width) == (table.height, table.width)
    found: dict[int, Cell] = {}
    for row, line in enumerate(table.grid):
        for column, at in enumerate(line):
            if at is None:
                continue
            place = Cell(row, column)
            here = _old_cell(was, rows.get(row), columns.get(column))
            if was and here:
                cell = _again(table, place, here, axes, rows, columns)
                # Where nothing else of it is another, not even a number that counts a row is.
                if is_same and cell == _again(was, place, here, axes, rows, columns):
                    cell = here
            else:
                scope = _scope(was, rows.get(row), columns.get(column), row)
                cell = replace(place, scope=scope)
                if was and is_same:
                    cell = replace(cell, row=_number(was, row))
            found[table.first + at] = cell
    return found


def _number(was: _Table, row: int) -> int:
    """Which row of the stored table the so-manieth with words is."""
    held = (was.cells[at].cell for at in was.grid[row] if at is not None)
    return next((cell.row for cell in held if cell), row)


def _again(
    table: _Table,
    place: Cell,
    was: Cell,
    axes: _Axes,
    rows: Mapping[int, int],
    columns: Mapping[int, int],
) -> Cell:
    """A cell that was there, as far as what it spanned is still without words.

    ``rows`` and ``columns`` are ``axes`` the other way about.
    """
    last_row = rows[place.row] + was.height - 1
    last_column = columns[place.column] + was.width - 1
    ends = (
        axes[0].get(last_row, place.row + was.height - 1),
        axes[1].get(last_column, place.column + was.width - 1),
    )
    wide = high = 1
    while place.column + wide <= min(ends[1], table.width - 1):
        if table.grid[place.row][place.column + wide] is not None:
            break
        wide += 1
    covered = slice(place.column, place.column + wide)
    while place.row + high <= min(ends[0], table.height - 1):
        if any(at is not None for at in table.grid[place.row + high][covered]):
            break
        high += 1
    return replace(place, scope=was.scope, height=high, width=wide)


def _old_cell(was: _Table | None, row: int | None, column: int | None) -> Cell | None:
    if was is None or row is None or column is None:
        return None
    at = was.grid[row][column]
    return None if at is None else was.cells[at].cell


def _scope(was: _Table | None, row: int | None, column: int | None, nth: int) -> CellScope:
    """What a cell heads that was not there before: what the others of its row or column do."""
    if was is None:
        return "" if nth else "col"
    if row is not None and _all(was, was.grid[row], "col"):
        return "col"
    below = [line[column] for line in was.grid if column is not None]
    figures = [at for at in below if at is not None and _scope_of(was, at) != "col"]
    return "row" if figures and _all(was, figures, "row") else ""


def _all(was: _Table, cells: Sequence[int | None], scope: CellScope) -> bool:
    held = [at for at in cells if at is not None]
    return bool(held) and all(_scope_of(was, at) == scope for at in held)


def _scope_of(was: _Table, at: int) -> CellScope:
    cell = was.cells[at].cell
    return cell.scope if cell else ""
