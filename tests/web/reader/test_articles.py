"""Reading an article."""

from __future__ import annotations

import re
from html import unescape

import pytest

from corrections_app import shelf
from corrections_app.domain.text.body import canonical_text
from corrections_app.sources import read, read_seeds
from corrections_app.workflow.articles import importing
from tests.builders import NOON, a_correction, accept, an_article

SEEDS = read_seeds(shelf("seeds"))
TEXT_BLOCK = re.compile(r"<(\w+)[^>]*\sdata-start=\"(\d+)\"[^>]*>(.*?)</\1>", re.DOTALL)


def page_text(html):
    """The text of a page as the browser counts it, and where each block says it starts."""
    found = TEXT_BLOCK.findall(html)
    texts = [
        unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br[^>]*>", "\n", inner))) for _, _, inner in found
    ]
    return "\n\n".join(texts), [int(start) for _, start, _ in found], texts


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.slug)
def test_the_page_says_the_canonical_text_and_nothing_else(app, seed):
    document = read(seed.path, seed.options)
    importing.bring_in(document, slug=seed.slug, now=NOON)

    html = app.test_client().get(f"/articles/{seed.slug}").get_data(as_text=True)

    text, starts, texts = page_text(html)
    assert text == canonical_text(document.body)
    for start, words in zip(starts, texts, strict=True):
        assert text[start : start + len(words)] == words


def test_the_article_names_its_slug_and_revision(app, max_):
    accept(a_correction(an_article()), max_)

    html = app.test_client().get("/articles/harbour-wall").get_data(as_text=True)

    assert re.search(r'<article[^>]*data-slug="harbour-wall"[^>]*data-revision="2"', html)


@pytest.mark.parametrize("path", ["/", "/articles/harbour-wall"])
def test_public_pages_are_the_same_for_everyone(app, path):
    an_article()

    answer = app.test_client().get(path)

    assert answer.status_code == 200
    assert answer.cache_control.public
    assert answer.cache_control.no_cache
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_page_that_did_not_change_is_not_sent_again(app):
    an_article()
    browser = app.test_client()
    etag = browser.get("/articles/harbour-wall").headers["ETag"]

    again = browser.get("/articles/harbour-wall", headers={"If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")


def test_a_corrected_page_is_sent_again(app, max_):
    correction = a_correction(an_article())
    browser = app.test_client()
    etag = browser.get("/articles/harbour-wall").headers["ETag"]
    accept(correction, max_)

    again = browser.get("/articles/harbour-wall", headers={"If-None-Match": etag})

    assert again.status_code == 200
    assert "the the" not in again.get_data(as_text=True)


def test_words_that_look_like_code_stay_words(app):
    hostile = "<img src=x onerror=alert(1)> & <script>alert(1)</script>"
    an_article("The <b>title</b>", hostile)

    html = app.test_client().get("/articles/harbour-wall").get_data(as_text=True)

    assert "<img src=x" not in html
    assert "<script>alert" not in html
    assert page_text(html)[0] == f"The <b>title</b>\n\n{hostile}"


def test_both_ways_to_report_stand_under_every_article(app):
    an_article()

    html = app.test_client().get("/articles/harbour-wall").get_data(as_text=True)

    assert 'href="/articles/harbour-wall/corrections/new' in html
    assert "Ctrl" in html


def test_an_unknown_address_is_a_404_page(app):
    answer = app.test_client().get("/articles/nowhere")

    assert answer.status_code == 404
    assert "There is no such article." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    [
        "/articles/a%00b",
        "/articles/a%00b/corrections/new",
        "/?after=%00",
        "/articles/harbour-wall/corrections/new?revision=99999999999999999999",
    ],
)
def test_what_no_database_can_look_up_is_not_found(app, address):
    an_article()

    assert app.test_client().get(address).status_code == 404


DOCUMENT = """---
title: The quay froze
author: Ann Lee
date: 2024-01-02
lang: en
---

Ships waited.[^1]

5. The fifth.
6. The sixth.

| Club | Won | Lost |
|---|---|---|
| North |  | 4 |

[^1]: A note.
"""


def test_numbers_notes_and_cells_are_shown_as_they_came(app, tmp_path):
    path = tmp_path / "quay.md"
    path.write_text(DOCUMENT)
    importing.bring_in(read(path), slug="quay", now=NOON)

    html = app.test_client().get("/articles/quay").get_data(as_text=True)

    assert 'Ships waited.<sup class="note" data-skip>1</sup></p>' in html
    assert '<ol start="5">' in html
    row = re.search(r"<tr><td data-start=.*</tr>", html)[0]
    assert re.sub(r' data-start="\d+"', "", row) == "<tr><td>North</td><td></td><td>4</td></tr>"
    assert '<th scope="col" data-start="' in html
    assert ">A note.</p>" in html


def test_an_article_tells_machines_what_it_is(app, tmp_path):
    path = tmp_path / "quay.md"
    path.write_text(DOCUMENT)
    importing.bring_in(read(path), slug="quay", now=NOON)

    html = app.test_client().get("/articles/quay").get_data(as_text=True)

    assert '<meta property="og:title" content="The quay froze">' in html
    assert '<meta name="author" content="Ann Lee">' in html
    assert 'content="2024-01-02T00:00:00+00:00"' in html
    (byline,) = re.findall(r'<p class="byline">(.*?)</p>', html, re.DOTALL)
    assert "Report" not in byline


def test_the_form_holds_the_blocks_that_its_words_stand_in(app):
    article = an_article()
    start = article.current.text.index("\n\n") + 2
    block = article.current.text[start:].partition("\n\n")[0]

    page = app.test_client().get(
        f"/articles/{article.slug}/corrections/new?revision=1&start={start}&end={start + 3}"
    )

    (around,) = re.findall(r'data-around="([^"]*)"', page.get_data(as_text=True))
    assert unescape(around) == block
