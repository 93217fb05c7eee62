"""The table of pictures comes to databases that have articles, and goes again."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade
from sqlalchemy import MetaData, inspect, select, text
from sqlalchemy.exc import DBAPIError

from corrections_app import schema
from corrections_app.checkup import installation
from corrections_app.extensions import db
from corrections_app.models import MediaFile
from corrections_app.workflow.articles import importing, reading
from tests.builders import NOON, an_article, document
from tests.migrating import heads, migrate_to
from tests.test_migrations import FIRST, empty_app, filled, rows_of

__all__ = ["empty_app"]

# The heads before it; each with rows in it comes up.
BEFORE = ["0001", "0010", "0011", "0012"]


@pytest.mark.parametrize("head", heads(*BEFORE))
def test_every_earlier_head_comes_up_with_its_rows_and_goes_back(empty_app, head):
    migrate_to(revision=head)
    kept = filled(FIRST)

    schema.upgrade()

    assert rows_of(kept) == kept
    assert [found.fine for found in installation.pictures()] == [True]
    downgrade(revision=head)
    assert rows_of(kept) == kept
    assert "media_files" not in inspect(db.engine).get_table_names()


def test_articles_without_pictures_come_in_again_unchanged(empty_app):
    migrate_to(revision="head")
    an_article()

    assert importing.bring_in(document(), slug="harbour-wall", now=NOON).is_new is False
    assert reading.article_at("harbour-wall").head == 1


@pytest.mark.parametrize(
    ("column", "value"), [("digest", "'abc'"), ("kind", "'svg'"), ("size", "0")]
)
def test_the_table_holds_nothing_impossible(app, column, value):
    row = {"digest": f"'{'a' * 64}'", "kind": "'png'", "size": "7"} | {column: value}
    row["created_at"] = "'2026-03-02 12:00:00'"
    names, values = ", ".join(row), ", ".join(row.values())

    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO media_files ({names}) VALUES ({values})"))


def test_the_table_is_as_the_model_says(app):
    tables = MetaData()
    tables.reflect(db.engine, only=["media_files"])

    assert set(tables.tables["media_files"].columns.keys()) == {
        "digest",
        "kind",
        "size",
        "created_at",
        "withheld_at",
    }


def test_a_picture_that_was_there_is_given_out_still(empty_app):
    migrate_to(revision="0016")
    row = {"digest": "a" * 64, "kind": "png", "size": 7, "created_at": NOON}
    kept = filled({"media_files": row})

    schema.upgrade()

    assert rows_of(kept) == kept
    with db.session.begin():
        assert db.session.scalars(select(MediaFile.withheld_at)).all() == [None]
    downgrade(revision="0016")
    assert rows_of(kept) == kept
