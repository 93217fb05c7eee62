"""The order of the queue, what it is made of, and full-text search on both engines."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from corrections_app.domain import ordering
from corrections_app.domain.text.search_words import words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LONG_AGO = "2000-01-01 00:00:00+00:00"
WAITING = "status = 'pending' AND leader_id IS NULL"
NEW = ("rank", "overdue_at", "words", "section")
MANY = 2_000
"""Rows that are filled at a time."""

LEXEMES = "array_to_tsvector(string_to_array(words, ' '))"

# Words come split, so that nothing is left to a tokenizer; rows and positions stay in
# the table, so that the index holds only which word stands in which row.
SQLITE_SEARCH = """
CREATE VIRTUAL TABLE search_corrections USING fts5(
    words, content='corrections', content_rowid='id',
    tokenize='ascii', detail=none, columnsize=0
)
"""
GONE = """
    INSERT INTO search_corrections (search_corrections, rowid, words)
    VALUES ('delete', OLD.id, OLD.words);
"""
COME = "INSERT INTO search_corrections (rowid, words) VALUES (NEW.id, NEW.words);"
SQLITE_TRIGGERS = {
    "search_corrections_insert": f"AFTER INSERT ON corrections BEGIN {COME} END",
    "search_corrections_delete": f"AFTER DELETE ON corrections BEGIN {GONE} END",
    "search_corrections_update": (f"AFTER UPDATE OF words ON corrections BEGIN {GONE} {COME} END"),
}


def upgrade() -> None:
    op.add_column(
        "corrections",
        sa.Column(
            "overdue_at", sa.DateTime(timezone=True), nullable=False, server_default=LONG_AGO
        ),
    )
    op.add_column("corrections", sa.Column("section", sa.String()))
    op.add_column("corrections", sa.Column("risks", sa.Text()))
    op.add_column(
        "corrections", sa.Column("words", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    _fill()
    _indexes()
    if op.get_context().dialect.name == "sqlite":
        op.execute(SQLITE_SEARCH)
        op.execute("INSERT INTO search_corrections (search_corrections) VALUES ('rebuild')")
        for name, what in SQLITE_TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {what}")
    else:
        op.execute(
            "ALTER TABLE corrections ADD COLUMN search_words tsvector"
            f" GENERATED ALWAYS AS ({LEXEMES}) STORED"
        )
        op.execute("CREATE INDEX search_corrections ON corrections USING gin (search_words)")


def _indexes() -> None:
    op.drop_index("ix_corrections_waiting", table_name="corrections")
    op.drop_index(op.f("ix_corrections_leader_id"), table_name="corrections")
    best = ["rank", "id", "overdue_at"]
    _index("ix_corrections_best", "corrections", best, WAITING)
    _index("ix_corrections_overdue", "corrections", ["overdue_at", "id"], WAITING)
    _index("ix_corrections_waiting", "corrections", ["created_at", "id"], WAITING)
    _index("ix_corrections_by_article", "corrections", ["article_id", "id"], WAITING)
    best = ["section", "rank", "id", "overdue_at"]
    _index("ix_corrections_best_in_section", "corrections", best, WAITING)
    overdue = ["section", "overdue_at", "id"]
    _index("ix_corrections_overdue_in_section", "corrections", overdue, WAITING)
    closed = ["status", "created_at", "id"]
    _index("ix_corrections_closed", "corrections", closed, "status <> 'pending'")
    _index(op.f("ix_corrections_leader_id"), "corrections", ["leader_id"], "leader_id IS NOT NULL")
    lost = ["fit", "correction_id"]
    _index("ix_placements_lost", "placements", lost, "fit IN ('conflict', 'gone')")
    first = ["created_at", "correction_id"]
    _index("ix_appeals_open", "appeals", first, "outcome IS NULL")
    op.create_index(op.f("ix_skips_user_id"), "skips", ["user_id"])
    op.create_index("ix_decisions_reason", "decisions", ["reason", "correction_id"])
    op.create_index("ix_decisions_by", "decisions", ["by_id", "correction_id"])


def _index(name: str, table: str, columns: list, which: str) -> None:
    """An index of some rows only."""
    op.create_index(
        name, table, columns, sqlite_where=sa.text(which), postgresql_where=sa.text(which)
    )


corrections = sa.table(
    "corrections",
    sa.column("id", sa.BigInteger),
    sa.column("article_id", sa.BigInteger),
    sa.column("base_revision", sa.Integer),
    sa.column("exact", sa.Text),
    sa.column("replacement", sa.Text),
    sa.column("explanation", sa.Text),
    sa.column("kind", sa.String),
    sa.column("leader_id", sa.BigInteger),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("rank", sa.Float),
    sa.column("overdue_at", sa.DateTime(timezone=True)),
    sa.column("words", sa.Text),
    sa.column("section", sa.String),
)
revisions = sa.table(
    "revisions",
    sa.column("article_id", sa.BigInteger),
    sa.column("number", sa.Integer),
    sa.column("title", sa.Text),
)
articles = sa.table(
    "articles",
    sa.column("id", sa.BigInteger),
    sa.column("section", sa.String),
    sa.column("published_at", sa.DateTime(timezone=True)),
)


def _fill() -> None:
    """What the program writes down from now on, for every row of before.

    The words are split by the program's own rule of today, which is what it
    will ask with. Ranks are those of a reader without a record.
    """
    connection = op.get_bind()
    behind = dict(
        connection.execute(
            sa.select(corrections.c.leader_id, sa.func.count())
            .where(corrections.c.leader_id.is_not(None))
            .group_by(corrections.c.leader_id)
        ).all()
    )
    query = (
        sa.select(
            corrections,
            revisions.c.title,
            articles.c.section.label("filed_under"),
            articles.c.published_at,
        )
        .join(articles, articles.c.id == corrections.c.article_id)
        .join(
            revisions,
            (revisions.c.article_id == corrections.c.article_id)
            & (revisions.c.number == corrections.c.base_revision),
        )
        .order_by(corrections.c.id)
        .limit(MANY)
    )
    change = (
        sa.update(corrections)
        .where(corrections.c.id == sa.bindparam("row"))
        .values({name: sa.bindparam(f"new_{name}") for name in NEW})
    )
    last = 0
    while rows := connection.execute(query.where(corrections.c.id > last)).all():
        last = rows[-1].id
        connection.execute(change, [_filled(row, behind.get(row.id, 0)) for row in rows])


def _filled(row: sa.Row, behind: int) -> dict:
    matter = ordering.matter_of(row.kind, (), is_remark=row.replacement is None)
    seconds = ordering.seconds_for(matter, None)
    worth = ordering.Factors(matter, ordering.USUAL_CHANCE, behind + 1, seconds).worth
    return {
        "row": row.id,
        "new_rank": ordering.rank(worth, _utc(row.created_at)),
        "new_overdue_at": ordering.overdue_at(row.created_at, matter, row.published_at),
        "new_section": row.filed_under,
        "new_words": words(row.exact, row.replacement, row.explanation, row.title),
    }


def _utc(moment: datetime) -> datetime:
    """SQLite keeps times without their zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for name in SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE search_corrections")
    else:
        op.execute("DROP INDEX search_corrections")
        op.drop_column("corrections", "search_words")
    for name, table in (
        ("ix_decisions_by", "decisions"),
        ("ix_decisions_reason", "decisions"),
        (op.f("ix_skips_user_id"), "skips"),
        ("ix_appeals_open", "appeals"),
        ("ix_placements_lost", "placements"),
        (op.f("ix_corrections_leader_id"), "corrections"),
        ("ix_corrections_closed", "corrections"),
        ("ix_corrections_overdue_in_section", "corrections"),
        ("ix_corrections_best_in_section", "corrections"),
        ("ix_corrections_by_article", "corrections"),
        ("ix_corrections_waiting", "corrections"),
        ("ix_corrections_overdue", "corrections"),
        ("ix_corrections_best", "corrections"),
    ):
        op.drop_index(name, table_name=table)
    for name in ("words", "risks", "section", "overdue_at"):
        op.drop_column("corrections", name)
    op.create_index(op.f("ix_corrections_leader_id"), "corrections", ["leader_id"])
    op.create_index("ix_corrections_waiting", "corrections", ["status", "created_at", "id"])
