"""The one question that an editor asks the reader of a correction, and the answer."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "enquiries",
        sa.Column("correction_id", Id(), autoincrement=False, nullable=False),
        sa.Column("by_id", Id(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(question) <= 1000", name=op.f("ck_enquiries_question_length")),
        sa.CheckConstraint("length(answer) <= 2000", name=op.f("ck_enquiries_answer_length")),
        sa.CheckConstraint(
            "answer IS NULL OR answered_at IS NOT NULL", name=op.f("ck_enquiries_answered_whole")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_enquiries_by_id_users")),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["corrections.id"],
            name=op.f("fk_enquiries_correction_id_corrections"),
        ),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_enquiries")),
    )
    waiting = sa.text("answered_at IS NULL")
    op.create_index(
        "ix_enquiries_waiting",
        "enquiries",
        ["until", "correction_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_table("enquiries")
