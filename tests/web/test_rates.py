"""Who a request is from, and which host it went to: what a proxy and a stranger may say."""

from __future__ import annotations

import pytest

from corrections_app.extensions import counters
from corrections_app.web import rates
from corrections_app.web.rates import prefix_of
from tests.builders import an_article
from tests.web.conftest import JSON
from tests.web.reader.test_corrections import ADDRESS, OURS, a_payload


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("192.0.2.7:443", "192.0.2.0/24"),
        (" 192.0.2.7 ", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("[::ffff:192.0.2.7]:80", "192.0.2.0/24"),
        ("", "local"),
        (None, "local"),
        ("unknown", "local"),
    ],
)
def test_an_address_is_cut_to_its_network_however_a_proxy_writes_it(address, prefix):
    assert prefix_of(address) == prefix


def test_what_is_no_address_counts_for_the_peer_and_not_for_everybody():
    assert prefix_of("unknown", "203.0.113.9") == "203.0.113.0/24"


@pytest.fixture
def behind(make_app):
    """Sends a correction through a proxy that says whom it came from."""
    app = make_app(PROXY_HOPS=1, LIMITS="1/hour")
    with app.app_context():
        article = an_article()

        def send(said: str, peer: str = "127.0.0.1") -> int:
            headers = JSON | OURS | {"X-Forwarded-For": said}
            environ = {"REMOTE_ADDR": peer}
            payload = a_payload(article, explanation=f"{said} {peer}")
            return (
                app.test_client()
                .post(ADDRESS, json=payload, headers=headers, environ_base=environ)
                .status_code
            )

        yield send


def test_readers_behind_a_proxy_that_names_ports_are_counted_apart(behind):
    assert behind("192.0.2.1:443") == 201
    assert behind("192.0.2.1:444") == 429
    assert behind("198.51.100.1:443") == 201
    assert behind("[2001:db8::1]:443") == 201


def test_nonsense_from_one_proxy_stops_nobody_behind_another(behind):
    assert behind("nonsense", peer="203.0.113.1") == 201
    assert behind("other nonsense", peer="203.0.113.1") == 429
    assert behind("nonsense", peer="198.51.100.1") == 201


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/articles//harbour-wall", "/articles/harbour-wall"),
        ("/articles//harbour-wall?x=//y", "/articles/harbour-wall?x=//y"),
        ("//articles//harbour-wall", "/articles/harbour-wall"),
    ],
)
def test_a_mended_address_names_no_host_and_is_kept_by_no_cache(make_app, path, location):
    app = make_app(PROXY_HOPS=1)
    headers = {"Host": "localhost:81", "X-Forwarded-Host": "worse.example"}

    answer = app.test_client().open(path="/", headers=headers, environ_overrides=_at(path))

    assert answer.status_code == 308
    assert answer.headers["Location"] == location
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_redirect_of_ours_names_no_host(app):
    for path in ("/queue", "/account", "/outbox"):
        answer = app.test_client().get(path, headers={"Host": "localhost:81"})

        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in")
        assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_but_the_setting_says_where_readers_are(make_app):
    app = make_app(PROXY_HOPS=1, PUBLIC_URL="https://courier.example", TRUSTED_HOSTS="internal")
    app.view_functions["articles.index"] = _asked_for

    answer = app.test_client().get(
        "/", headers={"Host": "internal", "X-Forwarded-Host": "evil.example"}
    )

    assert answer.text == "internal"


def _asked_for():
    from flask import request

    return request.host


def _at(path):
    path, _, query = path.partition("?")
    return {"PATH_INFO": path, "QUERY_STRING": query}


def test_names_are_what_they_were_under_flask_limiter(make_app):
    """Whoever is refused when a newer version starts is refused by it too: Redis stays."""
    app = make_app(LIMITS="30/hour")
    with app.test_request_context("/embed/place", method="POST"):
        rates.count_place()
        rates.count_place_of("https://courier.example")
    with app.test_request_context("/sites/key/changed", method="POST"):
        rates.count_ping("courier")

    with app.app_context():
        assert counters.store.names == [
            "LIMITER/local/embed_form.place/20/1/minute",
            "LIMITER/site-https://courier.example/site/600/1/minute",
            "LIMITER/site-courier/changed.changed/60/1/minute",
            "LIMITER/site-courier/changed.changed/1000/1/hour",
        ]
