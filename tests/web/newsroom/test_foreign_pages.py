"""Another site's page signs nobody in, and nobody takes another's place without a word."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.web.access import SAFE
from corrections_app.web.doors import DOORS
from corrections_app.workflow import clock
from corrections_app.workflow.people import accounts
from tests.builders import NOON
from tests.web.conftest import JSON, sign_in_as

MAX = "max@courier.example"
MALLORY = "mallory@courier.example"
PASSWORD = "the harbour wall, rebuilt"
FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
]


@pytest.fixture
def mallory(app):
    """A colleague who makes others act in their name."""
    return accounts.add(MALLORY, role=Role.MODERATOR, now=NOON)


def sign_in_link():
    return accounts.one_time_link(MALLORY, now=clock.now()).removeprefix("http://localhost")


def reset_link(app):
    app.test_client().post("/sign-in/forgotten", data={"email": MALLORY, "purpose": "reset"})
    db.session.rollback()
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    return letter.secret.removeprefix("http://localhost")


BOTH = pytest.mark.parametrize(
    "make", [lambda _app: sign_in_link(), reset_link], ids=["sign-in", "reset"]
)


def who_is_in(browser):
    page = browser.get("/account").get_data(as_text=True)
    return re.search(r'<a href="/account">([^<]+)</a>', page)[1]


@BOTH
@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_another_site_signs_nobody_in_with_a_link_of_its_own(
    app, moderator, mallory, make, headers
):
    link, fields = make(app), {"password": PASSWORD}

    answer = moderator.client.post(link, data=fields, headers=headers)

    assert answer.status_code == 403
    assert "another site" in answer.get_data(as_text=True)
    assert who_is_in(moderator) == "max"
    # And the link is not spent by that.
    assert app.test_client().post(link, data=fields).status_code == 303


def test_no_way_in_rests_on_its_address_alone(app):
    ways = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("sign_in.") and (rule.methods or set()) - SAFE
    ]

    guards = {way: DOORS[way].guard for way in ways}

    assert set(guards) >= {"sign_in.create", "sign_in.use", "sign_in.reset"}
    assert guards.pop("sign_in.destroy") == "session"
    assert set(guards.values()) == {"origin"}


@BOTH
def test_our_own_page_says_who_goes_before_another_comes(app, moderator, mallory, make):
    page = moderator.get(make(app)).get_data(as_text=True)

    assert "max is signed in here. This link is for mallory: it signs max out" in page
    assert who_is_in(moderator) == "max"


@BOTH
def test_nobody_is_warned_of_themself_nor_where_nobody_is_in(app, mallory, make):
    for browser in (sign_in_as(app, MALLORY), app.test_client()):
        assert "is signed in here" not in browser.get(make(app)).get_data(as_text=True)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["/sign-in/{}", "/sign-in/reset/{}"])
def test_a_used_link_leads_to_where_another_is_asked_for(app, path, method):
    browser = app.test_client()

    answer = getattr(browser, method)(path.format("long-since-used"))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'action="/sign-in/forgotten"' in page
    assert 'name="email"' in page


def test_from_a_used_link_one_comes_back_in(app, mallory):
    link = sign_in_link()
    assert app.test_client().post(link).status_code == 303
    browser = app.test_client()
    page = browser.post(link).get_data(as_text=True)
    action = re.search(r'<form method="post" action="([^"]+)"', page)[1]

    asked = browser.post(action, data={"email": MALLORY, "purpose": "sign_in"})

    assert asked.status_code == 303
    db.session.rollback()
    letter = db.session.scalars(select(Letter)).one()
    assert browser.post(letter.secret.removeprefix("http://localhost")).status_code == 303
    assert who_is_in(browser) == "mallory"


def test_programs_are_told_the_same(app):
    answer = app.test_client().post("/sign-in/long-since-used", headers=JSON)

    assert (answer.status_code, answer.json["error"]) == (403, "not_permitted")
