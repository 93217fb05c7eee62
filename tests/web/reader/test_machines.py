"""What reader views, archives and link previews read of an article."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from corrections_app.domain.text.body import Block
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from tests.builders import NOON, a_correction, accept, an_article, document
from tests.web.conftest import text_of

META = re.compile(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">')


@pytest.fixture
def stranger(app):
    return app.test_client()


def head(stranger, slug):
    return dict(META.findall(text_of(stranger.get(f"/articles/{slug}"))))


def test_an_article_says_what_it_is(stranger):
    blocks = (
        Block("title", "The ferry: fewer boats & “more” people"),
        Block("standfirst", "Fuller boats, and a queue."),
        Block("paragraph", "It sailed 418 times."),
    )
    known = document(byline="Ida Voss", published=NOON, section="Islands", lang="pt-BR")
    importing.bring_in(replace(known, body=blocks), slug="ferry", now=NOON)

    said = head(stranger, "ferry")

    assert said["og:title"] == "The ferry: fewer boats &amp; “more” people"
    assert said["og:description"] == said["description"] == "Fuller boats, and a queue."
    assert said["og:url"].endswith("/articles/ferry")
    assert (said["og:type"], said["og:locale"]) == ("article", "pt_BR")
    assert (said["author"], said["article:section"]) == ("Ida Voss", "Islands")
    assert said["article:published_time"] == NOON.isoformat()
    assert "article:modified_time" not in said
    assert "og:image" not in said
    page = text_of(stranger.get("/articles/ferry"))
    assert f'<link rel="canonical" href="{said["og:url"]}">' in page


def test_an_article_that_was_changed_says_when(stranger, max_):
    article = an_article()
    accept(a_correction(article, "May 2025", "June 2025"), max_, now=now())

    assert head(stranger, article.slug)["article:modified_time"]


def test_the_standfirst_is_a_paragraph_beside_the_body_and_the_byline_stands_in_neither(stranger):
    blocks = (Block("title", "T"), Block("standfirst", "S."), Block("paragraph", "P."))
    known = document(byline="Ida Voss", published=NOON)
    importing.bring_in(replace(known, body=blocks), slug="ferry", now=NOON)

    page = re.sub(r"\s*\n\s*", "", text_of(stranger.get("/articles/ferry")))

    assert '<h1 class="title" data-start="0">T</h1>' in page
    assert re.search(r'</header><p class="standfirst"[^>]*>S\.</p><footer class="signed">', page)
    assert re.search(r'</footer><div class="body"><p[^>]*>P\.</p></div>', page)


def test_one_line_at_the_top_says_how_to_report_an_error(stranger):
    article = an_article()

    page = text_of(stranger.get(f"/articles/{article.slug}"))

    top = page.partition('<div class="body">')[0]
    assert top.count("data-report") == 1
    assert "or highlight the words" in top
