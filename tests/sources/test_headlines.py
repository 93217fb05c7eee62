"""Headline, byline and date of a page: confirmed, whole, and of this story."""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from corrections_app.domain.text.body import text_blocks
from corrections_app.sources import Options, read
from corrections_app.sources.html import parse

from .shown import PROSE

BODY = f"<p>{PROSE}</p>" * 7


def ld(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


OLD = "Old bridge closed for good"
HEADLINES = {
    "a site's name as h1": (
        f"<title>{OLD}</title>",
        "<h1>Town news</h1><article><h2>Old bridge closed for good</h2>",
        OLD,
    ),
    "a site's name, no h2": (f"<title>{OLD}</title>", "<h1>Town news</h1><article>", OLD),
    "a site's name in both": (
        f"<title>{OLD} - Town news</title>",
        "<h1>Town news</h1><article>",
        OLD,
    ),
    "a site's name and og": (
        f"<meta property=og:title content='{OLD}'>",
        "<h1>Town news</h1><article>",
        OLD,
    ),
    "a break": (f"<title>{OLD}</title>", "<article><h1>Old bridge<br>closed for good</h1>", OLD),
    "blocks in it": (
        f"<title>{OLD}</title>",
        "<article><h1><div>Old bridge</div><div>closed for good</div></h1>",
        OLD,
    ),
    "a kicker": (
        f"<title>{OLD} | Town news</title>",
        f"<article><h1><span class=kicker>Traffic</span>{OLD}</h1>",
        OLD,
    ),
    "a kicker nobody names": (
        f"<title>{OLD}</title>",
        f"<article><h1><small>Traffic:</small> <span>{OLD}</span></h1>",
        OLD,
    ),
    "a label, unconfirmed": ("", f"<article><h1>{OLD} <span class=label>Premium</span></h1>", OLD),
    "words not seen": (
        f"<title>{OLD}</title>",
        f"<article><h1><span hidden>Home</span>{OLD}<span class=sr-only>opens</span></h1>",
        OLD,
    ),
    "a drawing in it": (
        f"<title>{OLD}</title>",
        f"<article><h1><svg><title>Logo</title></svg>{OLD}</h1>",
        OLD,
    ),
    "a drawing before": (
        "",
        f"<svg><title>Logo of the news</title></svg><article><h1>{OLD}</h1>",
        OLD,
    ),
    "a sign in it": (
        f"<title>{OLD}</title>",
        f"<article><h1>{OLD} <a class=headerlink href=#x>¶</a></h1>",
        OLD,
    ),
    "escaped twice": (
        ld('{"@type":"NewsArticle","headline":"The mayor&#8217;s bridge &amp; the sea"}'),
        "<article>",
        "The mayor’s bridge & the sea",
    ),
    "escaped in og": (
        "<meta property=og:title content='Q&amp;amp;A: the mayor&amp;#039;s sea'>",
        "<article>",
        "Q&A: the mayor's sea",
    ),
    "marks in it": (
        ld('{"@type":"NewsArticle","headline":"The <em>Minnow</em> sails"}'),
        "<article>",
        "The Minnow sails",
    ),
    "in CDATA": (
        ld('//<![CDATA[\n{"@type":"NewsArticle","headline":"The Minnow sails"}\n//]]>'),
        "<article>",
        "The Minnow sails",
    ),
    "in a comment": (
        ld('<!-- {"@type":"NewsArticle","headline":"The Minnow sails"} -->'),
        "<article>",
        "The Minnow sails",
    ),
    "no-break spaces": (
        "<title>Over 1\u00a0200 ships wait</title>",
        "<article><h1>Over 1&nbsp;200 ships wait</h1>",
        "Over 1\u00a0200 ships wait",
    ),
    "another story": (
        ld(
            '[{"@type":"NewsArticle","headline":"A fair in town"},{"@type":"NewsArticle","headline":"Old bridge closed for good"}]'
        ),
        f"<article><h1>{OLD}</h1>",
        OLD,
    ),
}


@pytest.mark.parametrize("kind", HEADLINES)
def test_the_headline_is_found_and_stands_once(document, kind) -> None:
    head, above, title = HEADLINES[kind]
    html = f"<html lang=en><head>{head}</head><body>{above}{BODY}</article></body></html>"
    for options in (
        (Options(), Options(content="body")) if kind != "a site's name, no h2" else (Options(),)
    ):
        found = read(document("a.html", html), options)
        assert found.title == title
        told = [block.text for block in text_blocks(found.body)[1:]]
        assert not any(title in text.replace("\n", " ") for text in told)


BYLINES = {
    "date and minutes": "<p class=byline>By <a>Ann Lee</a><time>1 March</time><span>5 min</span></p>",
    "glued": "<div class=byline><span>By</span><span>Ann Lee</span><span>March 5</span><span>5 min read</span></div>",
    "one text": "<p class=byline>By Ann Lee, March 5, 2024</p>",
    "dots": "<p class=byline>By Ann Lee · Updated March 5 · 5 min read</p>",
    "no mark between": "<p class=byline>By Ann Lee March 5, 2024</p>",
    "a bar": "<p class=byline>Ann Lee | 05/03/2024 | 10:15</p>",
    "buttons": "<p class=byline>By <a>Ann Lee</a><button>Follow</button><img alt=Ann></p>",
    "hidden": "<p class=byline>By <a>Ann Lee</a><span class=sr-only>opens the profile</span></p>",
    "in blocks": "<div class=byline><div>Ann Lee</div><div>Monday, 5 March</div></div>",
}


@pytest.mark.parametrize("kind", BYLINES)
def test_the_byline_is_names_only(kind) -> None:
    html = f"<title>{OLD}</title><article><h1>{OLD}</h1>{BYLINES[kind]}{BODY}</article>"
    assert parse(html).byline == "Ann Lee"


def test_several_writers_are_parted(document) -> None:
    line = "<p class=byline>By <a>Ann Lee</a><a>Bo Ek</a> and <a>Cy Oh</a></p>"
    assert (
        parse(f"<title>{OLD}</title><article>{line}{BODY}</article>").byline
        == "Ann Lee, Bo Ek and Cy Oh"
    )


@pytest.mark.parametrize(
    ("json", "byline"),
    [
        ('{"@type":"NewsArticle","headline":"%s","author":{"name":"Sean O&#8217;Neil"}}', "Sean O’Neil"),
        ('[{"@type":"NewsArticle","headline":"%s","author":{"name":"Ann Lee"}},'
         '{"@type":"NewsArticle","headline":"A fair","author":{"name":"Bo Ek"}}]', "Ann Lee"),
        ('[{"@type":"NewsArticle","headline":"A fair","author":{"name":"Bo Ek"}},'
         '{"@type":"NewsArticle","headline":"%s","author":"By Ann Lee"}]', "Ann Lee"),
        ('{"@graph":[{"@type":"Person","@id":"#ann","name":"Ann Lee"},'
         '{"@type":"Article","headline":"%s","author":{"@id":"#ann"}}]}', "Ann Lee"),
        ('[{"@type":"NewsArticle","headline":"A fair","author":{"name":"Bo Ek"}},'
         '{"@type":"NewsArticle","headline":"A flood","author":{"name":"Cy Oh"}}]', None),
    ],
)  # fmt: skip
def test_the_writer_is_that_of_this_story(json, byline) -> None:
    head = ld(json.replace("%s", OLD))
    assert (
        parse(f"<title>{OLD}</title>{head}<article><h1>{OLD}</h1>{BODY}</article>").byline == byline
    )


def test_a_bare_day_of_a_page_is_the_newsrooms() -> None:
    head = "<meta property=article:published_time content=2024-01-02>"
    zone = ZoneInfo("America/New_York")
    published = parse(f"<title>{OLD}</title>{head}{BODY}", zone=zone).published
    assert published is not None
    assert published.astimezone(zone).isoformat() == "2024-01-02T00:00:00-05:00"


def test_an_address_is_not_unescaped() -> None:
    head = "<link rel=canonical href='https://c.example/a?x=1&amp;copy=2'>"
    assert parse(f"<title>{OLD}</title>{head}{BODY}").source_url == "https://c.example/a?x=1&copy=2"
