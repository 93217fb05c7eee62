"""Notices as things of their own, made of every revision that readers were told of."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TOLD = "'correction', 'clarification', 'update', 'editors_note'"

# The decision that made a revision is the one that no other brought with it. Undone within its
# hold it never was told; opened again later it was, and the notice stays with a word about it.
_FROM_REVISIONS = """
    INSERT INTO notices
        (article_id, revision, decision_id, change_class, words, thanks, section, by_id,
         created_at, public_at, cancelled_at)
    SELECT revisions.article_id, revisions.number, decisions.id, revisions.change_class,
        revisions.notice, revisions.thanks, articles.section, revisions.author_id,
        revisions.created_at,
        CASE WHEN decisions.undo_until > revisions.created_at
            THEN decisions.undo_until ELSE revisions.created_at END,
        CASE WHEN decisions.undone_at < decisions.undo_until THEN decisions.undone_at END
    FROM revisions
    JOIN articles ON articles.id = revisions.article_id
    LEFT JOIN decisions ON decisions.id = (
        SELECT min(made.id) FROM decisions AS made
        JOIN corrections ON corrections.id = made.correction_id
        WHERE corrections.article_id = revisions.article_id
            AND made.revision = revisions.number AND made.caused_by_id IS NULL
    )
    WHERE revisions.change_class <> 'silent' AND revisions.notice IS NOT NULL
    ORDER BY revisions.created_at, revisions.id
"""
_REOPENED = """
    INSERT INTO notice_changes (notice_id, kind, by_id, created_at)
    SELECT notices.id, 'decision_reopened', decisions.undone_by_id, decisions.undone_at
    FROM notices JOIN decisions ON decisions.id = notices.decision_id
    WHERE decisions.undone_at IS NOT NULL AND notices.cancelled_at IS NULL
    ORDER BY notices.id
"""


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def Moment() -> sa.types.TypeEngine:
    """A moment in UTC."""
    return sa.DateTime(timezone=True)


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _at_most(table: str, column: str, length: int) -> sa.CheckConstraint:
    name = op.f(f"ck_{table}_{column}_length")
    return sa.CheckConstraint(f"length({column}) <= {length}", name=name)


def upgrade() -> None:
    _notices()
    _notice_changes()
    _house_style()
    op.execute(_FROM_REVISIONS)
    op.execute(_REOPENED)


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", Id(), nullable=False),
        sa.Column("article_id", Id(), nullable=False),
        sa.Column("revision", sa.Integer()),
        sa.Column("decision_id", Id()),
        sa.Column("change_class", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("thanks", sa.JSON()),
        sa.Column("section", sa.String()),
        sa.Column("by_id", Id()),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("marks", sa.JSON()),
        sa.Column("marks_in", sa.Integer()),
        sa.Column("public_at", Moment(), nullable=False),
        sa.Column("cancelled_at", Moment()),
        sa.Column("withdrawn_at", Moment()),
        sa.Column("withheld_at", Moment()),
        sa.Column("withheld_reason", sa.Text()),
        sa.CheckConstraint(
            f"change_class IN ({_TOLD})", name=op.f("ck_notices_change_class_known")
        ),
        _at_most("notices", "words", 1000),
        _at_most("notices", "withheld_reason", 2000),
        _points("notices", "article_id", "articles"),
        _points("notices", "by_id", "users"),
        _points("notices", "decision_id", "decisions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_notices_decision_id")),
    )
    for columns in (
        ["public_at", "id"],
        ["section", "public_at", "id"],
        ["article_id", "public_at"],
    ):
        op.create_index(f"ix_notices_{'_'.join(columns)}", "notices", columns)


def _notice_changes() -> None:
    op.create_table(
        "notice_changes",
        sa.Column("id", Id(), nullable=False),
        sa.Column("notice_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("by_id", Id()),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('reworded', 'withdrawn', 'decision_reopened', 'withheld')",
            name=op.f("ck_notice_changes_kind_known"),
        ),
        _at_most("notice_changes", "words", 1000),
        _at_most("notice_changes", "note", 2000),
        _points("notice_changes", "notice_id", "notices"),
        _points("notice_changes", "by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_changes")),
    )
    op.create_index(op.f("ix_notice_changes_notice_id"), "notice_changes", ["notice_id"])


def _house_style() -> None:
    op.create_table(
        "notice_placings",
        sa.Column("change_class", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.CheckConstraint(
            f"change_class IN ({_TOLD})", name=op.f("ck_notice_placings_change_class_known")
        ),
        sa.CheckConstraint(
            "place IN ('above', 'beside_date', 'top', 'foot')",
            name=op.f("ck_notice_placings_place_known"),
        ),
        sa.PrimaryKeyConstraint("change_class", name=op.f("pk_notice_placings")),
    )
    op.create_table(
        "notice_wordings",
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        _at_most("notice_wordings", "sentence", 300),
        sa.PrimaryKeyConstraint("way", name=op.f("pk_notice_wordings")),
    )


def downgrade() -> None:
    op.drop_table("notice_wordings")
    op.drop_table("notice_placings")
    op.drop_table("notice_changes")
    op.drop_table("notices")
