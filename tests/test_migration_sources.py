"""What each article's source said last is found for databases from before."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade
from sqlalchemy import MetaData, insert, inspect, select

from corrections_app import schema
from corrections_app.domain.text.body import as_json, canonical_text
from corrections_app.extensions import db
from corrections_app.workflow.articles import importing, reading
from tests.builders import NOON, body, document
from tests.migrating import migrate_to
from tests.test_migrations import FIRST, empty_app, filled, rows_of

__all__ = ["empty_app"]

WALL = [
    ("import", "The wall", "The the wall is old.", "It rains."),
    ("accept", "The wall", "The wall is old.", "It rains."),
    ("import", "The wall", "The the wall is old.", "It pours."),
    ("accept", "The wall", "The wall is old.", "It pours."),
    ("edit", "The wall", "The wall is very old.", "It pours."),
]


@pytest.fixture
def before(empty_app):
    """A database of before with one article of several revisions, and one of a single import."""
    migrate_to(revision="0009")
    with db.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection, only=["articles", "revisions"])
        for number, (slug, revisions) in enumerate((("wall", WALL), ("market", WALL[:1])), 1):
            row = {"id": number, "slug": slug, "head": len(revisions), "lang": "en", "dir": "ltr"}
            row |= {"byline": "Ada", "section": "City", "published_at": NOON, "created_at": NOON}
            connection.execute(insert(tables.tables["articles"]).values(row))
            for nth, (origin, *paragraphs) in enumerate(revisions, 1):
                one = {"article_id": number, "number": nth, "title": paragraphs[0]}
                one |= {"body": as_json(body(*paragraphs)), "origin": origin}
                one |= {"text": canonical_text(body(*paragraphs)), "change_class": "silent"}
                connection.execute(
                    insert(tables.tables["revisions"]).values(one | {"created_at": NOON})
                )
    return empty_app


def test_the_last_import_of_each_article_is_kept_as_its_source(before):
    schema.upgrade()

    with db.engine.connect() as connection:
        tables = MetaData()
        tables.reflect(connection, only=["sources"])
        sources = tables.tables["sources"]
        found = connection.execute(select(sources).order_by(sources.c.article_id)).all()
    assert [one.body for one in found] == [as_json(body(*WALL[n][1:])) for n in (2, 0)]
    assert {(one.lang, one.dir, one.byline, one.section) for one in found} == {
        ("en", "ltr", "Ada", "City")
    }


def test_an_unchanged_file_undoes_nothing_after_an_upgrade(before):
    schema.upgrade()

    again = importing.bring_in(
        document(*WALL[2][1:], byline="Ada", section="City", published=NOON), slug="wall", now=NOON
    )
    more = importing.bring_in(
        document(*WALL[2][1:], "So it goes.", section="City"), slug="wall", now=NOON
    )

    # The byline becomes text, which is no change of what readers saw.
    assert (again.revision, again.told, more.revision) == (6, (), 7)
    assert reading.article_at("wall").current.text == canonical_text(
        body("The wall", "Ada", "The wall is very old.", "It pours.", "So it goes.")
    )


def test_the_way_back_keeps_every_article(empty_app):
    migrate_to(revision="0009")
    kept = filled(FIRST)
    schema.upgrade()

    downgrade(revision="0009")

    assert rows_of(kept) == kept
    assert "sources" not in inspect(db.engine).get_table_names()
