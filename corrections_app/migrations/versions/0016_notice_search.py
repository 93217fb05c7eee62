"""Notices are found by their words, and those of one class as fast as all."""

import sqlalchemy as sa
from alembic import op

from corrections_app.domain.text.search_words import words

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MANY = 2_000
"""Rows that are filled at a time."""

# As for corrections (0004): words come split, so that nothing is left to a tokenizer.
SQLITE_SEARCH = """
CREATE VIRTUAL TABLE search_notices USING fts5(
    found_by, content='notices', content_rowid='id',
    tokenize='ascii', detail=none, columnsize=0
)
"""
GONE = """
    INSERT INTO search_notices (search_notices, rowid, found_by)
    VALUES ('delete', OLD.id, OLD.found_by);
"""
COME = "INSERT INTO search_notices (rowid, found_by) VALUES (NEW.id, NEW.found_by);"
SQLITE_TRIGGERS = {
    "search_notices_insert": f"AFTER INSERT ON notices BEGIN {COME} END",
    "search_notices_delete": f"AFTER DELETE ON notices BEGIN {GONE} END",
    "search_notices_update": f"AFTER UPDATE OF found_by ON notices BEGIN {GONE} {COME} END",
}
LEXEMES = "array_to_tsvector(string_to_array(found_by, ' '))"
BY_CLASS = "ix_notices_change_class_public_at_id"


def upgrade() -> None:
    column = sa.Column("found_by", sa.Text(), nullable=False, server_default=sa.text("''"))
    op.add_column("notices", column)
    op.create_index(BY_CLASS, "notices", ["change_class", "public_at", "id"])
    _fill()
    if op.get_context().dialect.name == "sqlite":
        op.execute(SQLITE_SEARCH)
        op.execute("INSERT INTO search_notices (search_notices) VALUES ('rebuild')")
        for name, what in SQLITE_TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {what}")
    else:
        op.execute(
            "ALTER TABLE notices ADD COLUMN search_words tsvector"
            f" GENERATED ALWAYS AS ({LEXEMES}) STORED"
        )
        # Written seldom and read often: no list of what is still to be sorted in.
        op.execute(
            "CREATE INDEX search_notices ON notices USING gin (search_words)"
            " WITH (fastupdate = off)"
        )


def _fill() -> None:
    connection = op.get_bind()
    some = sa.text("SELECT id, words FROM notices WHERE id > :last ORDER BY id LIMIT :many")
    told = sa.text("UPDATE notices SET found_by = :found_by WHERE id = :id")
    last = 0
    while rows := connection.execute(some, {"last": last, "many": MANY}).all():
        connection.execute(told, [{"id": one.id, "found_by": words(one.words)} for one in rows])
        last = rows[-1].id


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for name in SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE search_notices")
    else:
        op.execute("DROP INDEX search_notices")
        op.drop_column("notices", "search_words")
    op.drop_index(BY_CLASS, table_name="notices")
    op.drop_column("notices", "found_by")
