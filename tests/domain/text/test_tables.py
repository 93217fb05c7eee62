"""A table's rows and headings, whatever became of its cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.text.body import Block, Cell
from corrections_app.domain.text.layout import placed_blocks
from corrections_app.domain.text.tables import headings, headings_at, laid_out, tables


def block(text: str, *place: int, scope: str = "", table: int = 0) -> Block:
    return Block("cell", text, cell=Cell(*place, scope=scope, table=table))


FERRIES = (
    Block("title", "The ferry"),
    block("Sailings", 0, 1, 1, 2, scope="col"),
    block("2022", 1, 1, scope="col"),
    block("2023", 1, 2, scope="col"),
    block("Great\nHamm", 2, 0, 2, scope="row"),
    block("260", 2, 1),
    block("222", 2, 2),
    block("12", 3, 2),
    block("Skerry", 4, 0),
    block("120", 4, 1),
    block("In winter", 5, 0, 1, 3, scope="col"),
    block("3", 6, 2),
    Block("paragraph", "The end"),
)


def test_a_cell_is_named_by_what_heads_its_row_and_column() -> None:
    found = headings(FERRIES)
    assert {FERRIES[at].text: (one.row, one.column) for at, one in found.items()} == {
        "Sailings": ("", ""),
        "2022": ("", "Sailings"),
        "2023": ("", "Sailings"),
        "Great\nHamm": ("", ""),
        "260": ("Great Hamm", "Sailings, 2022"),
        "222": ("Great Hamm", "Sailings, 2023"),
        "12": ("Great Hamm", "Sailings, 2023"),
        "Skerry": ("", ""),
        "120": ("Skerry", "Sailings, 2022"),
        "In winter": ("", ""),
        "3": ("", "Sailings, 2023, In winter"),
    }
    assert found[6].together == "Great Hamm, Sailings, 2023"


def test_an_offset_finds_its_cell_alone() -> None:
    row = placed_blocks(FERRIES)
    every = headings(FERRIES)
    for index, span in enumerate(row):
        assert headings_at(row, span.start) == every.get(index)
    assert headings_at((), 0) is None


def test_a_long_heading_is_cut_at_a_word() -> None:
    blocks = (block("word " * 40, 0, 0, scope="col"), block("1", 1, 0))
    assert headings(blocks)[1].column == ("word " * 12).strip() + "…"


def test_two_tables_beside_each_other_are_told_apart() -> None:
    blocks = (block("a", 0, 0), block("b", 0, 1, table=1), block("c", 1, 0, table=1))
    assert [list(one) for one in tables(blocks)] == [[0], [1, 2]]
    again = (block("a", 0, 0), block("b", 1, 0), block("c", 0, 0))
    assert [list(one) for one in tables(again)] == [[0, 1], [2]]


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 2, *[st.integers(1, 3)] * 2), max_size=12))
def test_every_cell_is_laid_out_once_and_no_two_overlap(places) -> None:
    cells = [Cell(*place) for place in sorted(dict.fromkeys(places))]
    rows = laid_out(cells)
    shown = [slot.index for row in rows for slot in row if slot.index is not None]
    assert shown == list(range(len(cells)))
    taken: set[tuple[int, int]] = set()
    for nth, row in enumerate(rows):
        column = 0
        for slot in row:
            while (nth, column) in taken:
                column += 1
            for line in range(nth, nth + slot.height):
                for beside in range(column, column + slot.width):
                    assert line == nth or line < len(rows)
                    assert (line, beside) not in taken
                    taken.add((line, beside))
            column += slot.width
