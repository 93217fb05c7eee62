"""What WordPress and Ghost store, read: every node of Ghost's tree, and hostile ones."""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Aside, Block, Mark, canonical_text
from corrections_app.sources import Options, Source, read_source
from corrections_app.sources import source as reading
from tests.sites.ghost import lexical, paragraph, text

LINE = {"type": "linebreak", "version": 1}


def of_ghost(*nodes, title="The wall"):
    return a_source("lexical", title=title, custom_excerpt="", lexical=lexical(*nodes))


def a_source(kind, address="https://news.example/wall/", **fields):
    return Source("7", address, "1", kind, fields)


def parts(*nodes):
    """The parts below the title, with a paragraph that is there anyway."""
    return read_source(of_ghost(*nodes, "End."), Options()).body[1:-1]


def link(url, *words):
    return {"type": "link", "version": 1, "url": url, "children": [text(one) for one in words]}


def some_list(kind, *items, **more):
    made = [{"type": "listitem", "version": 1, "children": list(item)} for item in items]
    return {"type": "list", "listType": kind, "version": 1, "children": made} | more


def card(kind, **known):
    return {"type": kind, "version": 1} | known


@pytest.mark.parametrize(
    ("node", "read"),
    [
        (paragraph("It ", text("stands", 1), "."), Block("paragraph", "It stands.", (Mark("strong", 3, 9),))),
        (
            paragraph(text("a", 3), text("b", 16), text("c", 32), text("d", 64), text("e", 8)),
            Block(
                "paragraph",
                "abcde",
                (
                    Mark("strong", 0, 1),
                    Mark("em", 0, 1),
                    Mark("code", 1, 2),
                    Mark("sub", 2, 3),
                    Mark("sup", 3, 4),
                ),
            ),
        ),
        (
            paragraph("See ", link("/x", "a ", "note"), "."),
            Block("paragraph", "See a note.", (Mark("link", 4, 10, "https://news.example/x"),)),
        ),
        (paragraph("One", LINE, "two"), Block("paragraph", "One\ntwo")),
        (paragraph("R&D <b>x</b> &amp;"), Block("paragraph", "R&D <b>x</b> &amp;")),
        ({"type": "extended-heading", "tag": "h3", "children": [text("Why")]}, Block("heading", "Why", level=3)),
        ({"type": "heading", "tag": "script", "children": [text("Why")]}, Block("heading", "Why", level=2)),
        ({"type": "extended-quote", "children": [text("So.")]}, Block("quote", "So.")),
        ({"type": "aside", "children": [text("So.")]}, Block("quote", "So.")),
        (card("codeblock", code="\na <b\n"), Block("preformatted", "a <b")),
    ],
)  # fmt: skip
def test_a_node_of_text_is_a_block(node, read):
    assert parts(node) == (read,)


def test_lists_keep_their_depth_and_their_numbers():
    inner = some_list("bullet", [text("Inner")])
    read = parts(some_list("number", [text("First")], [inner], [text("Next")], start=3))

    assert [(one.text, one.level, one.ordered, one.number) for one in read] == [
        ("First", 1, True, 3),
        ("Inner", 2, False, None),
        ("Next", 1, True, 5 if read[2].number else None),
    ]


def test_pictures_keep_their_captions_and_cards_are_furniture():
    read = parts(
        card("image", src="/i.jpg", alt="Ice", caption="The <em>ice</em>"),
        card("html", html="<p>Raw recieved</p><script>1</script>"),
        card("callout", calloutText="<b>Note</b> this"),
        card("toggle", heading="Why", content="<p>So.</p>"),
        card("bookmark", url="https://x.example/b"),
        card("embed", url="javascript:alert(1)"),
        card("something-new", title="Of tomorrow"),
        card("horizontalrule"),
    )

    assert [part for part in read if isinstance(part, Block)] == [
        Block("caption", "The ice", (Mark("em", 4, 7),))
    ]
    assert [(a.role, a.lines, a.href) for a in read if isinstance(a, Aside)] == [
        ("image", ("Ice",), "https://news.example/i.jpg"),
        ("embed", (), None),
        ("note", ("Note this",), None),
        ("note", ("Why", "So."), None),
        ("related", (), "https://x.example/b"),
        ("embed", (), None),
        ("note", ("Of tomorrow",), None),
    ]


@pytest.mark.parametrize(
    "tree",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"root": 7}',
        '{"root": {"children": 7}}',
        '{"root": {"children": [7]}}',
    ],
)
def test_what_is_no_tree_is_refused_with_what_to_do(tree):
    source = a_source("lexical", title="T", custom_excerpt="", lexical=tree)

    with pytest.raises(ImportRefused, match=r"Ghost's editor|nothing is left"):
        read_source(source, Options())


def test_a_tree_without_end_is_refused():
    deep = '{"type":"paragraph","children":[' * 30_000 + "]}" * 30_000
    for tree in (deep, f'{{"root":{deep}}}'):
        source = a_source("lexical", title="T", custom_excerpt="", lexical=tree)
        with pytest.raises(ImportRefused):
            read_source(source, Options())


def test_a_source_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST", 100)

    with pytest.raises(ImportRefused, match="more than 100 characters"):
        read_source(of_ghost("a" * 100), Options())


KINDS = ["paragraph", "list", "listitem", "link", "text", "image", "gallery", "callout", "heading"]
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "children", "text", "format", "tag", "images", "url", "start", "code"]
            ),
            st.sampled_from(KINDS) | inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.lists(odd, max_size=4))
def test_no_tree_breaks_the_reader(nodes):
    tree = {"root": {"children": [*nodes, paragraph("End.")]}}
    source = a_source("lexical", title="T", custom_excerpt="", lexical=json.dumps(tree))

    try:
        document = read_source(source, Options())
    except ImportRefused:
        return
    assert canonical_text(document.body).endswith("End.")


words = st.text("ab &<>\"'[]{}*_\\;#é\u00a0", min_size=1, max_size=30)


@given(st.lists(words, min_size=1, max_size=4))
def test_what_is_typed_in_ghost_is_what_readers_may_correct(typed):
    """Whatever it looks like, to another program, in HTML or Markdown."""
    typed = [f"x{one}x" for one in typed]
    body = read_source(of_ghost("Start.", *typed), Options()).body

    assert [part.text for part in body[2:]] == [re.sub(" +", " ", one) for one in typed]


def test_the_operator_and_the_site_say_what_the_text_does_not():
    known = Source(
        "7", "https://news.example/wall/", "1", "markdown", {"text": "# The wall\n\nIt stands."},
        name="wall", byline="Ann", section="City", lang="de",
    )  # fmt: skip
    document = read_source(known, Options())

    assert (document.byline, document.section, document.lang) == ("Ann", "City", "de")
    assert (document.external_id, document.name) == ("7", "wall")
    assert document.source_url == "https://news.example/wall/"
    assert read_source(known, Options(lang="uk")).lang == "uk"


def test_shortcodes_and_captions_of_wordpress():
    content = (
        '[caption id="x"]<img src="/i.jpg" alt="Ice" /> In ice[/caption]\n\n[gallery]\n\nWords.'
    )
    source = a_source("wordpress", title="A &amp; B", excerpt="", content=content)

    body = read_source(source, Options()).body

    assert [(p.kind, p.text) for p in body if isinstance(p, Block)] == [
        ("title", "A & B"),
        ("caption", "In ice"),
        ("paragraph", "Words."),
    ]
