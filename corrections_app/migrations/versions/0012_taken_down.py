"""What was taken down, openly: retired articles, withheld revisions. And what editors set."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STANDING = "ended_at IS NULL"
_OUTCOMES = "outcome IS NULL OR outcome IN ({})"
_BEFORE = """
    INSERT INTO retirements (article_id, reason, created_at)
    SELECT id, 'The newsroom has taken this article down.', retired_at
    FROM articles WHERE retired_at IS NOT NULL
"""
_WITHHELD_REASON = """
    ALTER TABLE revisions ADD COLUMN withheld_reason TEXT
    CONSTRAINT ck_revisions_withheld_reason_length CHECK (length(withheld_reason) <= 1000)
"""


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "retirements",
        sa.Column("id", Id(), nullable=False),
        sa.Column("article_id", Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", Id()),
        _moment("created_at", nullable=False),
        _moment("ended_at"),
        sa.Column("ended_by_id", Id()),
        sa.CheckConstraint("length(reason) <= 1000", name=op.f("ck_retirements_reason_length")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_retirements_article_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_retirements_by_id")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["users.id"], name=op.f("fk_retirements_ended_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retirements")),
    )
    op.create_index(op.f("ix_retirements_article_id"), "retirements", ["article_id"])
    op.create_index(
        "uq_retirements_standing",
        "retirements",
        ["article_id"],
        unique=True,
        sqlite_where=sa.text(_STANDING),
        postgresql_where=sa.text(_STANDING),
    )
    op.execute(_BEFORE)
    op.create_table(
        "settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("by_id", Id()),
        _moment("changed_at", nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_settings_by_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.add_column("revisions", _moment("withheld_at"))
    op.execute(_WITHHELD_REASON)
    _appeals_end_by("'upheld', 'reopened', 'retired'")


def downgrade() -> None:
    # The older program knows no such end: an appeal against a rejection in an article that is
    # down waits again.
    op.execute(
        "UPDATE appeals SET outcome = NULL, judged_at = NULL, judged_by_id = NULL"
        " WHERE outcome = 'retired'"
    )
    _appeals_end_by("'upheld', 'reopened'")
    op.drop_column("revisions", "withheld_reason")
    op.drop_column("revisions", "withheld_at")
    op.drop_table("settings")
    op.drop_table("retirements")


def _appeals_end_by(outcomes: str) -> None:
    name = op.f("ck_appeals_outcome_known")
    with op.batch_alter_table("appeals") as appeals:
        appeals.drop_constraint(name, type_="check")
        appeals.create_check_constraint(name, _OUTCOMES.format(outcomes))
