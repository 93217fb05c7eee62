"""What a reader typed or ticked is kept, and words that are no text of the article come along."""

from __future__ import annotations

import re

import pytest

from tests.builders import an_article
from tests.web.conftest import JSON, text_of

NEW = "/articles/harbour-wall/corrections/new"
SEND = "/articles/harbour-wall/corrections"
OURS = {"Sec-Fetch-Site": "same-origin"}
TICKED = re.compile(r'name="remember"[^>]* checked>')


@pytest.fixture
def stranger(app):
    return app.test_client()


def sent(article, **more):
    start = article.current.text.index("the the")
    place = {"revision": 1, "start": start, "end": start + 7, "exact": "the the"}
    return place | {"replacement": "the"} | more


@pytest.mark.parametrize("ticked", [True, False])
def test_a_tick_outlives_a_refusal(stranger, ticked):
    fields = sent(an_article(), email="nobody") | ({"remember": "y"} if ticked else {})

    page = text_of(stranger.post(SEND, data=fields, headers=OURS))

    assert bool(TICKED.search(page)) == ticked


@pytest.mark.parametrize("more", [{"explanation": "Twice."}, {"credit": "y"}, {"name": "Ada"}])
def test_what_is_unfolded_with_words_in_it_stays_so(stranger, more):
    fields = sent(an_article(), email="nobody") | more

    page = text_of(stranger.post(SEND, data=fields, headers=OURS))

    assert "<details open>" in page


@pytest.mark.parametrize(
    ("beside", "kept"),
    [
        ("Buy <b>boats</b>\n now", "“Buy &lt;b&gt;boats&lt;/b&gt; now”: "),
        ("x\u202ey", "“xy”: "),
        ("boat " * 1000, "boat…”: "),
    ],
)
def test_words_beside_the_text_come_along_and_the_form_says_so(stranger, beside, kept):
    an_article()

    page = text_of(stranger.get(NEW, query_string={"revision": 1, "beside": beside}))

    assert "These words are not part of the article’s text" in page
    assert kept in page
    assert len(page) < 10_000


def test_blanks_beside_the_text_lead_to_the_finder(stranger):
    an_article()

    assert "Where is the mistake?" in text_of(stranger.get(NEW, query_string={"beside": " \n"}))


def test_a_receipt_says_to_the_device_what_was_sent_and_where_it_stands(stranger):
    article = an_article()
    answer = stranger.post(SEND, json=sent(article), headers=JSON | OURS)

    known = stranger.get(answer.json["url"], headers=JSON).json
    stranger.post(f"{answer.json['url']}/withdraw", headers=OURS)
    after = stranger.get(answer.json["url"], headers=JSON).json

    start = article.current.text.index("the the")
    assert (known["exact"], known["replacement"]) == ("the the", "the")
    assert known["place"] == {"revision": 1, "start": start, "end": start + 7}
    assert (known["lang"], known["dir"]) == ("en", "ltr")
    assert after["status"] == "withdrawn"
    assert after["place"] is None
