"""What a form tells of how it was filled in, and what its sender hears of it: nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from corrections_app.domain.warnings.suspicion import Sign
from corrections_app.extensions import db
from corrections_app.models import SetAside
from corrections_app.web.reader import stamps
from tests.builders import NOON, an_article
from tests.web.conftest import JSON, text_of
from tests.web.reader.test_corrections import ADDRESS, OURS, a_payload, stored

LINKS = "www.a.com"


@pytest.fixture
def clock(monkeypatch):
    """The time, as the stamps see it."""
    at = [NOON]
    monkeypatch.setattr(stamps, "now", lambda: at[0])
    return at


def form_of(browser, article, exact="the the"):
    """The fields of the form for some words, as a browser would send them."""
    start = article.current.text.index(exact)
    place = {"revision": article.head, "start": start, "end": start + len(exact)}
    page = text_of(browser.get(f"{ADDRESS}/new", query_string=place))
    inputs = re.findall(r"<input [^>]*>", page)
    named = [
        (re.search(r'name="(\w+)"', one), re.search(r'value="([^"]*)"', one)) for one in inputs
    ]
    fields = {name[1]: unescape(value[1]) if value else "" for name, value in named if name}
    fields.pop("credit", None)
    fields.pop("remember", None)
    return page, fields | {"exact": exact, "replacement": "the", "known": "", "ask": ""}


def found():
    db.session.rollback()
    return [
        row.signs.split() for row in db.session.scalars(select(SetAside).order_by("created_at"))
    ]


def test_the_hidden_field_is_out_of_sight_of_hearing_and_of_whatever_fills_in_forms(app):
    page, fields = form_of(app.test_client(), an_article())

    (wrapped,) = re.findall(r'<div class="unseen" aria-hidden="true">.*</div>', page)
    assert 'tabindex="-1"' in wrapped
    assert 'autocomplete="off"' in wrapped
    assert "required" not in wrapped
    assert fields["topic"] == ""


@pytest.mark.parametrize("as_json", [False, True])
def test_who_fills_it_in_gets_a_receipt_like_everybody_and_is_set_aside(app, clock, as_json):
    article, browser = an_article(), app.test_client()
    trapped = {"topic": "Watches", "email": "ada@reader.example"}

    if as_json:
        answer = browser.post(ADDRESS, json=a_payload(article) | trapped, headers=JSON | OURS)
        receipt = answer.json["url"]
    else:
        _, fields = form_of(browser, article)
        clock[0] += timedelta(seconds=5)
        answer = browser.post(ADDRESS, data=fields | trapped, headers=OURS)
        receipt = answer.location
    page = text_of(browser.get(receipt))

    assert answer.status_code == (201 if as_json else 303)
    assert found() == [[Sign.HIDDEN_FIELD]]
    assert "waiting for an editor" in page.lower()
    assert not re.search("spam|set aside|suspicious", page, re.I)


@pytest.mark.parametrize(
    ("seconds", "signs"),
    [(0.5, [[Sign.TOO_FAST, Sign.LINK_IN_WORDS]]), (2, []), (90_000, [])],
)
def test_a_form_says_how_long_ago_it_was_given_out(app, clock, seconds, signs):
    article, browser = an_article(), app.test_client()
    _, fields = form_of(browser, article)

    clock[0] = NOON + timedelta(seconds=seconds)
    browser.post(ADDRESS, data=fields | {"replacement": f"at {LINKS}"}, headers=OURS)

    assert stored() == 1
    assert found() == signs


@pytest.mark.parametrize("stamp", [None, "", "no stamp", "Ijki.abc", "\u00e9"])
def test_no_stamp_and_a_made_up_one_say_nothing(app, stamp):
    payload = a_payload(an_article(), replacement=f"at {LINKS}")
    sent = {} if stamp is None else {"stamp": stamp}

    answer = app.test_client().post(ADDRESS, json=payload | sent, headers=JSON | OURS)

    assert answer.status_code == 201
    assert found() == []


def test_a_form_that_came_back_still_knows_when_it_was_given_out(app, clock):
    article, browser = an_article(), app.test_client()
    _, fields = form_of(browser, article)

    again = text_of(browser.post(ADDRESS, data=fields | {"email": "no address"}, headers=OURS))

    assert unescape(re.findall(r'name="stamp"[^>]* value="([^"]+)"', again)[0]) == fields["stamp"]


def test_each_form_has_a_stamp_of_its_own_and_is_kept_by_no_cache(app, clock):
    article, browser = an_article(), app.test_client()
    _, one = form_of(browser, article)
    clock[0] += timedelta(seconds=1)
    _, other = form_of(browser, article)

    assert one["stamp"] != other["stamp"]
    assert browser.get(f"{ADDRESS}/new?whole=1").headers["Cache-Control"] == "no-store"
