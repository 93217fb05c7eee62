"""An article's page says to machines what it says to people: when it changed, what was wrong."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta

import pytest
from pyld import jsonld
from selectolax.lexbor import LexborHTMLParser

from corrections_app.domain.lifecycle import ChangeClass, NoticeChangeKind
from corrections_app.workflow.articles import importing, reading
from tests.builders import NOON, a_correction, accept, an_article, document
from tests.web.record.vocabularies import SCHEMA, loaded
from tests.workflow.record.noted import a_notice, became

FACT = {"change_class": ChangeClass.CORRECTION, "notice": "It costs </script><b>six, not four."}
YEAR = timedelta(days=365)


def data_of(answer):
    """The blocks of JSON-LD of a page, as an HTML parser finds them."""
    page = LexborHTMLParser(answer.data)
    return [json.loads(one.text()) for one in page.css('script[type="application/ld+json"]')]


def parsed(answer):
    """What a parser of JSON-LD makes of the only one, without the namespace."""
    (data,) = data_of(answer)
    (made,) = jsonld.expand(data, {"documentLoader": loaded})
    return made


def said(thing, name):
    """The values of a property: bare ones, addresses, or the things themselves."""
    values = thing.get(SCHEMA + name, [])
    return [one.get("@value", one if len(one) > 1 else one.get("@id")) for one in values]


@pytest.fixture
def page(client):
    return lambda slug="harbour-wall": client.get(f"/articles/{slug}")


def test_a_corrected_article_says_so(app, page, max_):
    accept(a_correction(an_article(), "four million", "six million"), max_, **FACT)

    made = parsed(page())

    assert made["@type"] == [SCHEMA + "NewsArticle"]
    assert said(made, "headline") == ["The harbour wall"]
    assert said(made, "inLanguage") == ["en"]
    assert said(made, "datePublished") == said(made, "dateModified") == [NOON.isoformat()]
    (correction,) = said(made, "correction")
    assert correction["@type"] == [SCHEMA + "CorrectionComment"]
    assert said(correction, "text") == [FACT["notice"]]
    assert said(correction, "datePublished") == [(NOON + timedelta(minutes=10)).isoformat()]
    assert said(correction, "url") == ["http://localhost/corrections/1"]


def test_its_publisher_says_how_it_corrects_itself(app, page):
    an_article()

    made = parsed(page())

    (publisher,) = said(made, "publisher")
    assert publisher["@type"] == [SCHEMA + "NewsMediaOrganization"]
    assert said(publisher, "name") == ["The Harbour Courier"]
    policy = ["http://localhost/corrections/policy"]
    assert said(publisher, "correctionsPolicy") == said(made, "publishingPrinciples") == policy


def test_dates_and_writer_are_the_articles(app, page, max_):
    facts = {"byline": "Ada Marlow", "published": NOON - YEAR, "section": "City", "lang": "uk"}
    importing.bring_in(document(**facts), slug="harbour-wall", now=NOON)
    before = parsed(page())
    assert said(before, "dateModified") == [(NOON - YEAR).isoformat()]

    accept(a_correction(reading.article_at("harbour-wall")), max_, now=NOON)
    after = parsed(page())

    assert said(after, "datePublished") == [(NOON - YEAR).isoformat()]
    assert said(after, "dateModified") == [NOON.isoformat()]
    (author,) = said(after, "author")
    assert (author["@type"], said(author, "name")) == ([SCHEMA + "Person"], ["Ada Marlow"])
    assert (said(after, "articleSection"), said(after, "inLanguage")) == (["City"], ["uk"])
    assert said(after, "correction") == []


def test_what_is_withdrawn_or_withheld_is_no_correction_any_more(app, page):
    article = an_article()
    became(a_notice(article, "One"), NoticeChangeKind.WITHDRAWN, note="x")
    became(a_notice(article, "Two"), NoticeChangeKind.WITHHELD, note="x")

    assert said(parsed(page()), "correction") == []


def test_letters_of_every_alphabet_stay_letters(app, page):
    an_article("Новий міст", "Слова.")

    assert "Новий міст".encode() in page().data.partition(b"ld+json")[2]


def test_it_weighs_next_to_nothing(app, page, client):
    an_article()
    whole = page().data
    start, end = whole.index(b'<script type="application/ld'), whole.index(b"</script>") + 9

    without = whole[:start] + whole[end:]

    assert len(gzip.compress(whole)) - len(gzip.compress(without)) < 400
