"""What a program sends as an article and what is none: each is told what to do instead."""

from __future__ import annotations

import pytest

from tests.web.api.test_articles import ARTICLES, NEW, QUAY, stored
from tests.web.api.test_conventions import check_problem


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
        ({"blocks": {}}, "blocks"),
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
