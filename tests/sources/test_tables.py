"""Every cell of a table stands under its heading."""

from __future__ import annotations

import pytest

from corrections_app.domain.text.body import Aside, as_json, from_json
from corrections_app.web.rendering import rows

from .shown import of_markdown, of_page, parts

TABLES = {
    "empty cells": (
        "<tr><th>Club<th>Won<th>Lost<tr><td>North<td><td>4<tr><td>South<td>7<td>",
        [["Club", "Won", "Lost"], ["North", "", "4"], ["South", "7", ""]],
    ),
    "an empty corner": (
        "<tr><th><th>2022<th>2023<tr><th>Hamm<td>1<td>2",
        [["", "2022", "2023"], ["Hamm", "1", "2"]],
    ),
    "a blank cell": ("<tr><th>a<th>b<tr><td>&nbsp;<td>2", [["a", "b"], ["", "2"]]),
    "a dot in a cell": ("<tr><th>a<th>b<tr><td>x · y<td>2", [["a", "b"], ["x · y", "2"]]),
    "a wide heading": (
        "<tr><th>Club<th colspan=2>2023<tr><td>North<td>7<td>4",
        [["Club", "2023", "2023"], ["North", "7", "4"]],
    ),
    "a high cell": (
        "<tr><th>Club<th>Year<th>Won<tr><td rowspan=2>North<td>2022<td>7<tr><td>2023<td>4",
        [["Club", "Year", "Won"], ["North", "2022", "7"], ["North", "2023", "4"]],
    ),
    "a high cell in the middle": (
        "<tr><th>a<th>b<th>c<tr><td>1<td rowspan=2>2<td>3<tr><td>4<td>5",
        [["a", "b", "c"], ["1", "2", "3"], ["4", "2", "5"]],
    ),
    "a high and wide cell": (
        "<tr><th>a<th>b<th>c<tr><td rowspan=2 colspan=2>1<td>3<tr><td>5",
        [["a", "b", "c"], ["1", "1", "3"], ["1", "1", "5"]],
    ),
    "a cell from side to side": (
        "<tr><th>a<th>b<tr><td colspan=2>Group A<tr><td>1<td>2",
        [["a", "b"], ["Group A", ""], ["1", "2"]],
    ),
    "a short line": ("<tr><th>a<th>b<th>c<tr><td>1", [["a", "b", "c"], ["1", "", ""]]),
    "breaks and paragraphs": (
        "<tr><th>Old<br>bridge<th>b<tr><td><p>one</p><p>two</p><td>2",
        [["Old bridge", "b"], ["one two", "2"]],
    ),
    "struck figures": ("<tr><th>a<th>b<tr><td><del>40</del> 60<td>2", [["a", "b"], ["60", "2"]]),
    "a picture": (
        '<tr><th>a<th>b<tr><td><img alt="Gold" src=/g.png><td>2',
        [["a", "b"], ["Gold", "2"]],
    ),
    "no headings": (
        "<tr><td>Club<td>Won<td>Lost<tr><td>North<td><td>4",
        [["Club", "Won", "Lost"], ["North", "", "4"]],
    ),
    "a foolish span": (
        "<tr><th>a<th>b<tr><td colspan=x rowspan=-1>1<td>2",
        [["a", "b"], ["1", "2"]],
    ),
}


@pytest.mark.parametrize("kind", TABLES)
def test_cells_keep_their_columns(document, kind) -> None:
    html, expected = TABLES[kind]
    for found in (of_page, of_markdown):
        table = parts(found(document, f"<p>Text.</p><table>{html}</table>"))[1]
        assert isinstance(table, Aside)
        assert rows(table) == expected
        assert from_json(as_json((table,))) == (table,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "| Club | Won | Lost |\n|---|---|---|\n| North |  | 4 |",
            [["Club", "Won", "Lost"], ["North", "", "4"]],
        ),
        ("| Club | Won |\n|---|---|\n| North |", [["Club", "Won"], ["North", ""]]),
        ("|  | 2022 |\n|---|---|\n| a · b | *4* |", [["", "2022"], ["a · b", "4"]]),
        ("| a | b |\n|---|---|\n| x<br>y | ~~1~~ 2 |", [["a", "b"], ["x y", "2"]]),
    ],
)
def test_cells_of_markdown_keep_their_columns(document, text, expected) -> None:
    table = parts(of_markdown(document, f"Text.\n\n{text}"))[1]
    assert rows(table) == expected


def test_a_plain_table_is_stored_as_it_was_before() -> None:
    old = {"kind": "aside", "role": "table", "lines": ["Boat · Hour", "Minnow · noon"]}
    (table,) = from_json([old])
    assert rows(table) == [["Boat", "Hour"], ["Minnow", "noon"]]
    assert as_json((table,)) == [old]


def test_a_table_built_to_exhaust_is_cut(document) -> None:
    html = "<table>" + "<tr><th>a<td colspan=1000 rowspan=60000>x" * 50 + "</table>"
    (table,) = parts(of_page(document, html))
    assert max(map(len, rows(table))) <= 400
