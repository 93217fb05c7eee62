"""Which names this server answers to."""

from __future__ import annotations

import pytest

from corrections_app.domain.lifecycle import Role
from corrections_app.web import hosts
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from tests.builders import NOON

OURS = "https://corrections.example.org"
FURTHER = ("corrections.intranet", "10.0.0.7", "::2")
# A host that is asked for, where the request came in, and whether that is ours.
NAMED = [
    ("corrections.example.org", "0.0.0.0", True),
    ("CORRECTIONS.example.ORG:8443", "0.0.0.0", True),
    ("corrections.example.org.", "0.0.0.0", True),
    ("corrections.intranet", "0.0.0.0", True),
    ("10.0.0.7:5000", "0.0.0.0", True),
    ("[::2]:5000", "::", True),
    ("localhost:5000", "127.0.0.1", True),
    ("127.0.0.1", "127.0.0.1", True),
    ("[::1]:5000", "::1", True),
    ("app.localhost", "127.0.0.1", True),
    ("localhost", "0.0.0.0", False),
    ("127.0.0.1:5000", "192.0.2.1", False),
    ("192.0.2.1", "192.0.2.1", False),
    ("evil.example", "127.0.0.1", False),
    ("corrections.example.org.evil.example", "127.0.0.1", False),
    ("evil-corrections.example.org", "127.0.0.1", False),
    ("evil.corrections.example.org", "127.0.0.1", False),
    ("corrections.example.org@evil.example", "127.0.0.1", False),
    ("corrections.example.org,evil.example", "127.0.0.1", False),
    ("corrections.example.org/x", "127.0.0.1", False),
    ("corrections.example.org?x", "127.0.0.1", False),
    ("corrections.example.org\\x", "127.0.0.1", False),
    ("corrections.example\t.org", "127.0.0.1", False),
    (" corrections.example.org", "127.0.0.1", False),
    ("corrections.example.org:0x50", "127.0.0.1", False),
    ("corrections.example.org:99999", "127.0.0.1", False),
    ("\u0441orrections.example.org", "127.0.0.1", False),
    ("[::1", "::1", False),
    ("a" * 100_000, "127.0.0.1", False),
    ("", "127.0.0.1", False),
]


@pytest.mark.parametrize(("host", "served", "is_ours"), NAMED)
def test_a_named_server_answers_to_its_names(host, served, is_ours):
    ours = hosts.of(OURS, FURTHER, is_named=True)

    assert ours.include({"HTTP_HOST": host, "SERVER_NAME": served}) is is_ours


def test_a_request_that_names_no_host_is_nobodys():
    assert not hosts.of(OURS, (), is_named=True).include({"SERVER_NAME": "127.0.0.1"})


def test_a_name_in_other_letters_is_known_as_browsers_write_it():
    ours = hosts.of("https://виправлення.example", (), is_named=True)

    assert ours.include({"HTTP_HOST": "xn--80adbmmupamk5o.example", "SERVER_NAME": "::"})


@pytest.mark.parametrize("host", ["192.0.2.1:5000", "[2001:db8::1]", "localhost", "127.0.0.1"])
def test_numbers_do_while_nobody_has_named_the_address_and_for_the_health(host):
    asked = {"HTTP_HOST": host, "SERVER_NAME": "0.0.0.0"}
    named = hosts.of(OURS, (), is_named=True)

    assert hosts.of("http://127.0.0.1:5000", (), is_named=False).include(asked)
    assert named.include(asked | {"PATH_INFO": "/healthz"})
    assert not named.include(asked | {"PATH_INFO": "/healthz/"})
    assert not named.include(asked | {"HTTP_HOST": "evil.example", "PATH_INFO": "/healthz"})


def test_further_hosts_come_from_the_settings(make_app):
    app = make_app(PUBLIC_URL=OURS, TRUSTED_HOSTS="Corrections.Intranet, 10.0.0.7")
    ask = app.test_client().get

    assert ask("/sign-in", base_url="http://corrections.intranet:5000").status_code == 200
    assert ask("/sign-in", base_url="http://10.0.0.7").status_code == 200
    assert ask("/sign-in", base_url="http://10.0.0.8").status_code == 400


def test_the_page_of_a_name_that_leads_to_us_changes_nothing(make_app):
    """DNS rebinding: the stranger's name is the origin too, so only the host tells."""
    app = make_app(PUBLIC_URL=OURS)
    evil = {"base_url": "http://evil.example", "headers": {"Origin": "http://evil.example"}}

    answer = app.test_client().post("/sign-in", data={"email": "max@courier.example"}, **evil)

    assert answer.status_code == 400
    assert answer.text == f"{hosts.WORDS}\n"
    told = app.test_client().get("/queue", base_url="http://evil.example", json={})
    assert told.status_code == 400


@pytest.mark.parametrize(
    ("url", "session", "device"),
    [
        (OURS, "__Host-corrections", "__Secure-corrections-device-"),
        ("http://localhost", "corrections", "corrections-device-"),
    ],
)
def test_cookies_are_named_for_what_browsers_must_hold_them_to(make_app, url, session, device):
    app = make_app(PUBLIC_URL=url)
    with app.app_context():
        accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
        link = accounts.one_time_link("max@courier.example", now=now()).removeprefix(url)
    answer = app.test_client().post(link)
    cookies = {one.partition("=")[0]: one for one in answer.headers.getlist("Set-Cookie")}
    own = cookies.pop(session)
    ((name, known),) = cookies.items()

    assert answer.status_code == 303
    assert name.startswith(device)
    assert "; Path=/;" in f"{own};"
    assert "; Path=/sign-in" in known
    for cookie in (own, known):
        assert ("; Secure" in cookie) is url.startswith("https:")
        assert "; HttpOnly" in cookie
        assert "; SameSite=Lax" in cookie
        assert "Domain" not in cookie


def test_a_cookie_that_another_host_may_have_set_signs_nobody_in(make_app):
    app = make_app(PUBLIC_URL=OURS)
    with app.app_context():
        accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
        browser = app.test_client()
        assert browser.post(
            accounts.one_time_link("max@courier.example", now=now()).removeprefix(OURS)
        )
    value = browser.get_cookie("__Host-corrections").value
    other = app.test_client()
    other.set_cookie("corrections", value)

    assert browser.get("/queue").status_code == 200
    assert other.get("/queue").status_code == 303
