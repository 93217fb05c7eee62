"""Acts on many corrections, saved views, decisions that came too late, and the days of arrival."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _bulks()
    op.create_table(
        "conflicts",
        sa.Column("id", Id(), nullable=False),
        sa.Column("correction_id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_conflicts_correction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
    )
    op.create_index(op.f("ix_conflicts_created_at"), "conflicts", ["created_at"])
    op.create_table(
        "saved_views",
        sa.Column("id", Id(), nullable=False),
        sa.Column("owner_id", Id(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(name) <= 100", name=op.f("ck_saved_views_name_length")),
        sa.CheckConstraint("length(query) <= 2000", name=op.f("ck_saved_views_query_length")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_views_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_saved_views_owner_id_name")),
    )
    op.create_index(op.f("ix_saved_views_shared"), "saved_views", ["shared"])
    op.create_index("ix_corrections_arrived", "corrections", ["created_at", "section"])
    op.create_index(
        "ix_corrections_settled", "corrections", ["decided_at", "created_at", "section"]
    )


def _bulks() -> None:
    op.create_table(
        "bulks",
        sa.Column("id", Id(), nullable=False),
        sa.Column("by_id", Id(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("note", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "action IN ('accept', 'reject', 'supersede', 'skip')",
            name=op.f("ck_bulks_action_known"),
        ),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_bulks_note_length")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_bulks_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulks")),
    )
    op.create_table(
        "bulk_items",
        sa.Column("bulk_id", Id(), nullable=False, autoincrement=False),
        sa.Column("correction_id", Id(), nullable=False, autoincrement=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decision_id", Id()),
        sa.Column("answer", sa.JSON()),
        sa.Column("undo_answer", sa.JSON()),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulks.id"], name=op.f("fk_bulk_items_bulk_id")),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_bulk_items_correction_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_bulk_items_decision_id")
        ),
        sa.PrimaryKeyConstraint("bulk_id", "correction_id", name=op.f("pk_bulk_items")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_bulk_items_decision_id")),
    )


def downgrade() -> None:
    op.drop_index("ix_corrections_settled", "corrections")
    op.drop_index("ix_corrections_arrived", "corrections")
    for name in ("saved_views", "conflicts", "bulk_items", "bulks"):
        op.drop_table(name)
