"""0026: hooks, events and calls come to databases of before, and go again; nothing is lost."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import downgrade
from sqlalchemy import inspect

from corrections_app import schema
from corrections_app.extensions import db
from tests.builders import NOON
from tests.migrating import migrate_to
from tests.test_migrations import FIRST, MANY, SIDE_FACTS, empty_app, filled, rows_of

__all__ = ["empty_app"]

ROWS = FIRST | SIDE_FACTS | MANY
HOOKS = {
    "hooks": {"id": 1, "url": "https://desk.example", "events": "[]", "seed": "s"}
    | {"created_at": NOON},
    "events": {"id": 1, "uid": "evt_1", "type": "article.revised", "article_id": 1, "revision": 1}
    | {"due_at": NOON, "created_at": NOON},
    "calls": {"id": 1, "hook_id": 1, "event_id": 1, "state": "waiting", "attempts": 0}
    | {"next_attempt_at": NOON, "created_at": NOON},
}


def before():
    folder = str(current_app.extensions["migrate"].directory)
    return ScriptDirectory(folder).get_revision("0026").down_revision


@pytest.mark.parametrize("head", ["0006", "0015", None])
def test_every_row_comes_up_and_goes_down_again(empty_app, head):
    migrate_to(revision=head or before())
    first = filled(ROWS)
    migrate_to(revision=before())
    here = rows_of(first)

    schema.upgrade()

    assert rows_of(first) == here
    filled(HOOKS)
    downgrade(revision=before())
    assert rows_of(first) == here
    assert not HOOKS.keys() & set(inspect(db.engine).get_table_names())
