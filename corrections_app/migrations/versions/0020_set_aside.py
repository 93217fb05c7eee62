"""What looks like spam is set aside; who sent it is known by keyed hashes only."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _correction_id(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("correction_id", Id(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f(f"fk_{table}_correction_id")
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "set_asides",
        *_correction_id("set_asides"),
        sa.Column("signs", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True)),
        sa.Column("returned_by_id", Id()),
        sa.CheckConstraint(
            "(returned_at IS NULL) = (returned_by_id IS NULL)",
            name=op.f("ck_set_asides_returned_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["returned_by_id"], ["users.id"], name=op.f("fk_set_asides_returned_by_id")
        ),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_set_asides")),
    )
    op.create_table(
        "senders",
        *_correction_id("senders"),
        sa.Column("mailbox_key", sa.String()),
        sa.Column("network_key", sa.String()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_senders")),
    )
    for column in ("mailbox_key", "network_key", "created_at"):
        op.create_index(op.f(f"ix_senders_{column}"), "senders", [column])
    op.create_table(
        "wordprints",
        sa.Column("print", Id(), autoincrement=False, nullable=False),
        *_correction_id("wordprints"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("print", "correction_id", name=op.f("pk_wordprints")),
    )
    op.create_index(op.f("ix_wordprints_created_at"), "wordprints", ["created_at"])


def downgrade() -> None:
    for table in ("wordprints", "senders", "set_asides"):
        op.drop_table(table)
