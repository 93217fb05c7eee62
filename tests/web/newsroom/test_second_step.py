"""The second step at sign-in, without scripts: no page opens before it is done."""

from __future__ import annotations

import re
import sys

import pyotp
import pytest
from flask import url_for
from sqlalchemy import select

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import BrowserSession
from corrections_app.web.access import SAFE
from corrections_app.web.doors import DOORS
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts, sign_in
from tests.builders import NOON, a_correction, an_article
from tests.factors import STEP, with_app
from tests.web.conftest import JSON, Moderator, sign_in_as, text_of

MAX = "max@courier.example"
STEP_PAGE = "/sign-in/second-step"


@pytest.fixture
def phone(app, max_):
    """Max's app; the codes up to now are used."""
    return with_app(MAX, now() - 2 * STEP)[0]


# Codes are taken from one period before to one after: the current one and the next are right
# whatever the moment a test runs, and in this order each is later than the last.


def owing(app, email=MAX, **fields):
    """A browser in which the password or the link was right, and the factor is owed."""
    browser = app.test_client()
    link = accounts.one_time_link(email, now=now()).removeprefix("http://localhost")
    answer = browser.post(link, data=fields)
    assert answer.location.startswith(STEP_PAGE)
    return browser


def is_in(browser):
    return browser.get("/queue").status_code == 200


def shown(pattern, answer):
    found = re.search(pattern, text_of(answer))
    assert found, text_of(answer)
    return found[1]


def test_the_journey_from_no_second_step_to_one_and_back(app, max_):
    browser = Moderator(sign_in_as(app, MAX))
    page = browser.get("/account/second-factor")
    assert "Set up an app" in text_of(page)
    assert browser.post("/account/second-factor/app", {}).status_code == 303
    page = browser.get("/account/second-factor")
    secret = shown(r'<p class="key"><code>([a-zA-Z2-7-]+)</code>', page).replace("-", "")
    assert f"otpauth://totp/The%20Harbour%20Courier:max%40courier.example?secret={secret}" in (
        text_of(page).replace("&amp;", "&")
    )
    wrong = browser.post("/account/second-factor/app/code", {"code": "000000"})
    assert wrong.status_code == 422
    assert secret in text_of(wrong).replace("-", "")
    code = pyotp.TOTP(secret).now()
    assert browser.post("/account/second-factor/app/code", {"code": code}).status_code == 303
    page = text_of(browser.get("/account/second-factor?done=app"))
    codes = re.findall(r"<li><code>([a-z2-7-]{19})</code></li>", page)
    assert len(codes) == 10
    again = text_of(browser.get("/account/second-factor"))
    assert codes[0] not in again
    assert secret not in again.replace("-", "")

    other = owing(app)
    assert not is_in(other)
    assert (
        other.post(STEP_PAGE, data={"code": pyotp.TOTP(secret).at(now() + STEP)}).status_code == 303
    )
    assert is_in(other)
    assert browser.post("/account/second-factor/app/remove", {}).status_code == 303
    assert is_in(sign_in_as(app, MAX))


def test_every_page_is_closed_while_it_is_owed(app, phone):
    a_correction(an_article())
    stranger, half = app.test_client(), owing(app)
    values = {"slug": "harbour-wall", "token": "x", "correction_id": 1, "user_id": 1, "number": 1}
    opened, looked_at = [], 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(("second_step.", "sign_in.", "static")):
            continue
        with app.test_request_context():
            path = url_for(
                rule.endpoint,
                **{name: values.get(name, 1) for name in rule.arguments} | _act_of(rule),
            )
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            if method not in SAFE and DOORS[rule.endpoint].guard != "session":
                continue
            looked_at += 1
            answers = [who.open(path, method=method, headers=JSON) for who in (stranger, half)]
            # As long, not equal: a form holds a random key.
            seen = [(one.status_code, one.location, len(one.data)) for one in answers]
            if seen[0] != seen[1]:
                opened.append((method, path, seen))

    assert opened == []
    assert looked_at > 80


def _act_of(rule):
    """One of the acts that an address may end in."""
    some = {name: getattr(each, "items", None) for name, each in rule._converters.items()}
    return {name: min(items) for name, items in some.items() if items}


def test_what_the_cookie_of_such_a_browser_holds_is_no_session(app, phone):
    half = owing(app)
    with half.session_transaction() as kept:
        token = kept["owed"]
        assert "_user_id" not in kept
    forged = app.test_client()
    with forged.session_transaction() as kept:
        kept["_user_id"] = token

    assert not is_in(forged)


def test_a_session_that_was_known_before_is_worth_nothing_after(app, phone):
    half = owing(app)
    with half.session_transaction() as kept:
        planted = dict(kept)
    assert half.post(STEP_PAGE, data={"code": phone.now()}).status_code == 303
    thief = app.test_client()
    with thief.session_transaction() as kept:
        kept.update(planted)

    assert is_in(half)
    assert not is_in(thief)
    assert thief.get(STEP_PAGE).location == "/sign-in"


def test_who_was_here_before_is_signed_out_already(app, phone, mira):
    browser = sign_in_as(app, "mira@courier.example")
    link = accounts.one_time_link(MAX, now=now()).removeprefix("http://localhost")

    browser.post(link)

    assert not is_in(browser)


def test_it_leads_to_where_one_wanted_to_go(app, phone):
    half = owing(app, next="/outbox?show=dead")
    page = half.get(STEP_PAGE, query_string={"next": "/outbox?show=dead"})
    assert 'name="next" value="/outbox?show=dead"' in text_of(page)
    data = {"code": phone.now(), "next": "https://evil.example/queue"}

    assert half.post(STEP_PAGE, data=data).location == "/queue"


def test_a_wrong_code_is_said_beside_the_field(app, phone):
    answer = owing(app).post(STEP_PAGE, data={"code": "000000"})

    assert answer.status_code == 422
    assert 'id="code-fault"' in text_of(answer)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("sent", [{"credential": "{"}, {"credential": "[" * 9000}, {"code": "\0"}])
def test_rubbish_is_refused_in_words(app, phone, sent):
    assert owing(app).post(STEP_PAGE, data=sent).status_code == 422


def test_it_comes_only_from_our_own_pages(app, phone):
    half = owing(app)

    answer = half.post(
        STEP_PAGE, data={"code": phone.now()}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 403
    assert not is_in(half)


def test_twenty_tries_are_too_many_and_cost_the_owner_nothing(make_app):
    app = make_app(LIMITS="30/hour")
    with app.app_context():
        accounts.add(MAX, role=Role.MODERATOR, now=NOON)
        phone, _ = with_app(MAX, now() - 4 * STEP)
        known = owing(app)
        assert known.post(STEP_PAGE, data={"code": phone.now()}).status_code == 303
        half, statuses = owing(app), []
        for number in range(20):
            if number % 5 == 4:
                half = owing(app)  # another browser, the same account
            statuses.append(half.post(STEP_PAGE, data={"code": "000000"}).status_code)
        right = half.post(STEP_PAGE, data={"code": phone.now()})

        assert statuses.count(422) <= 10
        assert set(statuses[10:]) == {429}
        assert right.status_code == 429
        assert int(right.headers["Retry-After"]) > 0
        known.post(accounts.one_time_link(MAX, now=now()).removeprefix("http://localhost"))
        later = phone.at(now() + STEP)
        assert known.post(STEP_PAGE, data={"code": later}).status_code == 303
        db.session.rollback()


def test_devices_from_before_the_factor_bring_no_more_tries_at_it(make_app):
    """Who knew the password alone could have collected as many as they liked."""
    app = make_app(LIMITS="30/hour")
    with app.app_context():
        accounts.add(MAX, role=Role.MODERATOR, now=NOON)
        devices = [sign_in_as(app, MAX) for _ in range(3)]
        with_app(MAX, now() - 4 * STEP)
        statuses = []
        for device in devices:
            device.post(accounts.one_time_link(MAX, now=now()).removeprefix("http://localhost"))
            statuses += [
                device.post(STEP_PAGE, data={"code": "000000"}).status_code for _ in range(4)
            ]

        assert statuses == [422] * 5 + [429] * 7
        db.session.rollback()


def test_whoever_must_have_one_sets_it_up_before_anything_else(make_app):
    app = make_app(SECOND_FACTOR="everyone")
    with app.app_context():
        accounts.add(MAX, role=Role.MODERATOR, now=NOON)
        half = owing(app, next="/people")
        assert "Your newsroom asks for a second step" in text_of(half.get(STEP_PAGE))
        assert half.post(f"{STEP_PAGE}/app").status_code == 303
        secret = shown(r'<p class="key"><code>([a-zA-Z2-7-]+)</code>', half.get(STEP_PAGE))
        assert not is_in(half)

        answer = half.post(STEP_PAGE, data={"code": pyotp.TOTP(secret.replace("-", "")).now()})

        assert answer.location == "/account/second-factor?done=app"
        assert "Your recovery codes" in text_of(half.get(answer.location))
        assert is_in(half)
        assert half.post(f"{STEP_PAGE}/app").location == "/sign-in"
        db.session.rollback()


def test_without_the_extra_everything_works_and_the_page_says_how_to_get_it(app, max_, monkeypatch):
    codes = with_app("max@courier.example", now() - 3 * STEP)[1]
    for name in ("pyotp", "webauthn"):
        monkeypatch.setitem(sys.modules, name, None)
    accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)

    browser = Moderator(sign_in_as(app, "mira@courier.example"))
    half = owing(app)

    assert "reader-corrections[second-factor]" in text_of(browser.get("/account/second-factor"))
    assert browser.post("/account/second-factor/app", {}).status_code == 422
    assert half.post(STEP_PAGE, data={"code": codes[0]}).status_code == 303
    assert is_in(half)


def test_without_the_extra_an_app_is_no_way_in(app, phone, monkeypatch):
    code = phone.now()
    for name in ("pyotp", "webauthn"):
        monkeypatch.setitem(sys.modules, name, None)

    half = owing(app)

    assert half.post(STEP_PAGE, data={"code": code}).status_code == 422
    assert not is_in(half)


def test_one_confirms_by_the_password_where_there_is_no_factor(app, max_):
    sign_in.set_password(max_.id, "the harbour wall, rebuilt", now=now())
    browser = Moderator(sign_in_as(app, MAX))
    with db.session.begin():
        for one in db.session.scalars(select(BrowserSession).order_by(BrowserSession.id)):
            one.confirmed_at = NOON
    path = "/account/second-factor"
    assert "Confirm that it is you" in text_of(browser.get(path))
    refused = browser.post(f"{path}/app", {})
    assert refused.status_code == 403
    assert "Confirm first that it is you." in text_of(refused)
    assert browser.post(f"{path}/confirm", {"password": "wrong"}).status_code == 422
    assert browser.post(f"{path}/confirm", {"password": "the harbour wall, rebuilt"})

    assert browser.post(f"{path}/app", {}).status_code == 303


def test_an_admin_removes_a_colleagues_on_the_page(app, phone):
    accounts.add("ada@courier.example", role=Role.ADMIN, now=NOON)
    admin = Moderator(sign_in_as(app, "ada@courier.example"))
    user_id = accounts.by_email(MAX).id
    assert "Remove the second step" in text_of(admin.get(f"/people/{user_id}"))

    answer = admin.post(f"/people/{user_id}/reset-factor", {})

    assert answer.status_code == 303
    assert "The second step is removed" in text_of(admin.get(answer.location))
    assert is_in(sign_in_as(app, MAX))
