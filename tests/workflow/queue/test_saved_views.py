"""Lists that are kept by name."""

from __future__ import annotations

from corrections_app.extensions import db
from corrections_app.models import SavedView, User
from corrections_app.workflow.queue import saved_views
from tests.builders import NOON
from tests.racing import at_once


def test_of_one_name_kept_twice_at_one_moment_there_is_one_view(app, max_):
    who = max_.id

    def keeps(query):
        by = db.session.get(User, who)
        return saved_views.save("Mine", query, shared=False, by=by, now=NOON).id

    kept = at_once(app, *(lambda number=number: keeps(f"words={number}") for number in range(6)))

    assert len(set(kept)) == 1
    assert db.session.query(SavedView).count() == 1
