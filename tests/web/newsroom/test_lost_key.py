"""Guesses at the door, and what to do when the key is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts, sign_in
from tests.builders import NOON
from tests.web.conftest import sign_in_as

MAX = "max@courier.example"
PASSWORD = "the harbour wall, rebuilt"


@pytest.fixture
def throttled(make_app):
    """The application with its limits."""
    app = make_app(LIMITS="30/hour")
    with app.app_context():
        yield app
        db.session.rollback()


def letters():
    db.session.rollback()
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def path_in(letter):
    return letter.secret.removeprefix("http://localhost")


def is_in(browser):
    return browser.get("/queue").status_code == 200


@pytest.mark.parametrize("purpose", ["sign_in", "reset"])
def test_nobody_learns_who_has_an_account(app, max_, purpose):
    accounts.add("gone@courier.example", role=Role.EDITOR, now=NOON)
    accounts.disable("gone@courier.example", now=NOON)
    seen = set()

    for email in (MAX, "gone@courier.example", "nobody@courier.example"):
        browser = app.test_client()
        asked = {"email": email, "purpose": purpose}
        answer = browser.post("/sign-in/forgotten", data=asked)
        page = browser.get(answer.location)
        seen.add((answer.status_code, answer.location, answer.data, page.status_code, page.data))

    assert len(seen) == 1
    assert [letter.recipient for letter in letters()] == [MAX]


def test_what_is_no_address_is_said_beside_the_field(app):
    answer = app.test_client().post("/sign-in/forgotten", data={"email": "max"})

    assert answer.status_code == 422
    assert 'id="email-fault"' in answer.get_data(as_text=True)


def test_a_reset_leads_to_a_new_password_once(app, max_):
    old = sign_in_as(app, MAX)
    app.test_client().post("/sign-in/forgotten", data={"email": MAX, "purpose": "reset"})
    path, browser = path_in(letters()[0]), app.test_client()

    assert browser.get(path).status_code == 200
    assert browser.post(path, data={"password": "short"}).status_code == 422
    assert browser.post(path, data={"password": PASSWORD}).status_code == 303

    assert is_in(browser)
    assert not is_in(old)
    assert browser.get(path).status_code == 403
    assert app.test_client().post(path, data={"password": PASSWORD}).status_code == 403


def test_two_browsers_race_for_one_link_and_one_gets_in(app, max_):
    link = accounts.one_time_link(MAX, now=now()).removeprefix("http://localhost")
    browsers, barrier = [app.test_client() for _ in range(4)], Barrier(4)

    def press(browser):
        barrier.wait()
        return browser.post(link).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(press, browsers))

    assert statuses == [303, 403, 403, 403]
    assert sum(is_in(browser) for browser in browsers) == 1


def test_guesses_are_counted_before_anything_is_compared(throttled, monkeypatch):
    user = accounts.add(MAX, role=Role.MODERATOR, now=NOON)
    sign_in.set_password(user.id, PASSWORD, now=NOON)
    compared, verify = [], PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda *given: compared.append(given[2]) or verify(*given)
    )
    browser = throttled.test_client()
    tries = ["wrong"] * 5 + [PASSWORD]

    answers = [browser.post("/sign-in", data={"email": MAX, "password": one}) for one in tries]

    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert compared == ["wrong"] * 5


def test_guesses_at_one_account_do_not_shut_out_another_network(throttled):
    user = accounts.add(MAX, role=Role.MODERATOR, now=NOON)
    sign_in.set_password(user.id, PASSWORD, now=NOON)
    browser, tried = throttled.test_client(), {"email": MAX, "password": PASSWORD}
    for _ in range(6):
        browser.post("/sign-in", data=tried | {"password": "x"})

    near = browser.post("/sign-in", data=tried)
    far = browser.post("/sign-in", data=tried, environ_base={"REMOTE_ADDR": "203.0.113.9"})

    assert (near.status_code, far.status_code) == (429, 303)


def test_many_accounts_tried_from_one_network_are_one_crowd(throttled):
    browser = throttled.test_client()

    statuses = [
        browser.post("/sign-in", data={"email": f"{n}@b.example", "password": "x"}).status_code
        for n in range(21)
    ]

    assert statuses == [403] * 20 + [429]


def test_letters_to_one_address_are_few_whoever_asks_and_whoever_has_it(throttled):
    accounts.add(MAX, role=Role.MODERATOR, now=NOON)
    browser = throttled.test_client()

    for email in (MAX, "nobody@courier.example"):
        statuses = [
            browser.post(
                "/sign-in/forgotten",
                data={"email": email},
                environ_base={"REMOTE_ADDR": f"203.0.{n}.9"},
            ).status_code
            for n in range(4)
        ]
        assert statuses == [303, 303, 303, 429]
    assert len(letters()) == 3


def test_another_site_asks_for_no_letter(app, max_):
    answer = app.test_client().post(
        "/sign-in/forgotten", data={"email": MAX}, headers={"Origin": "http://evil.example"}
    )

    assert (answer.status_code, letters()) == (403, [])
