"""Sign-in by a real OpenID provider: who works here, and nobody else, and each answer once."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from corrections_app.config import BadConfiguration
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from tests.builders import NOON
from tests.factors import STEP, with_app
from tests.oidc import SECRET, running, signed_in_at
from tests.web.conftest import text_of

MAX = "max@courier.example"


@pytest.fixture(scope="module")
def issuer():
    with running() as address:
        yield address


@pytest.fixture
def app(make_app, issuer):
    app = make_app(
        OIDC_ISSUER=issuer,
        OIDC_CLIENT_ID="corrections",
        OIDC_CLIENT_SECRET=SECRET,
        INSIDE_HOSTS=urlsplit(issuer).netloc,
    )
    with app.app_context():
        accounts.add(MAX, role=Role.MODERATOR, now=NOON)
        yield app
        db.session.rollback()


def begun(browser, **query):
    answer = browser.get("/sign-in/provider", query_string=query)
    assert answer.status_code == 303, text_of(answer)
    return answer.location


def returned(browser, address):
    return browser.get(address.removeprefix("http://localhost"))


def is_in(browser):
    return browser.get("/queue").status_code == 200


def altered(address, **changed):
    parts = urlsplit(address)
    query = {name: value for name, [value] in parse_qs(parts.query).items()} | changed
    return f"{parts.path}?{urlencode({k: v for k, v in query.items() if v is not None})}"


def test_whoever_works_here_comes_in(app, issuer):
    browser = app.test_client()
    page = text_of(browser.get("/sign-in"))
    assert f"Sign in with {urlsplit(issuer).netloc}" in page
    asked = begun(browser, next="/outbox")
    query = parse_qs(urlsplit(asked).query)
    assert query["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(query)
    assert query["scope"] == ["openid email"]

    answer = returned(browser, signed_in_at(asked, "Max@courier.example"))

    assert answer.location == "/outbox"
    assert is_in(browser)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("nobody@courier.example", "no account here has this address"),
        ("gone@courier.example", "no account here has this address"),
        ("unverified@courier.example", "does not say that your e-mail address is verified"),
    ],
)
def test_nobody_else_does(app, who, said):
    for email in ("gone@courier.example", "unverified@courier.example"):
        accounts.add(email, role=Role.EDITOR, now=NOON)
    accounts.disable("gone@courier.example", now=NOON)
    browser = app.test_client()

    answer = returned(browser, signed_in_at(begun(browser), who))

    assert answer.status_code == 403
    assert said in text_of(answer)
    assert not is_in(browser)


def test_the_second_factor_is_asked_for_all_the_same(app):
    phone, _ = with_app(MAX, now() - 3 * STEP)
    browser = app.test_client()

    answer = returned(browser, signed_in_at(begun(browser), MAX))

    assert answer.location == "/sign-in/second-step"
    assert not is_in(browser)
    assert browser.post(answer.location, data={"code": phone.now()}).status_code == 303
    assert is_in(browser)


def test_an_answer_counts_once_in_the_browser_that_asked(app):
    browser, other = app.test_client(), app.test_client()
    answer = signed_in_at(begun(browser), MAX)

    assert returned(other, answer).status_code == 403, "a stranger's answer signs nobody in"
    begun(other)
    assert returned(other, answer).status_code == 403
    assert returned(browser, answer).status_code == 303
    assert returned(browser, answer).status_code == 403
    assert not is_in(other)


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "x"},
        {"state": None},
        {"code": "x"},
        {"code": None},
        {"iss": "https://evil.example"},
        {"error": "access_denied"},
    ],
)
def test_an_answer_that_was_altered_signs_nobody_in(app, changed):
    browser = app.test_client()
    answer = altered(signed_in_at(begun(browser), MAX), **changed)

    assert returned(browser, answer).status_code == 403
    assert not is_in(browser)


@pytest.mark.parametrize("name", ["nonce", "verifier"])
def test_what_was_asked_must_be_what_is_answered(app, name):
    browser = app.test_client()
    answer = signed_in_at(begun(browser), MAX)
    with browser.session_transaction() as kept:
        kept["provider"] = kept["provider"] | {name: "x" * 64}

    assert returned(browser, answer).status_code == 403
    assert not is_in(browser)


def test_an_answer_for_another_client_signs_nobody_in(app):
    browser = app.test_client()
    answer = signed_in_at(begun(browser), MAX)
    app.config["OIDC_CLIENT_SECRET"] = "another secret of 32 characters!"

    assert returned(browser, answer).status_code == 403


def test_it_takes_ten_minutes_at_most(app):
    browser = app.test_client()
    answer = signed_in_at(begun(browser), MAX)
    with browser.session_transaction() as kept:
        kept["provider"] = kept["provider"] | {"at": now().timestamp() - 601}

    assert returned(browser, answer).status_code == 403


def test_a_provider_that_is_away_is_said_to_be(make_app):
    app = make_app(OIDC_ISSUER="http://127.0.0.1:9", OIDC_CLIENT_ID="x", INSIDE_HOSTS="127.0.0.1:9")

    answer = app.test_client().get("/sign-in/provider")

    assert answer.status_code == 503
    assert "The provider does not answer." in text_of(answer)
    assert 'name="password"' in text_of(answer)


def test_without_one_there_is_no_such_page(client):
    assert "Sign in with" not in text_of(client.get("/sign-in"))
    assert client.get("/sign-in/provider").status_code == 404
    assert client.get("/sign-in/provider/callback").status_code == 404


@pytest.mark.parametrize(
    "settings",
    [
        {"OIDC_ISSUER": "http://id.example.org", "OIDC_CLIENT_ID": "x"},
        {"OIDC_ISSUER": "id.example.org", "OIDC_CLIENT_ID": "x"},
        {"OIDC_ISSUER": "https://id.example.org?x", "OIDC_CLIENT_ID": "x"},
        {"OIDC_ISSUER": "https://id.example.org"},
        {"OIDC_CLIENT_ID": "x"},
    ],
)
def test_half_a_provider_stops_the_start(make_app, settings):
    with pytest.raises(BadConfiguration, match="CORRECTIONS_OIDC_"):
        make_app(**settings)
