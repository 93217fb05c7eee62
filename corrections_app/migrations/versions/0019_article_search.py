"""Articles are found by their headline, their address and who wrote them."""

import sqlalchemy as sa
from alembic import op

from corrections_app.domain.text.search_words import words

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MANY = 2_000
"""Rows that are filled at a time."""

# As for notices (0016): words come split, so that nothing is left to a tokenizer.
SQLITE_SEARCH = """
CREATE VIRTUAL TABLE search_articles USING fts5(
    found_by, content='articles', content_rowid='id',
    tokenize='ascii', detail=none, columnsize=0
)
"""
GONE = """
    INSERT INTO search_articles (search_articles, rowid, found_by)
    VALUES ('delete', OLD.id, OLD.found_by);
"""
COME = "INSERT INTO search_articles (rowid, found_by) VALUES (NEW.id, NEW.found_by);"
SQLITE_TRIGGERS = {
    "search_articles_insert": f"AFTER INSERT ON articles BEGIN {COME} END",
    "search_articles_delete": f"AFTER DELETE ON articles BEGIN {GONE} END",
    "search_articles_update": f"AFTER UPDATE OF found_by ON articles BEGIN {GONE} {COME} END",
}
LEXEMES = "array_to_tsvector(string_to_array(found_by, ' '))"


def upgrade() -> None:
    column = sa.Column("found_by", sa.Text(), nullable=False, server_default=sa.text("''"))
    op.add_column("articles", column)
    _fill()
    if op.get_context().dialect.name == "sqlite":
        op.execute(SQLITE_SEARCH)
        op.execute("INSERT INTO search_articles (search_articles) VALUES ('rebuild')")
        for name, what in SQLITE_TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {what}")
    else:
        op.execute(
            "ALTER TABLE articles ADD COLUMN search_words tsvector"
            f" GENERATED ALWAYS AS ({LEXEMES}) STORED"
        )
        # Written seldom and read often: no list of what is still to be sorted in.
        op.execute(
            "CREATE INDEX search_articles ON articles USING gin (search_words)"
            " WITH (fastupdate = off)"
        )


def _fill() -> None:
    connection = op.get_bind()
    some = sa.text(
        "SELECT articles.id, articles.slug, articles.byline, revisions.title FROM articles"
        " JOIN revisions ON revisions.article_id = articles.id"
        " AND revisions.number = articles.head"
        " WHERE articles.id > :last ORDER BY articles.id LIMIT :many"
    )
    told = sa.text("UPDATE articles SET found_by = :found_by WHERE id = :id")
    last = 0
    while rows := connection.execute(some, {"last": last, "many": MANY}).all():
        connection.execute(
            told,
            [{"id": one.id, "found_by": words(one.title, one.slug, one.byline)} for one in rows],
        )
        last = rows[-1].id


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for name in SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE search_articles")
    else:
        op.execute("DROP INDEX search_articles")
        op.drop_column("articles", "search_words")
    op.drop_column("articles", "found_by")
