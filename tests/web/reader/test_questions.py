"""What a form that people fill in asks back before it sends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Contact, Correction
from corrections_app.workflow.clock import now
from tests.builders import a_correction, accept, an_article, reject
from tests.web.conftest import JSON, text_of
from tests.web.plain import fields_of

ADDRESS = "/articles/harbour-wall/corrections"
OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def form_for(browser, article, words, revision=None):
    """The form for some words, as a browser without scripts would fill it in and send it."""
    start = article.current.text.index(words)
    query = {"revision": revision or article.head, "start": start, "end": start + len(words)}
    return typed_in(text_of(browser.get(f"{ADDRESS}/new", query_string=query)))


def typed_in(page):
    """What a browser would send of the correction's form on this page."""
    return fields_of(re.search(r'<form class="correction".*?</form>', page, re.DOTALL)[0])


def stored():
    db.session.rollback()
    return db.session.scalars(select(Correction).order_by(Correction.id)).all()


def send(browser, fields, **typed):
    return browser.post(ADDRESS, data=fields | typed, headers=OURS)


@pytest.fixture
def browser(app):
    return app.test_client()


def test_the_form_of_the_page_asks(browser):
    fields = form_for(browser, an_article(), "the the")

    assert (fields["ask"], fields["known"]) == ("1", "")
    assert send(browser, fields, replacement="the").status_code == 303


def test_whoever_sends_the_same_may_be_told_too(browser):
    article = an_article()
    first = a_correction(article, explanation="A secret.", name="Ada", email="ada@reader.example")
    fields = form_for(browser, article, "the the")

    asked = send(browser, fields, replacement="the", explanation="I saw “it” twice.")

    page = text_of(asked)
    assert asked.status_code == 409
    assert len(stored()) == 1
    assert "Someone has already suggested this. Do you want the answer too?" in page
    assert "Yes, tell me too" in page
    assert "I saw “it” twice." in page
    for secret in ("A secret.", "Ada", "ada@", first.reference):
        assert secret not in page
    again = send(browser, typed_in(page), email="grace@reader.example")
    assert again.status_code == 303
    _, second = stored()
    assert (second.leader_id, second.explanation) == (first.id, "I saw “it” twice.")
    assert db.session.get_one(Contact, second.id).email == "grace@reader.example"


def test_a_newsroom_without_letters_promises_none(make_app):
    app = make_app(PUBLIC_URL="https://corrections.courier.example", MAIL_URL="maildir:")
    with app.app_context():
        assert app.config["LETTERS_STAY_HERE"]
        article = an_article()
        a_correction(article)
        browser = app.test_client()
        fields = form_for(browser, article, "the the") | {"replacement": "the"}

        page = text_of(browser.post(ADDRESS, data=fields, headers=OURS))

    assert "Give me a receipt too" in page
    assert 'name="email"' not in page


@pytest.mark.parametrize("how", ["json", "bare form"])
def test_programs_join_silently(browser, how):
    article = an_article()
    first = a_correction(article)
    start = article.current.text.index("the the")
    sent = {
        "revision": 1,
        "start": start,
        "end": start + 7,
        "exact": "the the",
        "replacement": "the",
    }

    if how == "json":
        answer = browser.post(ADDRESS, json=sent | {"ask": "1"}, headers=OURS | JSON)
    else:
        answer = browser.post(ADDRESS, data=sent, headers=OURS)

    assert answer.status_code == (201 if how == "json" else 303)
    assert stored()[1].leader_id == first.id


def test_what_was_turned_down_can_be_sent_anyway(browser, max_):
    article = an_article()
    reject(a_correction(article), max_, reason="house_style", note="Dear Ada, as you know …")
    fields = form_for(browser, article, "the the")

    asked = send(browser, fields, replacement="the")

    page = text_of(asked)
    assert asked.status_code == 409
    assert "Our style book asks for the one that we printed." in page
    assert "Send anyway" in page
    assert "Dear Ada" not in page
    assert "max" not in page.lower().replace("maxlength", "").replace("max-", "")
    assert send(browser, typed_in(page)).status_code == 303
    assert len(stored()) == 2


@pytest.mark.parametrize(
    ("replacement", "sentence"), [("the", "the article already says this"), ("a", "It now says")]
)
def test_an_old_page_is_told_that_the_words_were_corrected(browser, max_, replacement, sentence):
    article = an_article()
    fields = form_for(browser, article, "rebuild the the")
    accept(a_correction(article, "rebuild the the", "rebuild the"), max_, now=now())

    asked = send(browser, fields, replacement=f"rebuild {replacement}")

    page = text_of(asked)
    assert asked.status_code == 409
    assert re.search(r"Already corrected at \d\d:\d\d UTC", page)
    assert sentence in page
    assert re.search(r'data-reload href="/articles/harbour-wall"', page)
    assert send(browser, typed_in(page)).status_code == 303


def test_the_time_is_the_newsrooms_and_an_old_day_is_named(make_app, max_):
    app = make_app(TIMEZONE="Asia/Tokyo")
    article = an_article()
    correction = a_correction(article)
    at = now().replace(hour=16, minute=5) - timedelta(days=3)
    accept(correction, max_, now=at)
    start = article.current.text.index("the harbour")

    page = text_of(
        app.test_client().get(f"{ADDRESS}/new?revision=1&start={start}&end={start + 15}")
    )

    day = at + timedelta(hours=9)
    assert f"Already corrected at 01:05 JST on {day.day} {day:%b %Y}" in page


def test_a_form_that_is_opened_for_words_that_changed_says_so_at_once(browser, max_):
    article = an_article()
    start = article.current.text.index("four million")
    accept(a_correction(article, "four million", "five million"), max_, now=now())

    page = text_of(browser.get(f"{ADDRESS}/new?revision=1&start={start}&end={start + 12}"))

    assert "Already corrected at" in page
    assert "five" in page
    assert 'name="replacement"' in page
    # What was said when it opened is not asked again.
    assert send(browser, typed_in(page), replacement="three million").status_code == 303


def test_words_that_others_marked_differently_are_sent_without_their_suggestion(browser):
    article = an_article()
    a_correction(article, "four million", "eleven million", explanation="A secret.")
    fields = form_for(browser, article, "four million")

    answer = send(browser, fields, replacement="six million")

    page = text_of(browser.get(answer.location))
    assert answer.status_code == 303
    assert "marked these words too" in page
    assert "eleven" not in page
    assert "A secret." not in page


def test_a_try_that_had_arrived_can_be_followed_by_another(browser):
    fields = form_for(browser, an_article(), "four million")
    send(browser, fields, replacement="five million")

    refused = send(browser, fields, replacement="six million")

    page = text_of(refused)
    assert refused.status_code == 422
    assert "Your earlier try did arrive." in page
    assert typed_in(page)["key"] != fields["key"]
    assert send(browser, typed_in(page)).status_code == 303
    assert len(stored()) == 2
