"""What a program sends as an article and what is none: each is told what to do instead."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from corrections_app.extensions import db
from corrections_app.serving.body_first import in_front_of
from tests.web.api.programs import a_program
from tests.web.api.test_articles import ARTICLES, NEW, QUAY, stored
from tests.web.api.test_conventions import check_problem
from tests.web.lines import Coming, Head, heard, run


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ({}, "html"),
        ({"html": "<p>a", "markdown": "a"}, "html"),
        ({"html": 3}, "html"),
        ({"markdown": "a", "body": "b", "title": "t"}, "body"),
        ({"markdown": "a", "title": ["t"]}, "title"),
        ({"markdown": "a", "title": "t" * 2001}, "title"),
        ({"markdown": "a", "title": "t\u0000"}, "title"),
        ({"markdown": "a", "title": "t", "class": "big"}, "class"),
        ({"markdown": "a", "title": "t", "side": "mine"}, "side"),
        ({"markdown": "a", "title": "t", "notice": "n"}, "notice"),
        ({"markdown": "a", "title": "t", "confirmed": "number"}, "confirmed"),
        ({"html": "<p>\ud800", "title": "t"}, "html"),
        ({"markdown": "a\u0000", "title": "t"}, "markdown"),
        ({"blocks": {}}, "blocks"),
        ({"blocks": json.loads("[" * 400 + "]" * 400)}, "blocks"),
        ({"blocks": [{"kind": "title", "text": json.loads("[" * 400 + "]" * 400)}]}, "blocks"),
        ({"blocks": [{"kind": "title"}]}, "blocks"),
        ({"blocks": [{"kind": "script", "text": "x"}]}, "blocks"),
    ],
)
def test_what_is_no_article_is_refused_by_its_name(program, sent, named):
    answer = program.put(QUAY, json=sent, headers=NEW)

    assert answer.status_code == 422
    assert named in answer.json["fields"], answer.json
    assert stored() == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"markdown": "No headline."}, "“title”"),
        ({"markdown": "", "title": "t"}, "“"),
        ({"markdown": "a", "title": "t", "published": "soon"}, "“published”"),
        ({"markdown": "a", "title": "t", "lang": "?"}, "“lang”"),
        ({"html": "<p>a", "title": "t", "content": "p["}, "“content”"),
        ({"markdown": "[" * 30_000, "title": "t"}, "brackets"),
        ({"blocks": [{"kind": "title", "text": "a"}] * 2}, "second title"),
    ],
)
def test_what_cannot_be_brought_in_says_what_to_say_instead(program, sent, said):
    answer = program.put(QUAY, json=sent, headers=NEW)

    check_problem(answer, 422, "import_refused")
    assert said in answer.json["message"]
    assert "--" not in answer.json["message"]


@pytest.mark.parametrize("path", ["Quay", "-quay", "qu--ay", "q" * 101, "кей"])
def test_an_address_that_cannot_be_one_is_refused(program, path):
    answer = program.put(f"{ARTICLES}/{path}", json={"title": "t", "markdown": "a"}, headers=NEW)

    check_problem(answer, 422, "import_refused")


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"[]", "application/json", 422),
        (b"{", "application/json", 422),
        (b'{"title": "a", "title": "b"}', "application/json", 422),
        (b"[" * 50_000, "application/json", 422),
        (b"title=a", "application/x-www-form-urlencoded", 422),
        (b"<p>a</p>", "text/html", 415),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(program, data, kind, status):
    answer = program.put(QUAY, data=data, content_type=kind, headers=NEW)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("scope", "path", "method", "status"),
    [
        ("articles:write", QUAY, "PUT", 201),
        ("articles:read", QUAY, "PUT", 413),
        ("", QUAY, "PUT", 413),
        ("articles:write", f"{QUAY}/retire", "POST", 413),
        ("articles:write", ARTICLES, "PUT", 413),
    ],
)
def test_the_server_takes_a_whole_article_only_from_a_program_that_sends_them(
    app, scope, path, method, status
):
    secret = a_program(app, scope).secret if scope else f"rc_{'x' * 43}"
    long = "\n\n".join(["It is a long story. " * 50] * 100)
    body = json.dumps({"title": "The quay", "markdown": long}).encode()
    said = {
        "authorization": f"Bearer {secret}",
        "content-length": str(len(body)),
        "content-type": "application/json",
        "host": "localhost",
        "if-none-match": "*",
    }
    db.session.rollback()

    with closing(in_front_of(app)) as served:
        answer = run(heard(served, Coming(body, piece=10_000), Head(method, path, said)))

    assert answer.status_code == status, answer.text
    assert len(body) > 64 * 1024
