"""What the pages say where they used to charm: dates, choices, a search without results."""

from __future__ import annotations

from datetime import UTC, datetime

from corrections_app.workflow.articles import importing, reading
from tests.builders import NOON, a_correction, an_article, document
from tests.web.conftest import text_of

DAY = '<time datetime="2024-02-13">13 Feb 2024</time>'


def test_a_card_says_when_its_article_was_published(moderator):
    told = document(published=datetime(2024, 2, 13, 9, tzinfo=UTC))
    importing.bring_in(told, slug="harbour-wall", now=NOON)
    dated = a_correction(reading.article_at("harbour-wall"))
    undated = a_correction(an_article(slug="other"))

    cards = [text_of(moderator.get(f"/queue/{one.id}")) for one in (dated, undated)]

    assert f"<span>Published {DAY}</span>" in cards[0]
    assert '<span>Imported <time datetime="2026-03-02">2 Mar 2026</time></span>' in cards[1]


def test_a_reader_chooses_the_kind_from_plain_words(app):
    an_article()

    form = text_of(
        app.test_client().get("/articles/harbour-wall/corrections/new?revision=1&start=0&end=3")
    )

    for words in ("Choose…", "Typo", "Other"):
        assert f">{words}</option>" in form


def test_a_search_that_finds_nothing_says_so(moderator):
    a_correction(an_article())

    assert "No results." in text_of(moderator.get("/queue?words=zebra"))
