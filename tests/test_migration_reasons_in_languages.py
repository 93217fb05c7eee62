"""A reason's words in further languages come as a column that is empty, and go with it.

That it keeps all rows of every earlier head is tested with each of those: all go up to the newest.
"""

from __future__ import annotations

from flask_migrate import downgrade
from sqlalchemy import inspect, select, text

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.models import ReasonWording
from tests.test_migration_house_rules import HOUSE_RULES, grown
from tests.test_migration_set_aside import before
from tests.test_migrations import empty_app, filled, rows_of

__all__ = ["empty_app"]

HEAD = "0030"


def reasons():
    return db.session.execute(text("SELECT code, label, sentence FROM reasons ORDER BY code")).all()


def test_it_comes_up_with_all_rows_and_goes_again(empty_app):
    kept = grown("0028") | filled(HOUSE_RULES)
    worded = reasons()
    db.session.rollback()

    schema.upgrade()

    assert rows_of(kept) == kept
    assert reasons() == worded != []
    rows = db.session.scalars(select(ReasonWording).order_by(ReasonWording.code)).all()
    assert [row.translations for row in rows] == [None] * len(worded)
    rows[0].translations = {"uk": {"label": "Стиль"}}
    db.session.commit()
    downgrade(revision=before(HEAD))
    assert rows_of(kept) == kept
    assert reasons() == worded
    db.session.rollback()
    assert "translations" not in {one["name"] for one in inspect(db.engine).get_columns("reasons")}
