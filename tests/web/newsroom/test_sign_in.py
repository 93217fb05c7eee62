"""The moderators' door."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from corrections_app import shelf
from corrections_app.domain.lifecycle import Role
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts, sign_in
from tests.builders import NOON

MAX = "max@courier.example"
PASSWORD = "harbour wall, rebuilt"


@pytest.fixture
def link(app):
    accounts.add(MAX, role=Role.MODERATOR, now=NOON)
    return accounts.one_time_link(MAX, now=now()).removeprefix("http://localhost")


def test_opening_a_link_spends_nothing(app, link):
    browser = app.test_client()

    for _ in range(3):
        assert browser.get(link).status_code == 200

    assert browser.get("/queue").status_code == 303
    assert browser.post(link).status_code == 303
    assert browser.get("/queue").status_code == 200


def test_a_link_signs_in_once(app, link):
    assert app.test_client().post(link).status_code == 303
    assert app.test_client().post(link).status_code == 403


def test_an_old_link_signs_nobody_in(app):
    accounts.add(MAX, role=Role.MODERATOR, now=NOON)
    old = accounts.one_time_link(MAX, now=now() - timedelta(hours=25))

    assert app.test_client().post(old.removeprefix("http://localhost")).status_code == 403


def test_a_disabled_person_s_link_signs_nobody_in(app, link):
    accounts.disable(MAX, now=NOON)

    assert app.test_client().post(link).status_code == 403


def test_a_password_signs_in(app):
    user = accounts.add(MAX, role=Role.MODERATOR, now=NOON)
    sign_in.set_password(user.id, PASSWORD, now=NOON)
    browser = app.test_client()

    answer = browser.post("/sign-in", data={"email": " MAX@courier.example", "password": PASSWORD})

    assert (answer.status_code, answer.location) == (303, "/queue")


@pytest.mark.parametrize(
    ("email", "password"), [(MAX, "wrong wrong wrong"), ("nobody@a.example", PASSWORD), ("", "")]
)
def test_wrong_ones_are_told_no_more_than_that(app, email, password):
    user = accounts.add(MAX, role=Role.MODERATOR, now=NOON)
    sign_in.set_password(user.id, PASSWORD, now=NOON)

    answer = app.test_client().post("/sign-in", data={"email": email, "password": password})

    assert answer.status_code == 403
    assert "The address or the password is wrong." in answer.get_data(as_text=True)


def test_guessing_is_slowed_down(make_app):
    app = make_app(LIMITS="30/hour")
    browser = app.test_client()

    statuses = [
        browser.post("/sign-in", data={"email": "a@b.example", "password": "x"}).status_code
        for _ in range(6)
    ]

    assert statuses == [403] * 5 + [429]


def test_signing_out_ends_the_session(moderator):
    assert moderator.post("/sign-out", {}).status_code == 303

    assert moderator.get("/queue").status_code == 303


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/queue/7", "/queue/7"),
        ("/outbox", "/outbox"),
        ("https://evil.example/", "/queue"),
        ("//evil.example/", "/queue"),
        ("/queue\\@evil.example", "/queue"),
        ("/queue?x=//evil", "/queue"),
        ("/\\evil.example", "/queue"),
    ],
)
def test_it_goes_on_only_to_our_own_pages(app, link, wanted, given):
    answer = app.test_client().post(link, data={"next": wanted})

    assert answer.location == given


def test_another_site_cannot_sign_a_browser_in(app):
    answer = app.test_client().post(
        "/sign-in",
        data={"email": MAX, "password": PASSWORD},
        headers={"Origin": "http://evil.example"},
    )

    assert answer.status_code == 403


def test_a_password_is_masked_and_may_be_pasted(client):
    page = client.get("/sign-in").get_data(as_text=True)
    (field,) = re.findall(r'<input[^>]*name="password"[^>]*>', page)
    scripts = (shelf("static") / "js").rglob("*.js")

    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert [path.name for path in scripts if re.search(r"paste", path.read_text("utf-8"))] == []
