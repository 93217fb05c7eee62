"""A page's address alone says which article it shows, and its site who may show our form."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.errors import Ambiguous, NotAnArticle, NotFoundInText, UnknownSite
from corrections_app.domain.sighting import Sighting
from corrections_app.extensions import db
from corrections_app.models import Article
from corrections_app.sites.kinds import Described
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.sightings import origins, placing
from corrections_app.workflow.sites import registry
from tests.builders import HARBOUR, NOON, ON_PURPOSE, document
from tests.workflow.sites.newsroom import ADDRESS, Newsroom, add, sync

PAGE = "https://news.example/harbour/"


def brought_in(*paragraphs, slug="harbour", url=PAGE, now=NOON):
    here = document(*(paragraphs or HARBOUR), source_url=url)
    importing.bring_in(here, slug=slug, terms=ON_PURPOSE, now=now)
    db.session.rollback()
    return reading.article_at(slug)


def sighting(words, paragraph):
    start = paragraph.index(words)
    return Sighting(paragraph, start, start + len(words))


@pytest.mark.parametrize(
    "address",
    [
        PAGE,
        "https://news.example/harbour",
        "https://NEWS.example:443/harbour/?utm_source=letter#comments",
    ],
)
def test_a_page_is_known_by_its_address(app, address):
    brought_in()

    assert placing.article_of(address).slug == "harbour"


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("https://news.example/other/", NotAnArticle),
        ("https://news.example/harbour/?page=2", NotAnArticle),
        ("https://news.example/Harbour/", NotAnArticle),
        ("http://news.example/harbour/", UnknownSite),
        ("https://news.example:8443/harbour/", UnknownSite),
        ("https://news.example.evil.example/harbour/", UnknownSite),
        ("https://news.exampl/harbour/", UnknownSite),
        ("https://news_example/", UnknownSite),
        ("https://%/", UnknownSite),
        ("", UnknownSite),
        ("null", UnknownSite),
    ],
)
def test_a_page_of_no_article_is_refused(app, address, refusal):
    brought_in()

    with pytest.raises(refusal):
        placing.article_of(address)


def test_a_retired_article_is_on_no_page(app):
    article = brought_in()
    article.retired_at = NOON

    with pytest.raises(NotAnArticle):
        placing.article_of(PAGE)


def test_a_site_may_show_the_form_of_its_own_pages_only(app):
    brought_in()
    brought_in(slug="valley", url="https://valley.example/a")

    assert origins.embedding(PAGE) == ("https://news.example",)
    assert origins.embedding("https://valley.example/b") == ("https://valley.example",)
    assert origins.embedding("https://evil.example/") == ()


def test_origins_of_the_settings_stand_for_one_another(make_app):
    app = make_app(EMBED_ORIGINS="https://www.news.example, https://news.example")
    with app.app_context():
        brought_in(slug="valley", url="https://valley.example/a")
        both = ("https://www.news.example", "https://news.example")

        assert origins.embedding(PAGE) == both
        assert origins.embedding("https://valley.example/a") == ("https://valley.example",)


def test_words_of_a_page_that_a_cache_kept_are_found_in_their_own_revision(app):
    old = "The council voted on Tuesday to rebuild the the harbour wall."
    brought_in()
    later = NOON + timedelta(hours=1)
    article = brought_in(HARBOUR[0], "The council voted on Tuesday to rebuild it.", now=later)

    found = placing.place(article, sighting("the the", old), later)

    assert (article.head, found.revision, found.exact, found.how) == (2, 1, "the the", "block")
    with pytest.raises(NotFoundInText):
        placing.place(article, sighting("the the", old), later + timedelta(days=8))


def test_words_that_stay_are_found_in_the_current_revision(app):
    brought_in()
    article = brought_in(HARBOUR[0], HARBOUR[1].replace("the the", "the"), *HARBOUR[2:])

    found = placing.place(article, sighting("Tuesday", HARBOUR[1]), NOON)

    assert (found.revision, found.exact, found.how) == (2, "Tuesday", "aligned")


def test_a_place_is_widened_to_whole_characters(app):
    article = brought_in("Flags", "A flag 🇺🇦 flies.")

    found = placing.place(article, Sighting("A flag 🇺🇦 flies.", 7, 8), NOON)

    assert found.exact == "🇺🇦"


def test_an_ambiguous_place_is_not_looked_for_in_older_revisions(app):
    article = brought_in("Twice", "The same words.", "Between.", "The same words.")

    with pytest.raises(Ambiguous):
        placing.place(article, sighting("words", "The same words."), NOON)


@pytest.fixture
def synced(app):
    """A newsroom's site with one article, which came by a sync."""
    add()
    there = Newsroom()
    there.publish("7", "The council voted to rebuild the the wall.", title="The wall")
    sync(there)
    return there


def test_an_article_that_came_by_a_sync_is_reported_from_its_page(synced):
    paragraph = "The council voted to rebuild the the wall."

    article = placing.article_of(f"{ADDRESS}/7/?utm_source=letter")
    placed = placing.place(article, sighting("the the", paragraph), NOON)

    assert (article.slug, placed.exact, placed.how) == ("the-wall", "the the", "block")


def test_a_synced_article_is_found_where_it_moved_to_and_not_where_it_was(synced):
    moved = {"address": f"{ADDRESS}/wall/"}
    synced.publish("7", "The council voted to rebuild the the wall.", **moved)
    sync(synced)

    assert placing.article_of(f"{ADDRESS}/wall/").slug == "the-wall"
    with pytest.raises(NotAnArticle):
        placing.article_of(f"{ADDRESS}/7/")


def test_a_known_site_may_show_the_form_before_any_article_came(app):
    add()
    folder = Described("git", "file:///srv/pages", pages="https://static.example:8443/{slug}/")
    registry.add(folder, name="static", lang=None, key=None, now=NOON)

    assert origins.embedding(f"{ADDRESS}/soon/") == (ADDRESS,)
    assert origins.embedding("https://static.example:8443/x/") == ("https://static.example:8443",)
    assert not origins.embedding("https://static.example/x/")
    assert not origins.embedding("file:///srv/pages")
    with pytest.raises(NotAnArticle):
        placing.article_of(f"{ADDRESS}/soon/")
    registry.remove("news", NOON)
    assert not origins.embedding(f"{ADDRESS}/soon/")


def test_what_a_cms_calls_an_address_leads_no_reader_out_of_the_web(app):
    add()
    there = Newsroom()
    there.publish("7", "A stall sells fish.", address="javascript:alert(1)")
    sync(there)

    (address,) = db.session.scalars(select(Article.source_url))
    assert address is None
