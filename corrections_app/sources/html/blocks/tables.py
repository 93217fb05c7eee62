"""Tables of data: every cell under its heading, empty ones and wide ones too."""

from __future__ import annotations

from collections.abc import Iterator

from corrections_app.domain.text.body import Aside, Block
from corrections_app.sources.html.phrasing import words
from corrections_app.sources.html.tree import Node
from corrections_app.sources.inline import plain_block

# HTML allows 1,000 (section 4.9.11); no table that is read has half as many columns.
_WIDEST = 400
_MOST_ROWS = 1_000
_MOST_FILLED = 20_000  # cells by spans alone: beyond that they are foolish
_CELLS = ("td", "th")


def is_flat(table: Node) -> bool:
    """Whether no table stands inside it."""
    return not any(node.tag == "table" for node in table.walk() if node is not table)


def read_table(table: Node) -> Iterator[Block | Aside]:
    """A caption, and a line for each row."""
    for node in table.walk():
        if node.tag == "caption" and (caption := plain_block("caption", words(node))):
            yield caption
    rows = [row for row in _grid(table) if any(row)]
    if rows:
        yield table_of(rows)


def table_of(rows: list[list[str]]) -> Aside:
    """Furniture with these cells; they are stored where the lines do not tell them apart."""
    lines = tuple(" · ".join(filter(None, row)) for row in rows)
    told = all(all(row) and " · ".join(row).count(" · ") == len(row) - 1 for row in rows)
    even = len({len(row) for row in rows}) == 1
    return Aside("table", lines, cells=() if told and even else tuple(map(tuple, rows)))


def _grid(table: Node) -> list[list[str]]:
    """The cells in their columns: one that spans several stands in each of them."""
    rows: list[list[str]] = []
    filled = 0
    below: dict[int, tuple[int, str]] = {}  # for a column: in how many more rows, and what
    for row in (node for node in table.walk() if node.tag == "tr"):
        line: list[str] = []
        for cell in (child for child in row.elements if child.tag in _CELLS):
            _fill(line, below)
            text, wide = _text(cell), _span(cell, "colspan")
            down = min(_span(cell, "rowspan") - 1, _MOST_ROWS)
            filled += wide * down
            if filled > _MOST_FILLED:
                wide, down = 1, 0
            for _ in range(min(wide, _WIDEST - len(line))):
                if down:
                    below[len(line)] = (down, text)
                line.append(text)
        _fill(line, below)
        rows.append(line)
    width = max(map(len, rows), default=0)
    return [_said_once(line) + [""] * (width - len(line)) for line in rows]


def _fill(line: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Put in what hangs down from the rows above."""
    while len(line) in below:
        left, text = below.pop(len(line))
        if left > 1:
            below[len(line)] = (left - 1, text)
        line.append(text)


def _said_once(line: list[str]) -> list[str]:
    """A line whose only cell goes from side to side, without saying it again and again."""
    return [line[0], *[""] * (len(line) - 1)] if len(line) > 1 and len(set(line)) == 1 else line


def _span(cell: Node, name: str) -> int:
    value = cell.get(name).strip()
    if not value.isascii() or not value.isdigit():
        return 1
    # Nought rows are all that follow.
    return min(int(value[:6]) or (1 if name == "colspan" else 65_534), 65_534)


def _text(cell: Node) -> str:
    """The words of a cell on one line; of one that holds only pictures, what they show."""
    said = words(cell) or " ".join(node.get("alt") for node in cell.walk() if node.tag == "img")
    block = plain_block("paragraph", said)
    return block.text if block else ""
