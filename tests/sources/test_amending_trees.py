"""Accepted changes in Ghost's tree as it is stored, and in Markdown with its front matter."""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

import json
import random
import re

import pytest

from corrections_app.domain.errors import NotAmended
from corrections_app.sources import Options, read_source
from corrections_app.sources.amending import amended
from tests.random_edits import drawn
from tests.sites.ghost import paragraph, text
from tests.sources.amendments import changed, ghost, markdown

CARDS = (
    paragraph(
        "It ",
        text("stands", 1),
        ' recieved "at" last.',
        {"type": "linebreak", "version": 1},
        "Again.",
    ),
    {"type": "html", "version": 1, "html": "<p>recieved</p>"},
    {"type": "link-holder", "version": 1, "children": []},
    {"type": "codeblock", "version": 1, "code": "a = 1\nrecieved", "language": "recieved"},
    {
        "type": "image",
        "version": 1,
        "src": "https://news.example/x.png",
        "alt": "recieved",
        "caption": 'A <a href="https://x.example/recieved">recieved &amp; so</a>',
    },
    paragraph(
        {
            "type": "link",
            "version": 1,
            "url": "https://x.example/recieved",
            "children": [text("recieved")],
        },
        " é 😀 \\ end.",
    ),
)


@pytest.mark.parametrize(
    ("old", "new", "nth", "there", "then"),
    [
        ("recieved", "received", 0, " recieved ", " received "),
        ("recieved", "received", 1, "\\nrecieved", "\\nreceived"),
        ("recieved", "received", 2, '\\">recieved', '\\">received'),
        ("recieved", "received", 3, '"recieved", "format"', '"received", "format"'),
        ("stands", "fell", 0, "stands", "fell"),
        ('"at"', "'at'", 0, '\\"at\\"', "'at'"),
        ("last", 'a "\\" b', 0, "last", 'a \\"\\\\\\" b'),
        ("& so", "< so", 0, "&amp; so", "&lt; so"),
        ("Again", "Once\u2028more", 0, "Again", "Once\u2028more"),
        ("é", "e", 0, "\\u00e9", "e"),
        ("😀", "😁", 0, "\\ud83d\\ude00", "😁"),
    ],
)
def test_words_of_ghost_change_in_its_tree_as_it_is_stored(old, new, nth, there, then):
    source = ghost(*CARDS)
    stored = source.fields["lexical"]
    assert stored.count(there) == 1

    assert changed(source, old, new, nth) == {"lexical": stored.replace(there, then)}


def test_a_line_break_of_ghost_is_a_node_and_stays():
    with pytest.raises(NotAmended, match="by hand") as refused:
        changed(ghost(*CARDS), "last.\nAgain", "last. Again")

    assert refused.value.code == "not_exact"


DOCUMENT = """---
title: 'It''s: the wall'   # recieved
description: "In \\"short\\" & more"
slug: recieved
author: Ann
---

# Intro

It *stands* recieved [recieved](http://x.example/recieved "recieved") a\\*b `code recieved` &amp; R&D.
A second line of it.

1. One recieved[^1]
2. Two

| a | b |
|---|---|
| recieved | y |

[^1]: A note recieved.
"""


@pytest.mark.parametrize("nth", range(6))
def test_each_word_of_markdown_is_its_own(nth):
    there = [
        " recieved [",
        "[recieved]",
        "code recieved",
        "One recieved",
        "| recieved |",
        "note recieved",
    ]
    then = there[nth].replace("recieved", "received")

    assert changed(markdown(DOCUMENT), "recieved", "received", nth) == {
        "text": DOCUMENT.replace(there[nth], then)
    }


@pytest.mark.parametrize(
    ("old", "new", "there", "then"),
    [
        ("stands", "*is*", "*stands*", "*\\*is\\**"),
        ("Two", "1. First", "2. Two", "2. 1\\. First"),
        ("a*b", "a_b_ c", "a\\*b", "a_b_ c"),
        ("y", "p|q", "y |\n", "p\\|q |\n"),
        ("& R&D", "and R&amp;D", "&amp; R&D", "and R\\&amp;D"),
        ("line of it", "line\nof it", "line of", "line\\\nof"),
        ("the wall", 'the wall\'s "end"', "the wall'   #", "the wall''s \"end\"'   #"),
        ('"short"', 'a "b" c', '\\"short\\"', 'a \\"b\\" c'),
        ("It stands", "This stands", "It *", "This *"),
    ],
)
def test_words_that_look_like_signs_of_markdown_stay_words(old, new, there, then):
    assert DOCUMENT.count(there) == 1

    assert changed(markdown(DOCUMENT), old, new) == {"text": DOCUMENT.replace(there, then)}


def test_random_changes_of_ghost_leave_all_but_words():
    source, chance = ghost(*CARDS), random.Random(14)
    body = read_source(source, Options()).body
    made = asked = 0

    for _ in range(100):
        if (found := drawn(body, chance)) is None:
            continue
        asked += 1
        try:
            done = amended(source, Options(), body, found[2])
        except NotAmended:
            continue
        ((name, after),) = done.fields.items()
        if name == "lexical":
            assert bare(json.loads(after)) == bare(json.loads(source.fields[name]))
        made += 1

    assert made >= 0.9 * asked > 50


def bare(node):
    """A tree without its words; the tags of a caption stay."""
    if isinstance(node, list):
        return [bare(one) for one in node]
    if not isinstance(node, dict):
        return node
    words = {
        "text": "",
        "code": "",
        "caption": "".join(re.findall("<[^>]*>", str(node.get("caption")))),
    }
    return {name: words[name] if name in words else bare(value) for name, value in node.items()}
