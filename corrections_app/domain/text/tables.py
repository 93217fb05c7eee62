"""Tables as they stand in a text: which cells are of one, their rows, and what heads them.

A table's cells are text blocks that follow each other row by row (`body.Cell`).
Whatever became of them by corrections, none is ever lost from what is laid out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from corrections_app.domain.text.body import Aside, Block, Cell
from corrections_app.domain.text.layout import PlacedBlock, index_at

_LONGEST = 60
"""Code points of a heading that name a row or a column."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a row of a table: the index of the cell there, None where it is empty."""

    index: int | None
    height: int = 1
    width: int = 1


@dataclass(frozen=True, slots=True)
class Headings:
    """What heads the row and the column of a cell, on one line each; empty where nothing does."""

    row: str = ""
    column: str = ""

    @property
    def together(self) -> str:
        """Both in one, for a sentence: "Great Hamm, Sailings 2023"."""
        return ", ".join(filter(None, (self.row, self.column)))


def goes_on(before: Block, after: Block) -> bool:
    """Whether a cell is of the same table as the block right before it."""
    here, there = before.cell, after.cell
    if here is None or there is None or here.table != there.table:
        return False
    return (here.row, here.column) < (there.row, there.column)


def tables(blocks: Sequence[Block]) -> Iterator[range]:
    """For each table the indexes of its cells."""
    at = 0
    while at < len(blocks):
        end = at + 1
        if blocks[at].cell is not None:
            while end < len(blocks) and goes_on(blocks[end - 1], blocks[end]):
                end += 1
            yield range(at, end)
        at = end


def apart(cells: Sequence[Block], before: Block | Aside | None) -> list[Block]:
    """A table's cells, told from those of a table that stands right before it."""
    behind = isinstance(before, Block) and before.cell is not None and before.cell.table == 0
    return [
        replace(block, cell=replace(block.cell, table=int(behind))) if block.cell else block
        for block in cells
    ]


def laid_out(cells: Sequence[Cell]) -> list[list[Slot]]:
    """The rows of one table, every place in each taken once; rows without words are none.

    A cell whose place is taken stands in the next one that is free.
    """
    rows = [(row, list(held)) for row, held in groupby(enumerate(cells), lambda one: one[1].row)]
    numbers = [row for row, _ in rows]
    width = max((cell.column + cell.width for cell in cells), default=0)
    hanging: dict[int, int] = {}  # for a column: the row from which on it is free again
    lines = []
    for nth, (_, held) in enumerate(rows):
        hanging = {column: until for column, until in hanging.items() if until > nth}
        line: list[Slot] = []
        column = 0
        for index, cell in held:
            start = column
            while start in hanging or start < cell.column:
                start += 1
            line += _gaps(column, start, hanging)
            column = start + 1
            while column < start + cell.width and column not in hanging:
                column += 1
            below = numbers[nth : nth + cell.height]
            height = sum(number < cell.row + cell.height for number in below)
            hanging |= dict.fromkeys(range(start, column), nth + height) if height > 1 else {}
            line.append(Slot(index, height, column - start))
        lines.append([*line, *_gaps(column, width, hanging)])
    return lines


def _gaps(start: int, end: int, hanging: dict[int, int]) -> Iterator[Slot]:
    """Empty places between two columns, those beside each other as one."""
    for free, run in groupby(range(start, end), lambda column: column not in hanging):
        if free:
            yield Slot(None, width=len(list(run)))


@dataclass(frozen=True, slots=True)
class _Column:
    """What heads a column: its own headings, and that of the part of the table it is in."""

    until: int = 0
    own: tuple[str, ...] = ()
    part: tuple[str, ...] = ()

    def under(self, cell: Cell, words: str) -> _Column:
        """The column with one heading more."""
        until = cell.row + cell.height
        if self.own and self.until != cell.row and cell.width > 1:
            return _Column(until, self.own, (words,))
        if self.until == cell.row and not self.part:
            return _Column(until, (*self.own, words))
        if self.until == cell.row:
            return _Column(until, self.own, (*self.part, words))
        return _Column(until, (words,))


@dataclass(slots=True)
class _Heads:
    """What heads rows and columns, as far down as the cells were looked at."""

    columns: dict[int, _Column] = field(default_factory=dict)
    rows: dict[int, list[str]] = field(default_factory=dict)
    first: dict[int, tuple[int, str]] = field(default_factory=dict)

    def of(self, index: int, cell: Cell) -> Headings:
        """What heads a cell, which `note` was not told of yet."""
        above = self.columns.get(cell.column, _Column())
        column = ", ".join((*above.own, *above.part))
        if cell.scope == "col":
            return Headings(column=column)
        heads = self.rows.get(cell.row)
        if cell.scope == "row":
            return Headings(", ".join(heads or []), column)
        return Headings(", ".join(heads or [self.first.get(cell.row, (index, ""))[1]]), column)

    def note(self, index: int, cell: Cell, words: str) -> None:
        """One cell more was looked at."""
        covered = range(cell.row, cell.row + cell.height)
        if cell.scope == "col":
            for column in range(cell.column, cell.column + cell.width):
                above = self.columns.get(column, _Column())
                self.columns[column] = above.under(cell, words)
        for row in covered:
            if cell.scope == "row":
                self.rows.setdefault(row, []).append(words)
            elif not cell.scope:
                self.first.setdefault(row, (index, words))


def headings(blocks: Sequence[Block]) -> dict[int, Headings]:
    """What heads each cell, by the index of its block: one pass over all tables.

    Where nothing is marked as the heading of a row, its first cell is.
    """
    found: dict[int, Headings] = {}
    for table in tables(blocks):
        heads = _Heads()
        for index in table:
            cell = blocks[index].cell
            assert cell is not None
            found[index] = heads.of(index, cell)
            heads.note(index, cell, one_line(blocks[index].text))
    return found


def headings_at(row: Sequence[PlacedBlock], start: int) -> Headings | None:
    """What heads the cell that stands at an offset of the text; None where no cell does."""
    if not row:
        return None
    index = index_at(row, start)
    if row[index].block.cell is None:
        return None
    low, high = index, index + 1
    while low and goes_on(row[low - 1].block, row[low].block):
        low -= 1
    while high < len(row) and goes_on(row[high - 1].block, row[high].block):
        high += 1
    return headings([span.block for span in row[low:high]])[index - low]


def one_line(words: str) -> str:
    """A cell's words as they name something: on one line, and not too many."""
    line = " ".join(words.split())
    if len(line) <= _LONGEST:
        return line
    return (line[:_LONGEST].rpartition(" ")[0] or line[:_LONGEST]) + "…"


def furniture_rows(table: Aside) -> list[list[str]]:
    """The cells of a table that is furniture; a heading line without its corner gets one."""
    if table.cells:
        return [list(row) for row in table.cells]
    found = [line.split(" · ") for line in table.lines]
    width = max(map(len, found), default=0)
    return [[""] * (width - len(row)) + row if at == 0 else row for at, row in enumerate(found)]
