"""0025: tokens of programs; both ways, with rows of earlier heads."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade
from sqlalchemy import inspect

from corrections_app import schema
from corrections_app.extensions import db
from corrections_app.models.engine import wrong_pragmas
from tests.builders import NOON
from tests.migrating import heads
from tests.test_migration_bounces import before, grown
from tests.test_migrations import empty_app, filled, rows_of

__all__ = ["empty_app"]

AFTER = "0025"
TOKENS = {
    "tokens": {
        "id": 1,
        "name": "the CMS",
        "token_hash": "0" * 64,
        "scopes": "articles:read articles:write",
        "user_id": 1,
        "created_at": NOON,
    }
}


@pytest.mark.parametrize("head", heads("0001", "0007", "0019", "0023"))
def test_it_comes_up_with_all_rows_of_earlier_heads_and_goes_again(empty_app, head):
    kept = grown(head)

    schema.upgrade()

    assert rows_of(kept) == kept
    added = filled(TOKENS)
    assert rows_of(added) == added
    downgrade(revision=before(AFTER))
    assert rows_of(kept) == kept
    assert "tokens" not in inspect(db.engine).get_table_names()
    assert wrong_pragmas(db.engine) == {}
