"""Articles of before are found by their words, and go back as they came."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade
from flask_migrate import upgrade as migrate_to
from sqlalchemy import inspect, text

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.workflow.articles import overview
from tests.test_migrations import FIRST, empty_app, filled, rows_of

__all__ = ["empty_app"]

BEFORE = "0018"


@pytest.fixture(params=["0001", "0010", BEFORE])
def kept(empty_app, request):
    """A database grown up from an earlier head, with an article in it."""
    migrate_to(revision=request.param)
    first = filled(FIRST)
    migrate_to(revision=BEFORE)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE articles SET byline = 'Zoë Marlow', slug = 'a-wall'"))
        connection.execute(text("UPDATE revisions SET title = 'Harbour café'"))
    return first


def found(words):
    with db.session.begin():
        return [item.article.slug for item in overview.listed(words=words).items]


def test_an_article_of_before_is_found_and_stays_found_by_its_words(kept):
    schema.upgrade()

    for words in ("HARBOUR cafe", "zoe", "a-wall"):
        assert found(words) == ["a-wall"]
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE articles SET found_by = 'tea'"))
    assert [found("cafe"), found("tea")] == [[], ["a-wall"]]


def test_the_way_back_keeps_every_article(kept):
    schema.upgrade()
    here = rows_of(kept)

    downgrade(revision=BEFORE)

    assert rows_of(kept) == here
    assert "found_by" not in {one["name"] for one in inspect(db.engine).get_columns("articles")}
    assert not [name for name in inspect(db.engine).get_table_names() if "search_articles" in name]
    schema.upgrade()
    assert found("cafe") == ["a-wall"]
