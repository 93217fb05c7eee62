"""One search box: words, a reference, a reader's address, an article's title and address."""

from __future__ import annotations

import re

import pytest

from corrections_app.extensions import db
from corrections_app.models import Article
from corrections_app.workflow.articles import importing
from corrections_app.workflow.transaction import write
from tests.builders import HARBOUR, NOON, ON_PURPOSE, a_correction, an_article, document
from tests.web.conftest import JSON, text_of

ADA = "ada@reader.example"


@pytest.fixture
def sent(moderator):
    """Two corrections by Ada of two articles, and one by somebody else."""
    harbour, ferry = an_article(), an_article(slug="ferry-in-figures")
    with write() as session:
        article = session.get_one(Article, ferry.id)
        article.source_url = "https://courier.example/ferry"
    first = a_correction(harbour, "the the", "the", email=ADA)
    second = a_correction(ferry, "May 2025", "May 2026", email=ADA)
    third = a_correction(ferry, "will begin", "begins", email="bob@reader.example")
    return {"first": first, "second": second, "third": third}


def found(browser, words, **more):
    answer = browser.get("/queue", query_string={"words": words} | more, headers=JSON)
    assert answer.status_code == 200
    return [item["id"] for item in answer.json["items"]]


def searched(browser, words, at="/queue/search"):
    """What the box leads to: the answer, and the numbers of its rows."""
    answer = browser.post(at, {"words": words}, follow_redirects=True)
    page = text_of(answer)
    return answer, [int(one) for one in re.findall(r'href="/queue/(\d+)[^"]*"[^>]*data-main', page)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (ADA, ["second", "first"]),
        (" ADA@Reader.Example ", ["second", "first"]),
        ("bob@reader.example", ["third"]),
        ("ferry-in-figures", ["third", "second"]),
        ("/articles/ferry-in-figures", ["third", "second"]),
        ("http://localhost/articles/ferry-in-figures#x", ["third", "second"]),
        ("https://courier.example/ferry?utm_source=x", ["third", "second"]),
        ("begins", ["third"]),
        ("https://elsewhere.example/nothing", []),
    ],
)
def test_the_box_finds_readers_articles_and_words(moderator, sent, words, names):
    numbers = [sent[name].id for name in names]
    answer, rows = searched(moderator, words)

    assert found(moderator, words) == rows == numbers
    assert answer.status_code == 200


def test_the_box_finds_a_reference_as_it_is_said(moderator, sent):
    one = sent["second"]
    for said in (one.reference, one.reference.lower().replace("-", " ")):
        assert found(moderator, said) == [one.id]
        assert searched(moderator, said)[1] == [one.id]
    assert found(moderator, one.reference, kind="fact" if one.kind != "fact" else "typo") == []


def test_a_readers_address_stands_in_no_address_bar(moderator, sent):
    answer = moderator.post("/queue/search?kind=typo&words=old", {"words": ADA})

    assert answer.location == f"/queue?like={sent['second'].id}&kind=typo"
    unknown = moderator.post("/queue/search", {"words": "eve@reader.example"})
    assert (unknown.status_code, found(moderator, "eve@reader.example")) == (422, [])
    assert "No correction came from this address." in text_of(unknown)
    assert 'value="eve@reader.example"' in text_of(unknown)
    assert moderator.post("/queue/search?kind=typo", {"words": " "}).location == "/queue?kind=typo"


@pytest.mark.parametrize(
    "pasted",
    ["Ada Marlow <{}>", "mailto:{}", "{},", "„{}“", "eve@reader.example; {}"],
)
def test_an_address_is_found_as_it_is_pasted(moderator, sent, pasted):
    answer = moderator.post("/queue/search", {"words": pasted.format(ADA)})

    assert answer.location == f"/queue?like={sent['second'].id}"


@pytest.mark.parametrize("typed", ["eve@reader", "Eve <eve@reader.example>", "write to eve@x.y!"])
def test_what_is_like_an_address_stands_in_no_address_bar_either(moderator, sent, typed):
    answer = moderator.post("/queue/search", {"words": typed})

    assert (answer.status_code, answer.location) == (422, None)
    # Nor does the form of filters carry it there.
    assert re.findall(r'<input type="hidden" name="words"', text_of(answer)) == []


def test_a_page_whose_address_has_an_at_is_looked_for_as_one(moderator, sent):
    answer = moderator.post("/queue/search", {"words": "https://courier.example/@ada/ferry"})

    assert answer.location.startswith("/queue?words=https")


def test_a_correction_is_found_by_the_new_headline_of_its_article(moderator, sent):
    importing.bring_in(
        document("A quay of stone", *HARBOUR[1:]), slug="harbour-wall", terms=ON_PURPOSE, now=NOON
    )
    db.session.rollback()

    assert found(moderator, "quay stone") == [sent["first"].id]
    assert sent["first"].id in found(moderator, "harbour wall")


def test_a_row_counts_the_others_of_its_reader_and_only_others(moderator, sent):
    page = text_of(moderator.get("/queue"))

    counted = re.findall(r'href="/queue\?like=(\d+)">others by this reader \((\d+)\)', page)
    assert sorted(counted) == sorted([(str(sent[n].id), "1") for n in ("first", "second")])
