"""Guesses at a password from everywhere at once, while its owner goes on working."""

from __future__ import annotations

import threading

import pytest
from argon2 import PasswordHasher, extract_parameters

from corrections_app.domain.errors import TooMany
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.web.devices import account_of
from corrections_app.web.rates import count_guess
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts, passwords, sign_in
from tests.builders import NOON
from tests.web.conftest import Moderator, sign_in_as

MAX = "max@courier.example"
PASSWORD = "the harbour wall, rebuilt"
RIGHT = {"email": MAX, "password": PASSWORD}


@pytest.fixture
def throttled(make_app):
    """The application with its limits, and Max, who has a password."""
    app = make_app(LIMITS="30/hour")
    with app.app_context():
        user = accounts.add(MAX, role=Role.MODERATOR, now=NOON)
        sign_in.set_password(user.id, PASSWORD, now=NOON)
        yield app
        db.session.rollback()


@pytest.fixture
def hashes(monkeypatch):
    """What passwords were compared with; the first, slow one that stands for nobody is made."""
    passwords._nobody()
    made, verify = [], PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda *given: made.append(given[1]) or verify(*given)
    )
    return made


def guess(browser, number, email=MAX, password="wrong"):
    """A try from a network of its own."""
    address = f"10.{number // 250}.{number % 250}.9"
    return browser.post(
        "/sign-in",
        data={"email": email, "password": password},
        environ_base={"REMOTE_ADDR": address},
    )


@pytest.mark.parametrize("email", [MAX, "nobody@courier.example"])
def test_a_hundred_networks_have_ten_guesses_at_one_account(throttled, hashes, email):
    browser = throttled.test_client()

    answers = [guess(browser, number, email) for number in range(15)]
    # The same question without a page for each answer: it is asked before anything is compared.
    later = [is_let_try(throttled, number, email) for number in range(15, 100)]

    assert len(hashes) == 10
    assert [answer.status_code for answer in answers] == [403] * 10 + [429] * 5
    assert not any(later)
    page = answers[-1].get_data(as_text=True)
    assert "Get a sign-in link by e-mail" in page
    assert f'value="{email}"' in page
    assert 3500 < int(answers[-1].headers["Retry-After"]) <= 3600


def is_let_try(app, number, email):
    """Whether one more try from a network of its own would be looked at."""
    address = f"10.{number // 250}.{number % 250}.9"
    with app.test_request_context(
        "/sign-in", method="POST", data={"email": email}, environ_base={"REMOTE_ADDR": address}
    ):
        try:
            count_guess()
        except TooMany:
            return False
        return True


def test_the_same_work_is_done_whoever_is_unknown_closed_or_without_a_password(throttled, hashes):
    for name in ("closed", "by-link"):
        accounts.add(f"{name}@courier.example", role=Role.MODERATOR, now=NOON)
    closed = accounts.by_email("closed@courier.example")
    sign_in.set_password(closed.id, PASSWORD, now=NOON)
    accounts.disable("closed@courier.example", now=NOON)
    made = []
    for number, email in enumerate(
        [
            MAX,
            "closed@courier.example",
            "by-link@courier.example",
            "nobody@courier.example",
            "no address",
        ]
    ):
        hashes.clear()
        answer = guess(throttled.test_client(), number, email)
        page = answer.get_data(as_text=True).replace(email, "")
        made.append((answer.status_code, page, [*map(extract_parameters, hashes)]))

    assert len(made[0][2]) == 1
    assert made == [made[0]] * len(made)


def test_its_owner_comes_in_where_they_came_in_before(throttled, hashes):
    own = throttled.test_client()
    assert guess(own, 0, password=PASSWORD).status_code == 303
    stranger = throttled.test_client()
    for number in range(1, 30):
        guess(stranger, number)

    assert guess(stranger, 99, password=PASSWORD).status_code == 429
    # Even from the network in which somebody has tried too often.
    assert guess(own, 5, password=PASSWORD).status_code == 303


def test_its_owner_comes_in_by_a_link_from_anywhere(throttled):
    stranger = throttled.test_client()
    for number in range(30):
        guess(stranger, number)
    link = accounts.one_time_link(MAX, now=now()).removeprefix("http://localhost")

    assert stranger.post(link).status_code == 303
    assert guess(stranger, 99, password=PASSWORD).status_code == 303


def test_a_known_device_has_a_budget_too_wherever_it_goes(throttled, hashes):
    own = throttled.test_client()
    guess(own, 0, password=PASSWORD)

    statuses = [guess(own, number).status_code for number in range(1, 50)]

    assert statuses == [403] * 5 + [429] * 44


def test_a_device_is_known_for_its_owner_only(throttled, hashes):
    accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
    own = throttled.test_client()
    guess(own, 0, password=PASSWORD)
    for number in range(1, 30):
        guess(throttled.test_client(), number, "mira@courier.example")
    assert guess(own, 99, "mira@courier.example").status_code == 429

    # Nor under her cookie's name, which anyone can work out.
    name, sealed = next(
        (one.key, one.value) for one in own._cookies.values() if "device" in one.key
    )
    hers = name.replace(account_of(MAX)[:8], account_of("mira@courier.example")[:8])
    assert hers != name
    own.set_cookie(hers, sealed, path="/sign-in")
    assert guess(own, 99, "mira@courier.example").status_code == 429


def test_signing_out_elsewhere_brings_no_new_tries(throttled, hashes):
    """Whoever finds a browser open could else ask for as many as they like."""
    own = Moderator(sign_in_as(throttled, MAX))
    hashes.clear()
    statuses = []
    for _ in range(8):
        statuses.append(own.post("/account/second-factor/confirm", {"password": "wrong"}))
        assert own.post("/account/sign-out-elsewhere", {}).status_code == 303

    assert [answer.status_code for answer in statuses] == [422] * 5 + [429] * 3
    assert len(hashes) == 5


@pytest.mark.parametrize("forged", ["", "x", "WyJhIiwiYiJd.aaaa.bbbb"])
def test_nobody_makes_themself_known(throttled, hashes, forged):
    own = throttled.test_client()
    guess(own, 0, password=PASSWORD)
    name = next(key[2] for key in own._cookies if key[2].startswith("corrections-device"))
    thief = throttled.test_client()
    thief.set_cookie(name, forged, path="/sign-in")
    for number in range(1, 30):
        guess(thief, number)

    assert guess(thief, 99, password=PASSWORD).status_code == 429


def test_the_cookie_of_a_device_goes_to_the_door_and_nowhere_else(throttled):
    answer = guess(throttled.test_client(), 0, password=PASSWORD)

    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if "device" in one]
    assert {"HttpOnly", "Path=/sign-in", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "max" not in cookie


def test_where_there_is_no_room_only_the_password_is_typed_again(throttled, monkeypatch, hashes):
    monkeypatch.setattr(passwords, "_for_strangers", threading.BoundedSemaphore(1))
    passwords._for_strangers.acquire()
    browser = throttled.test_client()

    answer = browser.post("/sign-in", data=RIGHT | {"next": "/outbox"})

    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Try again in a few seconds" in page
    assert f'value="{MAX}"' in page
    assert 'value="/outbox"' in page
    assert PASSWORD not in page
    assert hashes == []
    passwords._for_strangers.release()
    assert browser.post("/sign-in", data=RIGHT).status_code == 303


def test_no_room_costs_no_link(throttled, monkeypatch):
    throttled.test_client().post("/sign-in/forgotten", data={"email": MAX, "purpose": "reset"})
    from corrections_app.workflow.letters import outbox

    link = outbox.newest()[0].secret.removeprefix("http://localhost")
    for room in ("_for_strangers", "_for_those_known"):
        monkeypatch.setattr(passwords, room, threading.BoundedSemaphore(1))
        getattr(passwords, room).acquire()
    browser = throttled.test_client()

    assert browser.post(link, data={"password": "another good one"}).status_code == 503
    passwords._for_those_known.release()
    assert browser.post(link, data={"password": "another good one"}).status_code == 303
