"""Tables of data: every cell a block in its row and column, under its headings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from corrections_app.domain.text.body import Aside, Block, Cell, CellScope, Mark, normalise
from corrections_app.sources.html.phrasing import words
from corrections_app.sources.html.tree import Node
from corrections_app.sources.inline import plain_block
from corrections_app.sources.left_out import LeftOut

# HTML allows 1,000 (section 4.9.11); no table that is read has half as many columns.
_WIDEST = 400
_MOST_ROWS = 1_000
_MOST_FILLED = 20_000  # cells by spans alone: beyond that they are foolish
_CELLS = ("td", "th")
_SCOPES: dict[str, CellScope] = {"row": "row", "rowgroup": "row", "col": "col", "colgroup": "col"}

Read = Callable[[Node], list[Block | Aside]]
"""What is below a cell, as blocks."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell of the source where it stands; ``words`` is None for an empty one."""

    node: Node
    cell: Cell
    words: Block | None


def is_flat(table: Node) -> bool:
    """Whether no table stands inside it."""
    return not any(node.tag == "table" for node in table.walk() if node is not table)


def read_table(table: Node, read: Read, out: LeftOut) -> Iterator[Block]:
    """A caption, and the cells that have words, row by row; those too far to the right go."""
    for node in table.walk():
        if node.tag == "caption" and (caption := plain_block("caption", words(node))):
            yield caption
    for place in _headed(_tight(list(_places(table, read, out)))):
        if place.words:
            yield replace(place.words, kind="cell", cell=place.cell)


def _places(table: Node, read: Read, out: LeftOut) -> Iterator[_Place]:
    """All cells, one that spans several rows or columns once."""
    filled = 0
    below: dict[int, int] = {}  # for a column: from which row on it is free again
    for number, row in enumerate(node for node in table.walk() if node.tag == "tr"):
        below = {column: until for column, until in below.items() if until > number}
        column = 0
        for node in (child for child in row.elements if child.tag in _CELLS):
            while column in below:
                column += 1
            if column >= _WIDEST:
                out.note(f"cells beyond column {_WIDEST}", words(node))
                continue
            wide, high = _span(node, "colspan"), min(_span(node, "rowspan"), _MOST_ROWS)
            filled += wide * (high - 1)
            if filled > _MOST_FILLED:
                wide, high = 1, 1
            end = column + 1
            while end < min(column + wide, _WIDEST) and end not in below:
                end += 1
            if high > 1:
                below |= dict.fromkeys(range(column, end), number + high)
            yield _Place(node, Cell(number, column, high, end - column), _text(node, read))
            column = end


def _tight(places: list[_Place]) -> list[_Place]:
    """Without the rows that have no words, and no span beyond what is there."""
    width = max((place.cell.column for place in places), default=0) + 1
    kept = sorted({place.cell.row for place in places if place.words})
    last = max((place.cell.row for place in places), default=0)
    nth, before = {}, 0  # how many rows with words stand before each row
    held = set(kept)
    for row in range(last + 1):
        nth[row] = before
        before += row in held
    nth[last + 1] = before
    tight = []
    for place in places:
        cell = place.cell
        end = min(cell.row + cell.height, last + 1)
        height = max(1, nth[end] - nth[cell.row])
        wide = min(cell.width, width - cell.column)
        moved = replace(cell, row=nth[cell.row], height=height, width=wide)
        tight.append(replace(place, cell=moved))
    return tight


def _headed(places: list[_Place]) -> Iterator[_Place]:
    """Each with what it heads; a table that names no heading has them in its first row."""
    # A heading in a row of figures heads the row; an empty corner is no figure.
    figures = {one.cell.row for one in places if one.words and one.node.tag != "th"}
    named = any(place.node.tag == "th" for place in places)
    for place in places:
        scope: CellScope = ""
        if place.node.tag == "th":
            told = _SCOPES.get(place.node.get("scope").strip().lower())
            above = place.cell.row not in figures or _is_in_head(place.node)
            scope = told or ("col" if above else "row")
        elif not named and place.cell.row == 0:
            scope = "col"
        yield replace(place, cell=replace(place.cell, scope=scope))


def _is_in_head(cell: Node) -> bool:
    row = cell.parent
    return row is not None and row.parent is not None and row.parent.tag == "thead"


def _span(cell: Node, name: str) -> int:
    value = cell.get(name).strip()
    if not value.isascii() or not value.isdigit():
        return 1
    # Nought rows are all that follow.
    return min(int(value[:6]) or (1 if name == "colspan" else 65_534), 65_534)


def _text(cell: Node, read: Read) -> Block | None:
    """The words of a cell, its paragraphs as lines; of mere pictures, what they show."""
    parts = read(cell)
    if not any(isinstance(part, Block) for part in parts):
        said = " ".join(line for part in parts if isinstance(part, Aside) for line in part.lines)
        return plain_block("paragraph", said)
    text, marks = "", list[Mark]()
    for part in parts:
        if isinstance(part, Aside) and part.role != "ad":
            continue
        # "Ads" is the label of a box elsewhere, and here what a row is about.
        block = part if isinstance(part, Block) else Block("paragraph", " ".join(part.lines))
        start = len(text) + bool(text)
        words = normalise(block.text) if block.kind == "preformatted" else block.text
        text += "\n" * bool(text) + words
        marks += [_moved(mark, start) for mark in block.marks]
    return Block("paragraph", text, tuple(marks))


def _moved(mark: Mark, by: int) -> Mark:
    return replace(mark, start=mark.start + by, end=mark.end + by)
