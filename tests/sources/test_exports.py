"""Whole documents as writing programs and sites export them: nothing lost, nothing invented.

Those under `vectors/exports` were written for this test, in the shape of each program.
"""

# ruff: noqa: E501 - a block is a line
from __future__ import annotations

from pathlib import Path

import pytest

from corrections_app.domain.text.body import Aside, Block
from corrections_app.sources import Document, Options, read, read_all

EXPORTS = Path(__file__).parents[1] / "vectors" / "exports"


def shape(part: Block | Aside) -> str:
    """A part in one line: its kind, its number, and its words with the marks in them."""
    if isinstance(part, Aside):
        return f"({part.role}) {' / '.join(part.lines)} <{part.href}>"
    words = part.text
    for mark in sorted(part.marks, key=lambda mark: -mark.start):
        about = f" {mark.href}" if mark.href else ""
        marked = f"[{words[mark.start : mark.end]}|{mark.kind}{about}]"
        words = words[: mark.start] + marked + words[mark.end :]
    kind = {"paragraph": "", "cell": "cell "}.get(part.kind, f"{part.kind}{part.level or ''} ")
    if part.cell:
        kind += f"{part.cell.row},{part.cell.column} {part.cell.scope}: "
    return f"{kind}{'# ' if part.ordered else ''}{part.number or ''}{words}"


def shapes(document: Document) -> list[str]:
    return [shape(part) for part in document.body]


BODY = [
    "title Old pier closes for good",
    "standfirst The council gives up after forty years.",
]
DIVERS = [
    "heading2 What the divers found",
    "list_item1 Rust on [nine|em] piles",
    "list_item2 three of them broken",
    "list_item1 One anchor",
]
GATE = [
    "list_item1 # Close the gate",
    "A word between.",
    "list_item1 # 2Sell the planks",
]
TABLE = [
    "cell 0,0 col: Pile",
    "cell 0,1 col: Depth",
    "cell 1,0 : North",
    "cell 1,1 : 4.5 m",
]
PICTURE = "(image) Divers on the quay <None>"
REPORT = "[the report|link https://e.example/pier]"
AIR = "The air smelt of H[2|sub]S that day."
NOTE = "list_item1 # Harbour board, 1901."


def test_google_docs() -> None:
    document = read(EXPORTS / "google-docs.html", Options(lang="en"))
    report = "[the report|link https://e.example/pier?a=1&b=2]"
    leaks = f"The pier was built in [1884|strong], and {report} says it leaks[.|note #1] It holds 60 people."
    assert shapes(document) == [*BODY, leaks, *DIVERS, *GATE, *TABLE, PICTURE, AIR, NOTE]
    assert document.dropped == (
        "Left out (editors' comments): “[a]Is that so? Ask the port.”, “[a]”.",
        "Left out (struck words): “40”.",
    )


@pytest.mark.parametrize(
    ("name", "more", "dropped"),
    [
        ("word.htm", " New words.", ("Left out (editors' comments): “[AL1]Is that so? Ask the port.”, “[AL1]”.", "Left out (struck words): “40”, “gone”.")),
        ("word-filtered.htm", "", ("Left out (struck words): “40”.",)),
    ],
)  # fmt: skip
def test_word(name: str, more: str, dropped: tuple[str, ...]) -> None:
    document = read(EXPORTS / name)
    first = f"The pier was built in [1884|strong], and {REPORT} says it leaks[.|note #1] It holds 60\u00a0people.{more}"
    caption = "caption Figure 1: Divers on Monday."
    assert shapes(document) == [
        *BODY, first, *DIVERS, *GATE, *TABLE, PICTURE, caption, AIR, NOTE
    ]  # fmt: skip
    assert (document.lang, document.byline) == ("en-GB", None)
    assert document.dropped == dropped


def test_a_page_of_ghost() -> None:
    document = read(EXPORTS / "ghost.html")
    assert shapes(document) == [
        BODY[0],
        "byline Ann Lee",
        BODY[1],
        "(image) The pier at dusk <https://pier.example/content/images/size/w1200/pier.jpg>",
        "caption The pier on Monday evening.",
        "The pier was built in [1884|strong], and [the report|link https://e.example/pier?ref=pier.example] says it leaks. It holds 60 people, said the board, which has met nine times since the winter began.",
        "💡",
        "The gate stays shut on Sundays.",
        *DIVERS,
        "(image) Divers on the quay <https://pier.example/content/images/2024/03/divers.jpg>",
        "caption Divers on Monday.",
        "(related) Tides of the bay / A table of all tides. / Bay office <https://e.example/tides>",
        "quote “We will miss it,” said the keeper, who has lived beside it for thirty years.",
        "heading4 Who pays?",
        "The town pays, from the fund for the quay.",
        *TABLE,
        "The air smelt of H[2|sub]S that day, and nobody stayed on the quay for longer than they had to stay there.",
    ]
    assert document.published
    assert document.published.isoformat() == "2024-03-01T09:00:00+00:00"
    assert document.source_url == "https://pier.example/old-pier/"
    assert "Left out (lines above the headline): “Harbour”." in document.dropped


def test_a_post_of_substack() -> None:
    name = "140000001.old-pier-closes-for-good.html"
    document = read(EXPORTS / name, Options(title="Old pier closes for good", lang="en"))
    assert shapes(document) == [
        "title Old pier closes for good",
        f"The pier was built in [1884|strong], and {REPORT} says it leaks[.|note #1] It holds 60 people.",
        *DIVERS,
        "(image) Divers on the quay <https://substackcdn.com/image/fetch/w_1456/divers.jpeg>",
        "caption Divers on Monday.",
        "We will miss it.",
        "quote “It was ours,” said the keeper.",
        "The air smelt of H2S that day.",
        NOTE,
    ]
    assert "Left out (other page furniture): “Subscribe now”." in document.dropped


def test_an_export_of_wordpress() -> None:
    found = list(read_all(EXPORTS / "wordpress.xml"))
    blocks, loose = (each.document for each in found[:2])
    assert blocks
    assert loose
    assert shapes(blocks) == [
        "title Old pier closes & goes",
        BODY[1],
        "byline Ann Lee",
        f"The pier was built in [1884|strong], and {REPORT} says it leaks[.|note #1]",
        *DIVERS,
        "(image) Divers on the quay <https://pier.example/divers.jpg>",
        "caption Divers on Monday.",
        "quote It was ours.",
        "quote [The keeper|em]",
        *TABLE,
        "caption Depths in metres.",
        "(embed)  <https://www.youtube.com/watch?v=abc>",
        "Nobody stayed on the quay.",
        "list_item1 # Harbour board, [1901|em].",
    ]
    assert (blocks.external_id, blocks.name, blocks.section) == ("7", "old-pier", "Harbour")
    assert shapes(loose) == [
        "title The quay froze",
        "byline Ann Lee",
        "Ships waited for [two|strong] days.\nThe mayor came down.",
        "(image) Ice <https://pier.example/ice.jpg>",
        "caption Ice in the basin.",
        "Nobody sailed before [Friday|em].",
        "list_item1 One tug",
        "list_item1 Two barges",
        "They lay still [sic] for long.",
        "The end.",
    ]
    assert loose.dropped == (
        "Left out (signs for the site's program): “[gallery ids=\"1,2\"]”.",
    )  # fmt: skip
    assert [(each.name, each.refused) for each in found[2:]] == [
        ("ice", "is no article but attachment"),
        ("Not yet", "is not published (draft)"),
        ("For members", "is for those who know its password"),
    ]
    assert all(each.passed_over for each in found[2:])


def test_a_feed_of_rss() -> None:
    first, second = (each.document for each in read_all(EXPORTS / "rss.xml"))
    assert first
    assert second
    assert shapes(first) == [
        "title Old pier closes",
        "byline Ann Lee",
        "The pier was built in [1884|strong].",
        "It leaks.",
    ]
    assert first.source_url == "https://pier.example/old-pier/"
    assert first.dropped == (
        "Left out (lines of the feed's program): “The post Old pier closes appeared first on The Pier.”.",
    )
    assert shapes(second) == ["title The quay froze", "byline Bo Ek", "Ships waited.", "Nobody sailed."]  # fmt: skip


def test_a_feed_of_atom() -> None:
    first, second = (each.document for each in read_all(EXPORTS / "atom.xml"))
    assert first
    assert second
    assert shapes(first) == [
        "title Pier & quay",
        "byline Ann Lee",
        "The pier was built in [1884|strong].",
        "It leaks.",
    ]
    assert shapes(second) == [
        "title The quay froze",
        "byline The Pier desk",
        "Ships [waited|link https://pier.example/quay/more].",
        "Nobody sailed.",
    ]
    assert (first.section, first.external_id) == ("Harbour", "tag:pier.example,2024:1")
