"""Every cell of a table is text in its row and column, under its headings."""

from __future__ import annotations

import pytest

from corrections_app.domain.text.body import Aside, Block, Mark, as_json, from_json
from corrections_app.domain.text.tables import furniture_rows, laid_out, tables

from .shown import of_markdown, of_page, parts


def shown(blocks: list[Block | Aside]) -> list[list[str]]:
    """The rows of all tables: ``h:`` heads a column, ``r:`` a row; ``2x1`` spans two rows."""
    cells = [part for part in blocks if isinstance(part, Block) and part.kind == "cell"]
    rows = []
    for table in tables(cells):
        for row in laid_out([cells[index].cell for index in table if cells[index].cell]):
            rows.append([_said(cells, table, slot) for slot in row])
    return rows


def _said(cells: list[Block], table: range, slot) -> str:
    span = "" if (slot.height, slot.width) == (1, 1) else f" {slot.height}x{slot.width}"
    if slot.index is None:
        return span.strip()
    block = cells[table[slot.index]]
    return {"": "", "col": "h:", "row": "r:"}[block.cell.scope] + block.text + span


TABLES = {
    "empty cells": (
        "<tr><th>Club<th>Won<th>Lost<tr><td>North<td><td>4<tr><td>South<td>7<td>",
        [["h:Club", "h:Won", "h:Lost"], ["North", "", "4"], ["South", "7", ""]],
    ),
    "an empty corner": (
        "<tr><th><th>2022<th>2023<tr><th>Hamm<td>1<td>2",
        [["", "h:2022", "h:2023"], ["r:Hamm", "1", "2"]],
    ),
    "a corner that is no heading": (
        "<tr><td><th>2022<tr><th>Hamm<td>1",
        [["", "h:2022"], ["r:Hamm", "1"]],
    ),
    "names and what they stand for": (
        "<tr><th>Name<td>Ida<tr><th>Age<td>30",
        [["r:Name", "Ida"], ["r:Age", "30"]],
    ),
    "headings that say what they head": (
        "<tr><th scope=row>Name<th scope=col>Ida<tr><th scope=x>Age<td>30",
        [["r:Name", "h:Ida"], ["r:Age", "30"]],
    ),
    "headings in a head": (
        "<thead><tr><th>Name<td>a<tbody><tr><th>Age<td>30",
        [["h:Name", "a"], ["r:Age", "30"]],
    ),
    "a blank cell": ("<tr><th>a<th>b<tr><td>&nbsp;<td>2", [["h:a", "h:b"], ["", "2"]]),
    "a dot in a cell": ("<tr><th>a<th>b<tr><td>x · y<td>2", [["h:a", "h:b"], ["x · y", "2"]]),
    "a wide heading": (
        "<tr><th>Club<th colspan=2>2023<tr><td>North<td>7<td>4",
        [["h:Club", "h:2023 1x2"], ["North", "7", "4"]],
    ),
    "a high cell": (
        "<tr><th>Club<th>Year<th>Won<tr><td rowspan=2>North<td>2022<td>7<tr><td>2023<td>4",
        [["h:Club", "h:Year", "h:Won"], ["North 2x1", "2022", "7"], ["2023", "4"]],
    ),
    "a high cell in the middle": (
        "<tr><th>a<th>b<th>c<tr><td>1<td rowspan=2>2<td>3<tr><td>4<td>5",
        [["h:a", "h:b", "h:c"], ["1", "2 2x1", "3"], ["4", "5"]],
    ),
    "a high and wide cell": (
        "<tr><th>a<th>b<th>c<tr><td rowspan=2 colspan=2>1<td>3<tr><td>5",
        [["h:a", "h:b", "h:c"], ["1 2x2", "3"], ["5"]],
    ),
    "a cell from side to side": (
        "<tr><th>a<th>b<tr><td colspan=9>Group A<tr><td>1<td>2",
        [["h:a", "h:b"], ["Group A 1x2"], ["1", "2"]],
    ),
    "a cell down to the end": (
        "<tr><th>a<th>b<tr><td rowspan=0>1<td>2<tr><td>3",
        [["h:a", "h:b"], ["1 2x1", "2"], ["3"]],
    ),
    "a row without words": (
        "<tr><th>a<th>b<tr><td rowspan=3>1<td>2<tr><td> <tr><td>3",
        [["h:a", "h:b"], ["1 2x1", "2"], ["3"]],
    ),
    "a short line": ("<tr><th>a<th>b<th>c<tr><td>1", [["h:a", "h:b", "h:c"], ["1", "1x2"]]),
    "breaks and paragraphs": (
        "<tr><th>Old<br>bridge<th>b<tr><td><p>one</p><p>two</p><td>2",
        [["h:Old\nbridge", "h:b"], ["one\ntwo", "2"]],
    ),
    "a list and code": (
        "<tr><th>a<th>b<tr><td><ul><li>x<li>y</ul><td><pre>1  2\n\n3</pre>",
        [["h:a", "h:b"], ["x\ny", "1 2\n3"]],
    ),
    "struck figures": (
        "<tr><th>a<th>b<tr><td><del>40</del> 60<td>2",
        [["h:a", "h:b"], ["60", "2"]],
    ),
    "a picture": (
        '<tr><th>a<th>b<tr><td><img alt="Gold" src=/g.png><td>2',
        [["h:a", "h:b"], ["Gold", "2"]],
    ),
    "what is a label elsewhere": (
        "<tr><th>Income<th>b<tr><td>Advertising<td>2",
        [["h:Income", "h:b"], ["Advertising", "2"]],
    ),
    "no headings": (
        "<tr><td>Club<td>Won<td>Lost<tr><td>North<td><td>4",
        [["h:Club", "h:Won", "h:Lost"], ["North", "", "4"]],
    ),
    "a foolish span": (
        "<tr><th>a<th>b<tr><td colspan=x rowspan=-1>1<td>2",
        [["h:a", "h:b"], ["1", "2"]],
    ),
}


@pytest.mark.parametrize("kind", TABLES)
def test_cells_keep_their_columns_and_their_headings(document, kind) -> None:
    html, expected = TABLES[kind]
    for found in (of_page, of_markdown):
        came = parts(found(document, f"<p>Text.</p><table>{html}</table>"))
        assert shown(came) == expected
        assert from_json(as_json(tuple(came))) == tuple(came)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "| Club | Won | Lost |\n|---|---|---|\n| North |  | 4 |",
            [["h:Club", "h:Won", "h:Lost"], ["North", "", "4"]],
        ),
        ("| Club | Won |\n|---|---|\n| North |", [["h:Club", "h:Won"], ["North", ""]]),
        ("|  | 2022 |\n|---|---|\n| a · b | *4* |", [["", "h:2022"], ["a · b", "4"]]),
        ("| a | b |\n|---|---|\n| x<br>y | ~~1~~ 2 |", [["h:a", "h:b"], ["x\ny", "2"]]),
    ],
)
def test_cells_of_markdown_keep_their_columns(document, text, expected) -> None:
    assert shown(parts(of_markdown(document, f"Text.\n\n{text}"))) == expected


def test_links_and_emphasis_of_a_cell_stay_on_its_words(document) -> None:
    html = "<tr><th>a<th>b<tr><td>1<td><p>see</p><p>the <a href=https://a.example/>list</a></p>"
    cell = parts(of_page(document, f"<table>{html}</table>"))[-1]
    assert (cell.text, cell.marks) == (
        "see\nthe list",
        (Mark("link", 8, 12, "https://a.example/"),),
    )


def test_a_caption_stands_above_its_table_and_a_second_table_is_another(document) -> None:
    html = "<table><caption>In 2023</caption><tr><th>a<th>b</table><table><tr><td><th>c</table>"
    caption, *cells = parts(of_page(document, html))
    assert caption == Block("caption", "In 2023")
    assert [(one.text, one.cell.table) for one in cells] == [("a", 0), ("b", 0), ("c", 1)]
    assert shown(cells) == [["h:a", "h:b"], ["", "h:c"]]


def test_a_table_inside_a_table_is_read_and_the_outer_one_is_layout(document) -> None:
    html = "<table><tr><td><p>left</p><td><table><tr><th>a<th>b<tr><td>1<td>2</table></table>"
    assert shown(parts(of_page(document, html))) == [["h:a", "h:b"], ["1", "2"]]


def test_a_table_of_before_is_read_as_it_was_stored() -> None:
    old = {"kind": "aside", "role": "table", "lines": ["Boat · Hour", "Minnow · noon"]}
    (table,) = from_json([old])
    assert furniture_rows(table) == [["Boat", "Hour"], ["Minnow", "noon"]]
    assert as_json((table,)) == [old]


def test_a_table_built_to_exhaust_is_cut(document) -> None:
    html = "<table>" + "<tr><th>a<td colspan=1000 rowspan=60000>x" * 50 + "</table>"
    rows = shown(parts(of_page(document, html)))
    assert len(rows) == 50
    assert max(map(len, rows)) <= 400


def test_cells_too_far_to_the_right_are_named(document) -> None:
    row = "".join(f"<td>{number}</td>" for number in range(403))
    read = of_page(document, f"<table><tr>{row}</tr><tr><td>low</tr></table>")

    assert len(parts(read)) == 401
    assert read.dropped == ("Left out (cells beyond column 400): “400”, “401”, “402”.",)
