"""A table typed as rows is the table it was, with what was changed in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from corrections_app.domain.bodies.renewing import moved, renewed
from corrections_app.domain.bodies.retype import replace_text
from corrections_app.domain.bodies.typed_form import typed_form
from corrections_app.domain.text.body import (
    Aside,
    Block,
    Body,
    Cell,
    Mark,
    byline_of,
    canonical_text,
    text_blocks,
)
from corrections_app.domain.text.edits import Edit
from tests.domain.body_strategies import bodies


def cell(text: str, *place: int, scope: str = "", marks: tuple[Mark, ...] = ()) -> Block:
    return Block("cell", text, marks, cell=Cell(*place, scope=scope))


LINK = Mark("link", 0, 3, "https://a.example/")
BODY: Body = (
    Block("title", "The ferry"),
    Block("paragraph", "| No table, a | paragraph |"),
    cell("Island", 0, 0, 2, scope="col"),
    cell("Sailings", 0, 1, 1, 2, scope="col"),
    cell("2022", 1, 1, scope="col"),
    cell("2023", 1, 2, scope="col"),
    cell("Great\nHamm | \\ <br>", 2, 0, scope="row"),
    cell("260", 2, 1, marks=(LINK,)),
    cell("222", 2, 2),
    cell("Skerry", 3, 0, scope="row"),
    cell("100", 3, 2),
    Block("paragraph", "The end"),
)
FORM = r"""The ferry

\| No table, a | paragraph |

| Island | Sailings |  |
|  | 2022 | 2023 |
| Great<br>Hamm \| \\ \<br> | 260 | 222 |
| Skerry |  | 100 |

The end"""


def cells(body: Body) -> dict[str, tuple[int, int, int, int, str]]:
    return {
        block.text: (c.row, c.column, c.height, c.width, c.scope)
        for block in text_blocks(body)
        if (c := block.cell)
    }


def test_a_table_is_typed_as_rows_and_read_again_to_the_letter() -> None:
    assert typed_form(BODY) == FORM
    assert replace_text(BODY, FORM) == BODY
    assert replace_text(BODY, FORM.replace("\n", "\r\n") + "\n\n") == BODY


@settings(max_examples=150)
@given(bodies())
def test_any_body_comes_back_from_its_typed_form(body: Body) -> None:
    assert replace_text(body, typed_form(body)) == body


@pytest.mark.parametrize(
    ("words", "replacement", "is_now"),
    [
        ("222", "220", {"220": (2, 2, 1, 1, "")}),
        (
            "| Skerry |  | 100 |",
            "| Little Hamm | 140 | 96 |\n| Skerry |  | 100 |",
            {"Little Hamm": (3, 0, 1, 1, "row"), "140": (3, 1, 1, 1, ""), "100": (4, 2, 1, 1, "")},
        ),
        ("| Skerry |  |", "| Skerry | 7 |", {"7": (3, 1, 1, 1, ""), "100": (3, 2, 1, 1, "")}),
        ("|  | 2022 |", "| Port | 2022 |", {"Island": (0, 0, 1, 1, "col")}),
        ("| Sailings |  |", "| Sailings | Boats |", {"Sailings": (0, 1, 1, 1, "col")}),
        ("\n| Skerry |  | 100 |", "", {"222": (2, 2, 1, 1, "")}),
    ],
)
def test_what_is_typed_into_a_table_stands_where_it_was_typed(words, replacement, is_now) -> None:
    assert words in FORM
    found = cells(replace_text(BODY, FORM.replace(words, replacement)))
    assert {text: found.get(text) for text in is_now} == is_now
    assert found["260"] == (2, 1, 1, 1, "")


def test_a_column_more_keeps_the_headings_and_the_links() -> None:
    typed = FORM
    for before, after in (
        ("| Sailings |  |", "| Sailings |  | New |"),
        ("| 2022 | 2023 |", "| 2022 | 2023 | 2024 |"),
        ("| 260 | 222 |", "| 260 | 222 | 9 |"),
    ):
        typed = typed.replace(before, after)

    body = replace_text(BODY, typed)

    found = cells(body)
    assert found["Sailings"] == (0, 1, 1, 2, "col")
    assert (found["New"], found["2024"]) == ((0, 3, 1, 1, "col"), (1, 3, 1, 1, "col"))
    assert found["9"] == (2, 3, 1, 1, "")
    assert [block.text for block in text_blocks(body) if block.marks] == ["260"]


def test_a_new_table_has_its_headings_in_its_first_row() -> None:
    body = replace_text((Block("title", "T"),), "T\n\n| a | b |\n| 1 |  |\n|  |  |")
    assert cells(body) == {
        "a": (0, 0, 1, 1, "col"),
        "b": (0, 1, 1, 1, "col"),
        "1": (1, 0, 1, 1, ""),
    }


def test_the_canonical_text_typed_keeps_the_cells_too() -> None:
    text = canonical_text(BODY[:1] + BODY[2:])
    assert replace_text(BODY[:1] + BODY[2:], text) == BODY[:1] + BODY[2:]


OLD: Body = (
    Block("title", "The ferry"),
    Block("standfirst", "Fewer"),
    Aside("ad"),
    Aside(
        "table", ("2022 · 2022", "Hamm · 1 · 2"), cells=(("", "2022", "2022"), ("Hamm", "", "2"))
    ),
    Block("paragraph", "The end"),
)


def test_furniture_of_before_becomes_cells_and_the_byline_a_block() -> None:
    body = renewed(OLD, "Ida  Voss\n")
    assert [part.kind for part in text_blocks(body)][:3] == ["title", "standfirst", "byline"]
    assert byline_of(body) == "Ida Voss"
    assert cells(body) == {
        "2022": (0, 2, 1, 1, "col"),
        "Hamm": (1, 0, 1, 1, ""),
        "2": (1, 2, 1, 1, ""),
    }
    assert renewed(body, "Someone else") == body
    assert renewed(OLD, None, OLD) == OLD


def test_cells_are_taken_as_they_are_read_again() -> None:
    wide = Block("cell", "2022", (Mark("em", 0, 4),), cell=Cell(0, 1, 1, 2, scope="col"))
    again = (OLD[0], wide, cell("Hamm", 1, 0, scope="row"), cell("3", 1, 2), OLD[-1])
    found = text_blocks(renewed(OLD, None, again))
    assert found[2:5] == (wide, again[2], cell("2", 1, 2))


def test_edits_move_with_what_they_are_made_in() -> None:
    body = renewed(OLD, "Ida Voss")
    old, new = canonical_text(OLD), canonical_text(body)
    made = [Edit(0, 3, "A"), Edit(old.index("Fewer") + 5, old.index("The end") + 3, " a")]
    there = moved(OLD, body, made)
    assert [new[edit.start : edit.end] for edit in there[:1]] == ["The"]
    assert new[there[1].start :].startswith("\n\nIda Voss")
    assert new[: there[1].end].endswith("2\n\nThe")
    end = len(old)
    assert moved(OLD, body, [Edit(end, end, "!")]) == (Edit(len(new), len(new), "!"),)
