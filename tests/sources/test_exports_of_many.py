"""Exports of whole sites that are no feeds: Ghost's JSON, and Substack's table beside its pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from corrections_app.domain.errors import ImportRefused
from corrections_app.sources import read_all

from .shown import Write
from .test_exports import BODY, EXPORTS, shapes

SAVE = "open and save it once in Ghost's editor"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_an_export_of_ghost() -> None:
    found = list(read_all(EXPORTS / "ghost.json"))
    new, old = (each.document for each in found[:2])
    assert new
    assert old
    assert shapes(new) == [
        "title Old pier closes",
        "standfirst The council gives up.",
        "byline Ann Lee, Bo Ek",
        "The pier was built in [1884|strong], and the report says it leaks.",
        "heading2 What the divers found",
        "(image) Divers <None>",
        "Nobody stayed on the quay.",
    ]
    assert (new.external_id, new.name) == ("65d0000000000000000000a1", "old-pier")
    assert (new.section, new.published, new.lang) == ("Harbour", NOON, "en")
    assert shapes(old) == [
        "title The quay froze",
        "Ships waited for [two|strong] days.",
        "list_item1 One tug",
        "(image) Ice <None>",
    ]
    assert (old.external_id, old.byline, old.published) == ("17", None, NOON)
    assert [(each.name, each.refused, each.passed_over) for each in found[2:]] == [
        ("Not yet", "is not published (draft)", True),
        ("For members", "is not for everybody (members)", True),
        ("Only cards", f"has no text here: {SAVE}", False),
        ("Broken", f"is stored in no form known here: {SAVE}", False),
    ]


def test_an_export_of_substack() -> None:
    found = list(read_all(EXPORTS / "posts.csv"))
    pier = found[0].document
    assert pier
    assert shapes(pier)[:3] == [
        "title Old pier closes, for good",
        BODY[1],
        "The pier was built in [1884|strong], and [the report|link https://e.example/pier] "
        "says it leaks[.|note #1] It holds 60 people.",
    ]
    assert (pier.external_id, pier.name) == ("140000001", "old-pier-closes-for-good")
    assert pier.published == NOON
    assert [(each.name, each.refused, each.passed_over) for each in found[1:]] == [
        ("Not yet", "is not published (draft)", True),
        ("For friends", "is not for everybody (only_paid)", True),
        ("Talk", "is no article but thread", True),
        ("Lost", "its text is missing: put posts/140000005.lost.html beside the table", False),
        ("Sly", "has no number (post_id): export it again", False),
    ]


def test_a_page_that_leads_out_of_the_folder_is_not_read(document: Write) -> None:
    secret = document("secret.html", "<p>Nobody may read this.</p>")
    (secret.parent / "export").mkdir()
    table = document("export/posts.csv", "post_id,title,is_published\n7.sly,Sly,true\n")
    (table.parent / "7.sly.html").symlink_to(secret)

    (found,) = read_all(table)

    assert found.refused.startswith("its text is missing")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", "{", "not well-formed JSON"),
        ("a.json", "[" * 100_000, "not well-formed JSON"),
        ("a.json", "[]", "JSON of another kind"),
        ("a.json", '{"db": [7]}', "JSON of another kind"),
        ("a.json", '{"data": {"posts": 7}}', "an export without posts"),
        ("a.json", json.dumps({"data": {"posts": []}}), "an export without posts"),
        ("a.csv", "a,b\n1,2\n", "a table of another kind"),
        ("a.csv", "post_id,title,is_published\n", "an export without posts"),
        ("a.csv", f'post_id,title,is_published\n1,"{"a" * 200_000}",true\n', "not well-formed CSV"),
    ],
)
def test_what_is_no_such_export_is_refused_in_words(document: Write, name, content, said) -> None:
    with pytest.raises(ImportRefused, match=said):
        list(read_all(document(name, content)))


@pytest.mark.parametrize("oddity", [7, [], {"a": 1}, None, "", "\ud800"])
def test_a_post_of_odd_values_ends_nothing(document: Write, oddity: object) -> None:
    names = ("id", "title", "slug", "lexical", "html", "published_at", "custom_excerpt")
    post = {"status": "published", "visibility": "public"}
    posts = [post | {name: oddity} for name in names]
    posts.append(post | {"title": "Whole", "html": "<p>The ferry left the harbour at noon.</p>"})
    rows = {
        name: [oddity, {"id": oddity, "post_id": oddity}] for name in ("users", "posts_authors")
    }
    path = document("a.json", json.dumps({"data": {"posts": posts, **rows, "settings": oddity}}))

    *odd, whole = list(read_all(path))

    assert len(odd) == len(names)
    assert whole.document is not None
