"""A patched body keeps its kinds, marks and furniture, and its text is the spliced text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from corrections_app.domain.bodies.patch import Rebuilding, patch, revert, widened
from corrections_app.domain.errors import Invalid
from corrections_app.domain.text.body import (
    Aside,
    Block,
    Body,
    Cell,
    Mark,
    canonical_text,
    is_canonical,
    text_blocks,
)
from corrections_app.domain.text.edits import Edit, inverse, splice
from tests.domain.body_strategies import bodies, bodies_with_edits

ONCE = ("title", "standfirst", "byline")
HOME = "https://example.org/"
AD = Aside("ad")
LETTERS = {
    "title": "T",
    "standfirst": "S",
    "byline": "B",
    "cell": "t",
    "paragraph": "p",
    "heading": "h",
    "list_item": "i",
    "quote": "q",
    "preformatted": "c",
}
TITLE = Block("title", "The title")
LINKED = Block("paragraph", "See the Smithe report now", (Mark("link", 8, 14, HOME),))


def replaced(body: Body, words: str, replacement: str) -> Body:
    start = canonical_text(body).index(words)
    return patch(body, [Edit(start, start + len(words), replacement)])


def body_of(patched) -> Body | None:
    """What is made; None where it is refused."""
    try:
        return patched()
    except Invalid:
        return None


def outline(body: Body) -> str:
    """One letter for each block, a dot for furniture."""
    return "".join(LETTERS[part.kind] if isinstance(part, Block) else "·" for part in body)


def linked(body: Body) -> list[str]:
    return [
        block.text[mark.start : mark.end] for block in text_blocks(body) for mark in block.marks
    ]


def is_sound(body: Body) -> bool:
    """What every body is: titled once and first, canonical, with its marks in range."""
    blocks = text_blocks(body)
    heads = [block.kind for block in blocks if block.kind in ("title", "standfirst", "byline")]
    marks = [(mark, block) for block in blocks for mark in block.marks]
    return (
        blocks[0].kind == "title"
        and all((block.kind == "cell") == (block.cell is not None) for block in blocks)
        and len(heads) == len(set(heads))
        and all(map(is_canonical, blocks))
        and all(0 <= mark.start < mark.end <= len(block.text) for mark, block in marks)
    )


def crosses(a: Mark, b: Mark) -> bool:
    return a.start < b.start < a.end < b.end


@settings(max_examples=250)
@given(bodies_with_edits())
def test_the_text_of_a_patched_body_is_the_spliced_text(
    case: tuple[Body, tuple[Edit, ...]],
) -> None:
    body, edits = case
    wide = widened(body, edits)
    try:
        patched = patch(body, edits)
    except Invalid:
        assume(False)
    assert canonical_text(patched) == splice(canonical_text(body), wide)
    assert is_sound(patched)
    assert widened(body, wide) == wide
    assert [part for part in patched if isinstance(part, Aside)] == [
        part for part in body if isinstance(part, Aside)
    ]
    for block in text_blocks(patched):
        assert not any(crosses(a, b) for a in block.marks for b in block.marks)


@settings(max_examples=250)
@given(bodies_with_edits(most=2), bodies())
def test_what_edits_do_not_reach_is_not_looked_at_and_would_stay(case, more) -> None:
    body, edits = case
    body = (*body, *(part for part in more if getattr(part, "kind", "") not in ONCE))
    whole = Rebuilding(body, widened(body, edits))

    assert body_of(lambda: patch(body, edits)) == body_of(
        lambda: None if whole.loses_title() or whole.parts_table() else whole.body()
    )


@settings(max_examples=250)
@given(bodies_with_edits())
def test_a_patch_taken_back_leaves_the_body_as_it_was(
    case: tuple[Body, tuple[Edit, ...]],
) -> None:
    body, edits = case
    text, wide = canonical_text(body), widened(body, edits)
    try:
        patched = patch(body, edits)
    except Invalid:
        assume(False)
    back = inverse(text, wide)
    assert canonical_text(revert(patched, back)) == text
    assert text_blocks(revert(patched, back, body, wide)) == text_blocks(body)


MARKS = [
    ("a link's text corrected stays a link", "Smithe", "Smith", ["Smith"]),
    ("words beside a link leave it", "now", "again", ["Smithe"]),
    ("words before it move it", "See the", "You may see the", ["Smithe"]),
    (
        "a link's text corrected with its neighbours",
        "the Smithe report",
        "a Smith's reports",
        ["Smith's"],
    ),
    ("a link's words gone, the link is gone", "Smithe ", "", []),
    ("a word put into a link is linked", "mit", "MIT", ["SMIThe"]),
    ("a comma after a link is not", " report", ", report", ["Smithe"]),
    ("a split link is two", "mit", "m\n\nit", ["Sm", "ithe"]),
]


@pytest.mark.parametrize(
    ("words", "replacement", "held"), [case[1:] for case in MARKS], ids=[case[0] for case in MARKS]
)
def test_marks_are_carried(words: str, replacement: str, held: list[str]) -> None:
    assert linked(replaced((TITLE, LINKED), words, replacement)) == held


BODY: Body = (
    TITLE,
    Block("standfirst", "What it says"),
    AD,
    Block("paragraph", "One two"),
    Block("heading", "Head line", level=2),
    Aside("related"),
    Block("list_item", "First item", level=1),
    Block("list_item", "Second item", level=1),
    Block("preformatted", "a  =  1"),
    Aside("embed"),
)

LAYOUTS = [
    ("a word", "two", "2", "TS·ph·iic·"),
    ("a title split", "title", "t\n\nitle", "TpS·ph·iic·"),
    ("a standfirst split", "it says", "it\n\nsays", "TSp·ph·iic·"),
    ("a heading split", "Head line", "Head\n\nline", "TS·php·iic·"),
    ("a heading reworded", "Head line", "All new", "TS·ph·iic·"),
    ("a list item split", "First item", "First\n\nitem", "TS·ph·iiic·"),
    ("an item added", "First item", "First item\n\nNew", "TS·ph·iiic·"),
    ("a paragraph gone", "One two", "", "TS·h·iic·"),
    ("a heading gone", "Head line", "", "TS·p·iic·"),
    ("title and standfirst joined", "title\n\nWhat", "title, what", "T·ph·iic·"),
    ("joined across an ad", "says\n\nOne", "says one", "TS·h·iic·"),
    ("joined across related stories", "line\n\nFirst", "line first", "TS·ph·ic·"),
    ("two blocks reworded", "One two\n\nHead line", "A b\n\nC d", "TS·ph·iic·"),
    ("code reworded", "a  =  1", "b  =  2\n\nc", "TS·ph·iic·"),
    ("the last block gone", "a  =  1", "", "TS·ph·ii·"),
    ("a paragraph put before a heading", "Head line", "New\n\nHead line", "TS·pph·iic·"),
]


@pytest.mark.parametrize(
    ("words", "replacement", "layout"),
    [case[1:] for case in LAYOUTS],
    ids=[case[0] for case in LAYOUTS],
)
def test_blocks_keep_their_kinds_and_furniture_its_place(
    words: str, replacement: str, layout: str
) -> None:
    assert outline(replaced(BODY, words, replacement)) == layout


def test_furniture_between_joined_blocks_stands_behind_the_joined_block() -> None:
    body = (TITLE, Block("paragraph", "One"), AD, Block("paragraph", "Two"), Block("quote", "Q"))
    assert outline(replaced(body, "One\n\nTwo", "One two")) == "Tp·q"


@pytest.mark.parametrize("words", ["The title", "The title\n\n", "The title\n\nWhat it says\n\n"])
def test_the_headline_is_never_deleted(words: str) -> None:
    with pytest.raises(Invalid):
        replaced(BODY, words, " ")


def cell(text: str, *place: int) -> Block:
    return Block("cell", text, cell=Cell(*place))


TABLE: Body = (
    TITLE,
    Block("byline", "Ida Voss"),
    cell("Island", 0, 0),
    cell("Sailings", 0, 1),
    cell("Great Hamm", 1, 0),
    cell("222", 1, 1),
    Block("paragraph", "The end"),
)

CELLS = [
    ("a figure", "222", "220", "TBttttp"),
    ("all words of a cell", "222", "", "TBtttp"),
    ("lines of a cell", "Great Hamm", "Great\n\nHamm", "TBttttp"),
    ("two cells", "Great Hamm\n\n222", "Little Hamm\n\n96", "TBttttp"),
    ("two cells made one", "Great Hamm\n\n222", "Great Hamm: 222", "TBtttp"),
    ("a byline", "Ida Voss", "Ida Vos", "TBttttp"),
    ("a byline gone", "Ida Voss", "", "Tttttp"),
    ("a byline of two parts", "Ida Voss", "Ida Voss\n\nBergen", "TBpttttp"),
    ("a paragraph behind the table", "222", "222\n\nSource: us", "TBttttp"),
]


@pytest.mark.parametrize(
    ("words", "replacement", "layout"), [case[1:] for case in CELLS], ids=[one[0] for one in CELLS]
)
def test_cells_and_the_byline_stay_what_they_are(words, replacement, layout) -> None:
    body = replaced(TABLE, words, replacement)
    assert outline(body) == layout
    assert is_sound(body)
    stood = {part.text: part.cell for part in text_blocks(TABLE)}
    assert all(stood.get(part.text, part.cell) == part.cell for part in text_blocks(body))


def test_a_break_in_a_cell_is_a_line_of_it() -> None:
    body = replaced(TABLE, "Great Hamm", "Great\n \n\nHamm")
    assert text_blocks(body)[4] == cell("Great\nHamm", 1, 0)


def test_no_paragraph_comes_between_two_cells() -> None:
    with pytest.raises(Invalid, match="room for a paragraph"):
        replaced(TABLE, "Sailings\n\nGreat Hamm", "Sailings\n\nNew\n\nGreat Hamm")


def test_a_body_that_reads_again_as_it_did_has_its_marks_and_kinds_back() -> None:
    body = (TITLE, LINKED, Block("heading", "Head", level=3), Block("paragraph", "End of it"))
    start, end = canonical_text(body).index("the Smithe"), canonical_text(body).index("End")
    made = widened(body, [Edit(start, end, "")])
    patched = replaced(patch(body, made), "title", "headline")
    back = [
        Edit(edit.start + 3, edit.end + 3, edit.replacement)
        for edit in inverse(canonical_text(body), made)
    ]
    assert revert(patched, back, body, made) == (Block("title", "The headline"), *body[1:])


def test_what_was_changed_since_stays_changed() -> None:
    body = (TITLE, LINKED)
    made = widened(body, [Edit(29, 31, "w")])
    patched = patch(body, made)
    since = (TITLE, replace(text_blocks(patched)[1], kind="quote", marks=()))
    back = inverse(canonical_text(body), made)
    assert revert(since, back, body, made) == (TITLE, replace(LINKED, kind="quote", marks=()))


def test_what_is_taken_back_must_leave_a_canonical_body() -> None:
    with pytest.raises(Invalid):
        revert(BODY, [Edit(0, 9, "")])
