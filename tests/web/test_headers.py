"""Every answer, errors and static files included, carries the security headers."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from corrections_app.web.headers import SECURITY_HEADERS
from tests.builders import an_article

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def get(client):
    """Asks, reads everything, and closes what was opened for it."""

    def ask(address, headers=None):
        with client.get(address, headers=headers) as answer:
            answer.get_data()
        return answer

    return ask


@pytest.mark.parametrize("address", ["/", "/static/css/site.css"])
def test_what_is_public_travels_small_and_says_the_same(get, address):
    plain, packed = get(address), get(address, GZIP)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.content_length == len(packed.data)
    assert "Accept-Encoding" in packed.vary
    assert "Accept-Encoding" in plain.vary


@pytest.mark.parametrize("address", ["/", "/static/css/site.css"])
def test_a_kept_copy_is_still_good_packed_or_not(get, address):
    kept = get(address, GZIP).headers["ETag"]

    for asked in ({}, GZIP):
        again = get(address, asked | {"If-None-Match": kept})
        assert again.status_code == 304
        assert again.headers["ETag"] == kept
        assert again.data == b""


def test_a_personal_page_keeps_its_length(get):
    assert "Content-Encoding" not in get("/sign-in", GZIP).headers


def test_the_policy_runs_nothing_from_inside_a_page():
    policy = SECURITY_HEADERS["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/", 200),
        ("get", "/articles/harbour-wall", 200),
        ("get", "/articles/harbour-wall/corrections/new", 200),
        ("get", "/healthz", 200),
        ("get", "/sign-in", 200),
        ("get", "/static/js/reader/article.js", 200),
        ("get", "/queue", 303),
        ("get", "/nowhere", 404),
        ("get", "/articles/nowhere", 404),
        ("get", "/static/nowhere.css", 404),
        ("get", "/receipts/1-forged", 404),
        ("post", "/articles/harbour-wall", 405),
        ("delete", "/queue/1/decision", 405),
        ("post", "/articles/harbour-wall/corrections", 422),
        ("post", "/sign-in/forged", 403),
    ],
)
def test_they_stand_on(app, method, path, status):
    an_article()

    answer = getattr(app.test_client(), method)(path)

    assert answer.status_code == status
    for name in SECURITY_HEADERS:
        assert answer.headers[name]
    answer.close()


def test_they_stand_on_our_own_failures_too(make_app):
    app = make_app(PROPAGATE_EXCEPTIONS=False)
    app.view_functions["articles.index"] = lambda: 1 / 0

    answer = app.test_client().get("/")

    assert answer.status_code == 500
    assert "There was an error on our side" in answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"]


def test_they_stand_where_the_page_for_errors_is_broken_itself(make_app):
    app = make_app(PROPAGATE_EXCEPTIONS=False)
    page = Path(app.instance_path) / "templates" / "errors" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text("{{ 1 / 0 }}")

    answer = app.test_client().get("/nowhere")

    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert answer.text == "There is no page at this address.\n"
    assert SECURITY_HEADERS.items() <= dict(answer.headers).items()
