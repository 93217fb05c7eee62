"""Every answer, errors and static files included, carries the security headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from corrections_app.web.headers import SECURITY_HEADERS
from tests.builders import an_article


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
        ("get", "/static/js/article.js", 200),
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
    app.add_url_rule("/broken", view_func=lambda: 1 / 0)

    answer = app.test_client().get("/broken")

    assert answer.status_code == 500
    assert "Something broke on our side" in answer.get_data(as_text=True)
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
