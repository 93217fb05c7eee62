"""HTML to blocks: the article and nothing else, and nothing of its HTML."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import (
    Aside,
    Block,
    Cell,
    Mark,
    is_canonical,
    normalise,
    text_blocks,
)
from corrections_app.sources import Options, read
from corrections_app.sources.html import parse

PROSE = "The ferry left the harbour at noon, as it has for years, and nobody on the quay waved."


def page(inner: str, *, head: str = "", attrs: str = 'lang="en"') -> str:
    return (
        f"<!doctype html><html {attrs}><head><title>Ferry late | Courier</title>{head}</head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>Ferry late</h1>{inner}</article>"
        "<footer>Imprint</footer></body></html>"
    )


@pytest.fixture
def parts(document):
    """The parts below the headline of an article that holds this HTML, selected by CSS."""

    def read_parts(inner: str, *, head: str = ""):
        path = document("a.html", page(f"<p>{PROSE}</p>{inner}", head=head))
        return read(path, Options(content="article")).body[2:]

    return read_parts


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>one<br>two<br/><br>three</p>", ["one\ntwo", "three"]),
        ("<p>one\n  two</p>loose <b>text</b><p>x</p>", ["one two", "loose text", "x"]),
        ("<div>one<div>two</div>three</div>", ["one", "two", "three"]),
        ("<p>a<script>bad()</script>b<style>c</style></p>", ["ab"]),
        ("<p hidden>no</p><p style='display: none'>no</p><p>yes</p>", ["yes"]),
        ("<p>&nbsp;x\u00ad\u200b&amp;</p>", ["\u00a0x\u00ad\u200b&"]),
        ("<p> </p><p><b></b></p><p>x</p>", ["x"]),
    ],
)
def test_elements_become_blocks_of_normalised_words(parts, html, expected) -> None:
    assert [block.text for block in parts(html)] == expected


@pytest.mark.parametrize(
    ("html", "block"),
    [
        ("<h2>Half</h2>", Block("heading", "Half", level=2)),
        ("<h1>Other</h1>", Block("heading", "Other", level=2)),
        ("<blockquote><p>Said</p></blockquote>", Block("quote", "Said")),
        ("<pre>a  b\n\nc</pre>", Block("preformatted", "a  b\n \nc")),
        ("<ol><li>one</ol>", Block("list_item", "one", level=1, ordered=True)),
        ("<p class='photo-caption'>A quay</p>", Block("caption", "A quay")),
    ],
)
def test_blocks_keep_their_kind(parts, html, block) -> None:
    assert parts(html) == (block,)


def test_lists_keep_depth_and_order(parts) -> None:
    assert parts("<ul><li><p>a</p><p>b</p><ol><li>c</ol><li>d</ul>") == (
        Block("list_item", "a", level=1),
        Block("paragraph", "b"),
        Block("list_item", "c", level=2, ordered=True),
        Block("list_item", "d", level=1),
    )


def test_furniture_stands_in_its_place(parts) -> None:
    html = (
        "<figure><img src='/b.png' alt='a boat'><figcaption>The Minnow</figcaption></figure>"
        "<p>Advertisement</p><iframe src='//video.example/1' title='Film'></iframe>"
        "<table><tr><th>Boat</th><th>Hour</th></tr><tr><td>Minnow</td><td>noon</td></tr></table>"
        "<p>after</p>"
    )
    head = "<link rel=canonical href='https://c.example/a/b'>"
    assert parts(html, head=head) == (
        Aside("image", ("a boat",), "https://c.example/b.png"),
        Block("caption", "The Minnow"),
        Aside("ad", ("Advertisement",)),
        Aside("embed", ("Film",), "https://video.example/1"),
        Block("cell", "Boat", cell=Cell(0, 0, scope="col")),
        Block("cell", "Hour", cell=Cell(0, 1, scope="col")),
        Block("cell", "Minnow", cell=Cell(1, 0)),
        Block("cell", "noon", cell=Cell(1, 1)),
        Block("paragraph", "after"),
    )


def test_links_are_resolved_or_lose_their_mark_but_never_their_words(parts) -> None:
    html = "<p><a href='../x'>one</a> <a href='javascript:bad()'>two</a> <a href='#n'>3</a></p>"
    head = "<base href='https://c.example/a/b/'>"
    assert parts(html, head=head) == (
        Block("paragraph", "one two 3", (Mark("link", 0, 3, "https://c.example/a/x"),)),
    )
    assert parts(html) == (Block("paragraph", "one two 3"),)


def test_a_layout_table_is_read_cell_by_cell(parts) -> None:
    html = "<table><tr><td><p>left</p></td><td>right</td></tr></table>"
    assert [block.text for block in parts(html)] == ["left", "right"]


def test_emphasis_around_blocks_is_carried_into_each(parts) -> None:
    assert parts("<b><p>one</p><p>two</p></b>") == (
        Block("paragraph", "one", (Mark("strong", 0, 3),)),
        Block("paragraph", "two", (Mark("strong", 0, 3),)),
    )


METADATA = """
<link rel="canonical" href="https://c.example/ferry">
<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "Courier"},
 {"@type": ["NewsArticle"], "headline": "Ferry late", "articleSection": "Harbour",
  "datePublished": "2024-02-13T10:00:00+02:00", "author": [{"name": "Ida Voss"}, "Al Roe"]}]}
</script>"""
OPEN_GRAPH = """
<meta property="og:title" content="Ferry late">
<meta property="og:url" content="https://c.example/ferry">
<meta property="article:section" content="Harbour">
<meta name="author" content="By Ida Voss, Al Roe">
<meta property="article:published_time" content="2024-02-13T08:00:00Z">"""


@pytest.mark.parametrize("head", [METADATA, OPEN_GRAPH], ids=["json-ld", "open-graph"])
def test_metadata_is_taken_from_what_the_page_says(document, head) -> None:
    found = read(document("a.html", page(f"<p>{PROSE}</p>" * 8, head=head, attrs="lang=pt-br")))
    assert (found.title, found.byline, found.section) == (
        "Ferry late",
        "Ida Voss, Al Roe",
        "Harbour",
    )
    assert found.published.isoformat() == "2024-02-13T08:00:00+00:00"
    assert (found.lang, found.source_url) == ("pt-BR", "https://c.example/ferry")


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>Ferry late | Courier</title><h1>Courier</h1><h1>Ferry late</h1>", "Ferry late"),
        ("<title>Ferry late again | The Courier</title>", "Ferry late again"),
        ("<title>Ferry late – what now</title>", "Ferry late – what now"),
        ("<title>Courier</title><h1>Ferry late</h1>", "Ferry late"),
        (
            "<meta property=og:title content='The ferry is late'><h1>Courier</h1>",
            "The ferry is late",
        ),
        (
            "<title>News - Ferry late</title><meta property=og:site_name content=News>"
            "<h1>News</h1><h2>Ferry late</h2>",
            "Ferry late",
        ),
    ],
)
def test_the_headline_is_told_from_the_name_of_the_newspaper(html, title) -> None:
    assert parse(f"{html}<p>{PROSE}</p>").title == Block("title", title)


def test_the_direction_is_that_of_the_page(document) -> None:
    path = document("a.html", page(f"<p>{PROSE}</p>" * 8, attrs="lang=en dir=RTL"))
    assert read(path).dir == "rtl"


@pytest.mark.parametrize("bad", ["{", "[" * 100_000, '{"@type": 7, "@graph": 3}', "[null]"])
def test_malformed_json_ld_says_nothing(document, bad) -> None:
    head = f'<script type="application/ld+json">{bad}</script>'
    assert read(document("a.html", page(f"<p>{PROSE}</p>" * 8, head=head))).title == "Ferry late"


def test_a_summary_on_top_of_the_text_is_the_standfirst(document) -> None:
    head = '<meta name="description" content="Nobody waved.">'
    text = "<p>Nobody waved.</p>" + f"<p>{PROSE}</p>" * 8
    assert read(document("a.html", page(text, head=head))).standfirst == "Nobody waved."
    assert read(document("b.html", page(f"<p>{PROSE}</p>" * 8, head=head))).standfirst is None


FURNITURE = {
    "menus": "<nav><ul><li><a href='/a'>Sport</a></ul></nav>",
    "share bars": "<div class='share-tools'><a href='/s'>Share this</a></div>",
    "teasers": "<div class='related-stories'><ul><li><a href='/x'>Pier closed</a></ul></div>",
    "forms": "<form>Our newsletter <input name=email><button>Sign up</button></form>",
    "notices": "<div class='cookie-consent'><p>We use cookies, and so do our partners.</p></div>",
    "comments": "<div class='comments'><p>First! I was there, and it was very cold.</p></div>",
    "scripts": "<script>var x = '<p>no</p>'</script>",
    "dialogs": "<dialog>We value your privacy</dialog>",
}


@pytest.mark.parametrize("kind", FURNITURE)
def test_what_is_not_the_article_is_left_out_and_said(document, kind) -> None:
    text = f"<p>{PROSE}</p>" * 4
    found = read(document("a.html", page(text + FURNITURE[kind] + text)))
    assert {block.text for block in text_blocks(found.body)} == {"Ferry late", PROSE}
    assert any(kind in said for said in found.dropped)


def test_a_labelled_advertisement_leaves_its_slot(document) -> None:
    text = f"<p>{PROSE}</p>" * 4
    ad = "<div class='ad-banner sponsor'><span>Advertisement</span></div>"
    found = read(document("a.html", page(text + ad + text)))
    assert found.body[5] == Aside("ad", ("Advertisement",))


def test_a_selector_decides_where_the_article_is(document) -> None:
    html = page(f"<p>{PROSE}</p>" * 8 + "<div id=note><p>Only this.</p></div>")
    found = read(document("a.html", html), Options(content="#note, #note p"))
    assert [block.text for block in text_blocks(found.body)] == ["Ferry late", "Only this."]


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("By Ada Lund", False),
        ("Ada Lund", False),
        ("By Ada Lund, in 1950", True),
        ("Ada Lund is right.", True),
    ],
)
def test_in_what_a_selector_chose_the_byline_is_not_said_twice(document, line, stays) -> None:
    shown = f'<p class="byline">By Ada Lund</p><p>{PROSE}</p>'
    path = document(
        "a.html",
        page(f"<p>{line}</p><p>{PROSE}</p>", head='<meta name="author" content="Ada Lund">'),
    )
    texts = [(b.kind, b.text) for b in read(path, Options(content="article")).body]
    assert (("paragraph", line) in texts) is stays
    path = document("b.html", page(shown))
    assert [b.kind for b in read(path, Options(content="article")).body] == [
        "title", "byline", "paragraph",
    ]  # fmt: skip


TAGS = ["p", "div", "b", "i", "a href=http://x.example", "br", "li", "ul", "table", "td", "pre"]
SOUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS]),
        st.sampled_from([f"</{tag.split()[0]}>" for tag in TAGS]),
        st.text("ab é\u0301\u200f🌊<&\n\t", max_size=5),
    ),
    max_size=30,
)


@given(SOUP)
def test_whatever_the_tags_blocks_are_canonical_and_marks_lie_inside(soup: list[str]) -> None:
    draft = parse(f"<title>Ferry</title><main>{''.join(soup)}</main>", content="main")
    for block in text_blocks(tuple(draft.parts)):
        assert is_canonical(block)
        assert all(0 <= mark.start < mark.end <= len(block.text) for mark in block.marks)


@given(st.lists(st.tuples(st.sampled_from(["b", "i", "code"]), st.text("ab ,é\n\t", max_size=6))))
def test_a_mark_covers_the_normalised_words_of_its_element(pieces: list[tuple[str, str]]) -> None:
    html = "|".join(f"<{tag}>{words}</{tag}>" for tag, words in pieces)
    draft = parse(f"<title>Ferry</title><main><p>{html}|</p></main>", content="main")
    (block,) = text_blocks(tuple(draft.parts))
    covered = [block.text[mark.start : mark.end] for mark in block.marks]
    words = (normalise(text.replace("\n", " ")) for _, text in pieces)
    assert covered == [text for text in words if text]


HOSTILE = {
    "deep": "<div>" * 200_000,
    "deep within bounds": "<div>" * 900 + f"<p>{PROSE}</p>" * 9,
    "deep and wide": "<blockquote>" * 400 + "<p>x, y" * 20_000,
    "empty": "<b></b>" * 1_000_000,
    "unclosed": "<b>x" * 50_000,
    "tables": "<table><tr><td>" * 300 + PROSE,
    "not tags": "<" * 1_000_000,
    "breaks": "x<br>" * 50_000,
    "a long name": f"<div class='{'comment ' * 100_000}'>x</div>",
}


REFUSED = dict.fromkeys(("deep", "empty", "unclosed"), "refused")


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_page_built_to_exhaust_is_read_or_refused(document, kind) -> None:
    path = document("a.html", f"<h1>Ferry late</h1>{f'<p>{PROSE}</p>' * 9}{HOSTILE[kind]}")
    outcome = "refused"
    with suppress(ImportRefused):
        outcome = read(path, Options(title="Ferry late")).title
    assert outcome == REFUSED.get(kind, "Ferry late")
