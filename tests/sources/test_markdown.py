"""Markdown to blocks: structure, marks, furniture, and what is left out."""

from __future__ import annotations

import pytest

from corrections_app.domain.text.body import Aside, Block, Cell, Mark
from corrections_app.sources import Options, read

HEAD = "# Ferry late\n\n"


@pytest.fixture
def body(document):
    def parts(text: str):
        return read(document("a.md", f"{HEAD}Before.\n\n{text}")).body[2:]

    return parts


def test_front_matter_says_what_the_document_is(document) -> None:
    text = (
        '---\ntitle: "Ferry late"\ndescription: It left at noon\nauthor: Ida Voss\n'
        "date: 2024-02-13\nlang: uk\nsection: Harbour\nsource: https://courier.example/ferry\n"
        "tags: boats\n---\n\n# Ferry late\n\nIt left."
    )
    found = read(document("a.md", text))
    assert found.body == (
        Block("title", "Ferry late"),
        Block("standfirst", "It left at noon"),
        Block("byline", "Ida Voss"),
        Block("paragraph", "It left."),
    )
    assert (found.byline, found.section, found.lang) == ("Ida Voss", "Harbour", "uk")
    assert found.published.isoformat() == "2024-02-13T00:00:00+00:00"
    assert found.source_url == "https://courier.example/ferry"
    assert "tags" in found.dropped[0]


def test_the_operator_beats_the_front_matter(document) -> None:
    path = document("a.md", "---\ntitle: Old\nlang: en\nsection: Sea\n---\nIt left.")
    found = read(path, Options(title="New", lang="he", section="Land"))
    assert (found.title, found.lang, found.dir, found.section) == ("New", "he", "rtl", "Land")


def test_a_dividing_line_on_top_is_no_front_matter(document) -> None:
    found = read(document("a.md", "---\n\n# Ferry late\n\nIt left."))
    assert found.title == "Ferry late"


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("one\ntwo", [Block("paragraph", "one two")]),
        ("one  \ntwo", [Block("paragraph", "one\ntwo")]),
        ("one<br>two", [Block("paragraph", "one\ntwo")]),
        ("## Half", [Block("heading", "Half", level=2)]),
        ("# Again", [Block("heading", "Again", level=2)]),
        ("> one\n>\n> two", [Block("quote", "one"), Block("quote", "two")]),
        ("    a  b\n\n    c", [Block("preformatted", "a  b\n \nc")]),
        ("```python\nx = 1\n```", [Block("preformatted", "x = 1")]),
        (
            "- one\n  1. two\n\n  more\n- three",
            [
                Block("list_item", "one", level=1),
                Block("list_item", "two", level=2, ordered=True),
                Block("paragraph", "more"),
                Block("list_item", "three", level=1),
            ],
        ),
    ],
)
def test_structure_becomes_blocks(body, text, blocks) -> None:
    assert list(body(text)) == blocks


def test_marks_cover_their_words(body) -> None:
    (block,) = body(
        "A *quiet* **morning `at [sea](https://sea.example/)`** of [all](https://a.example)."
    )
    assert block.text == "A quiet morning at [sea](https://sea.example/) of all."
    covered = [(mark.kind, block.text[mark.start : mark.end], mark.href) for mark in block.marks]
    assert covered == [
        ("em", "quiet", None),
        ("strong", "morning at [sea](https://sea.example/)", None),
        ("code", "at [sea](https://sea.example/)", None),
        ("link", "all", "https://a.example"),
    ]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "/relative", "#top"]
)
def test_an_address_that_is_not_safe_or_not_whole_is_not_linked(body, address) -> None:
    (block,) = body(f"see [this]({address}) now")
    assert "this" in block.text
    assert block.marks == ()


def test_a_relative_link_is_resolved_against_the_source(document) -> None:
    path = document("a.md", "---\nsource: https://c.example/a/\n---\n# T\n\n[x](../b)")
    assert read(path).body[1] == Block(
        "paragraph", "x", (Mark("link", 0, 1, "https://c.example/b"),)
    )


def test_images_are_furniture_and_cells_are_text_in_their_place(body) -> None:
    assert body('![a boat](https://i.example/b.png "The *Minnow*")\n\nIt left.') == (
        Aside("image", ("a boat",), "https://i.example/b.png"),
        Block("caption", "The *Minnow*"),
        Block("paragraph", "It left."),
    )
    assert body("| Boat | Hour |\n|---|---|\n| Minnow | *noon* |") == (
        Block("cell", "Boat", cell=Cell(0, 0, scope="col")),
        Block("cell", "Hour", cell=Cell(0, 1, scope="col")),
        Block("cell", "Minnow", cell=Cell(1, 0)),
        Block("cell", "noon", (Mark("em", 0, 4),), cell=Cell(1, 1)),
    )


@pytest.mark.parametrize(("role", "stored"), [("ad", "ad"), ("related", "related"), ("x", "note")])
def test_a_fence_named_aside_is_furniture(body, role, stored) -> None:
    assert body(f"```aside {role}\nOne\n\nTwo\n```") == (Aside(stored, ("One", "Two")),)


def test_html_is_read_for_its_words_and_marks_and_never_run(document) -> None:
    found = read(document("a.md", HEAD + "<script>bad()</script>\n\nIt <b onclick=x>left</b>."))
    assert found.body[1:] == (Block("paragraph", "It left.", (Mark("strong", 3, 7),)),)
    assert found.dropped == ("Left out, without words: scripts.",)


def test_the_headline_may_carry_emphasis(document) -> None:
    found = read(document("a.md", "# The *Minnow* sails\n\nIt left."))
    assert found.body[0] == Block("title", "The Minnow sails", (Mark("em", 4, 10),))
