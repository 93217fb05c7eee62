"""Sites come with the tables they need, and go without a trace."""

from __future__ import annotations

import hashlib

import pytest
from flask_migrate import downgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from corrections_app import schema
from corrections_app.extensions import db
from tests.builders import NOON
from tests.migrating import migrate_to
from tests.test_migrations import FIRST, MADE, MANY, SIDE_FACTS, empty_app, filled, rows_of

__all__ = ["empty_app"]

SITES = {
    "sites": MADE
    | {"id": 1, "name": "news", "kind": "wordpress", "address": "https://news.example"}
    | {"lang": "en", "synced_to": NOON},
    "site_articles": {"id": 1, "site_id": 1, "external_id": "7", "article_id": 1}
    | {"address": "https://news.example/7/", "version": "2026-01-01T00:00:00", "settled": True}
    | {"raw": {"content": "<p>the the</p>"}, "trouble": None, "read_at": NOON, "gone_at": None},
}
ALL = FIRST | SIDE_FACTS | MANY


def test_sites_come_up_with_all_rows_of_before(empty_app):
    """As they do from each earlier head in the tests of those."""
    migrate_to(revision="0010")
    kept = filled(ALL)

    schema.upgrade()

    assert rows_of(kept) == kept
    added = filled(SITES)
    assert rows_of(added) == added


def test_the_way_back_keeps_every_article(empty_app):
    migrate_to(revision="0010")
    kept = filled(ALL)
    schema.upgrade()
    filled(SITES)

    downgrade(revision="0010")

    assert rows_of(kept) == kept
    assert not SITES.keys() & set(inspect(db.engine).get_table_names())


def test_pages_are_looked_up_by_an_index_that_takes_any_address(empty_app):
    """A tree of PostgreSQL takes 2,704 bytes, and nothing ever bounded an address."""
    migrate_to(revision="0010")
    noise = "".join(hashlib.sha256(b"%d" % n).hexdigest() for n in range(200))
    long = f"https://news.example/{noise}"
    filled(ALL | {"articles": FIRST["articles"] | {"source_url": long}})

    schema.upgrade()

    assert db.session.scalar(text("SELECT source_url FROM articles WHERE id = 1")) == long
    db.session.rollback()
    assert "ix_articles_source_url" in indexes("articles")
    downgrade(revision="0010")
    assert "ix_articles_source_url" not in indexes("articles")


def indexes(table):
    return {each["name"] for each in inspect(db.engine).get_indexes(table)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sites SET kind = 'drupal'",
        "UPDATE sites SET name = :long",
        "UPDATE site_articles SET site_id = 9",
        "UPDATE site_articles SET article_id = 9",
        "UPDATE site_articles SET version = NULL",
        "DELETE FROM sites",
        "INSERT INTO site_articles (site_id, external_id, settled, read_at)"
        " SELECT site_id, external_id, settled, read_at FROM site_articles",
        "INSERT INTO site_articles (site_id, external_id, article_id, version, settled, read_at)"
        " SELECT site_id, '8', article_id, version, settled, read_at FROM site_articles",
    ],
)
def test_the_tables_of_sites_hold_nothing_impossible(app, statement):
    filled(FIRST | SITES)

    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(statement), {"long": "a" * 61} if ":long" in statement else {})
