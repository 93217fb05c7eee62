"""Accepted changes go to the newsroom's own pages: what became of each."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


_STATES = "'waiting', 'writing', 'written', 'refused', 'by_hand', 'cancelled'"
_CODES = (
    "'unreachable', 'not_allowed', 'no_writing', 'source_changed', 'not_exact', 'ambiguous', "
    "'given_up', 'gone_there', 'missed'"
)


def upgrade() -> None:
    op.add_column("site_articles", sa.Column("sent", sa.JSON(none_as_null=True)))
    op.create_table(
        "write_backs",
        sa.Column("id", Id(), nullable=False),
        sa.Column("article_id", Id(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String()),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("overrules", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String()),
        sa.Column("said", sa.Text()),
        sa.Column("by_id", Id()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_write_backs_state_known")),
        sa.CheckConstraint(
            f"code IS NULL OR code IN ({_CODES})", name=op.f("ck_write_backs_code_known")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_write_backs_article_id")
        ),
        sa.ForeignKeyConstraint(
            ["article_id", "revision"],
            ["revisions.article_id", "revisions.number"],
            name=op.f("fk_write_backs_article_id_revision"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_write_backs_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_backs")),
        sa.UniqueConstraint(
            "article_id", "revision", name=op.f("uq_write_backs_article_id_revision")
        ),
    )
    op.create_index("ix_write_backs_due", "write_backs", ["state", "next_attempt_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_write_backs_due", "write_backs")
    op.drop_table("write_backs")
    op.drop_column("site_articles", "sent")
