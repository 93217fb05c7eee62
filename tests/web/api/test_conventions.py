"""What all doors for programs do alike: refusals, pages of lists, states, keys."""

from __future__ import annotations

import pytest
from flask import g

from corrections_app.domain.errors import BadKey, PreconditionFailed, PreconditionRequired
from corrections_app.models import Token
from corrections_app.serving.body_first import BodyFirst
from corrections_app.web.api import conventions
from tests.builders import an_article
from tests.web.api.programs import a_program
from tests.web.lines import Coming, Head, heard, run

ARTICLES = "/api/v1/articles"


def check_problem(answer, status, code):
    """A refusal is what RFC 9457 says, with the members of our JSON beside."""
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    told = answer.json
    assert {"type", "title", "status", "detail", "error", "message", "fields"} <= set(told)
    assert told["status"] == status
    assert told["type"] == f"/api/v1/#{code}"
    assert told["error"] == code
    assert told["detail"] == told["message"] != ""
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*", ""])
def test_refusals_of_addresses_are_problems_whatever_is_asked_for(app, program, accept):
    head = {"Accept": accept}

    check_problem(program.get("/api/v1/nothing", headers=head), 404, "not_found")
    check_problem(program.post(ARTICLES, headers=head, json={}), 405, "method_not_allowed")
    check_problem(program.get(f"{ARTICLES}?limit=0", headers=head), 422, "invalid")
    check_problem(app.test_client().get(ARTICLES, headers=head), 401, "no_token")


def test_a_fault_of_ours_is_a_problem_that_can_be_found_in_the_log(make_app, monkeypatch):
    app = make_app(PROPAGATE_EXCEPTIONS=False, own=True)
    with app.app_context():
        program = a_program(app)
        monkeypatch.setattr("corrections_app.web.api.articles.limit", lambda: 1 // 0)

        answer = program.get(ARTICLES)

    check_problem(answer, 500, "internal")
    assert answer.json["request"] == answer.headers["X-Request-ID"]


def test_what_the_server_refuses_before_the_application_is_a_problem_too(app):
    served = BodyFirst(app)
    head = Head("PUT", "/api/v1/articles/x", {"content-length": str(10**9)})

    answer = run(heard(served, Coming(), head))

    check_problem(answer, 413, "too_long")


def test_a_list_is_read_to_its_end_along_its_links(app, program):
    for number in range(5):
        an_article(f"Piece {number}", "It says so.", slug=f"piece-{number}")
    path, seen = f"{ARTICLES}?limit=2&words=piece", []

    while path:
        answer = program.get(path)
        assert answer.status_code == 200
        seen += [item["slug"] for item in answer.json["items"]]
        link = answer.headers.get("Link", "")
        assert link == "" or (link.startswith("<") and link.endswith('>; rel="next"'))
        path = link.partition(">")[0].removeprefix("<")

    assert seen == [f"piece-{number}" for number in reversed(range(5))]


@pytest.mark.parametrize("asked", ["0", "101", "-1", "x", "1.5", "٥", "9" * 30])
def test_no_list_gives_more_than_a_hundred_at_once(program, asked):
    answer = program.get(ARTICLES, query_string={"limit": asked})

    assert answer.status_code == 422
    assert set(answer.json["fields"]) == {"limit"}


def test_a_list_that_is_known_is_not_sent_again(app, program):
    an_article()
    first = program.get(ARTICLES)

    again = program.get(ARTICLES, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.get_data() == b""


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"If-Match": '"r12"'}, 12),
        ({"If-Match": ' "r1" '}, 1),
        ({"If-None-Match": "*"}, None),
        ({}, PreconditionRequired),
        ({"If-None-Match": '"r1"'}, PreconditionRequired),
        ({"If-Match": "*"}, PreconditionFailed),
        ({"If-Match": 'W/"r12"'}, PreconditionFailed),
        ({"If-Match": "r12"}, PreconditionFailed),
        ({"If-Match": '"r1", "r2"'}, PreconditionFailed),
        ({"If-Match": '"r9999999999"'}, PreconditionFailed),
    ],
)
def test_a_change_says_which_state_it_was_made_for(app, headers, found):
    with app.test_request_context(headers=headers):
        if isinstance(found, type):
            with pytest.raises(found):
                conventions.state_seen()
        else:
            assert conventions.state_seen() == found


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a", "token 7: a"),
        ('"a b"', "token 7: a b"),
        ("x" * 80, "token 7: " + "x" * 80),
        ("x" * 81, None),
        ('""', None),
        ("", None),
        ("a\u0000", None),
    ],
)
def test_a_key_is_of_one_token_alone(app, sent, kept):
    with app.test_request_context(environ_base={"HTTP_IDEMPOTENCY_KEY": sent}):
        g.token = Token(id=7)
        if kept is None:
            with pytest.raises(BadKey):
                conventions.key()
        else:
            assert conventions.key() == kept
