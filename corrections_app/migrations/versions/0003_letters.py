"""Letters: addresses that may be written to, and letters that belong to no decision."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("last_letter_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('unknown', 'confirmed', 'stopped')",
            name=op.f("ck_addresses_state_known"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_addresses")),
    )
    # Added, not rebuilt: other tables point at letters.
    op.add_column("letters", sa.Column("address_key", sa.String(), nullable=True))
    op.add_column("letters", sa.Column("once", sa.String(), nullable=True))
    op.create_index(op.f("ix_letters_address_key"), "letters", ["address_key"])
    op.create_index("uq_letters_once", "letters", ["once"], unique=True)
    with op.batch_alter_table("owed", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("address_key", sa.String(), nullable=True))
        batch_op.alter_column("decision_id", existing_type=sa.BigInteger(), nullable=True)
        batch_op.drop_constraint(batch_op.f("uq_owed_decision_id_correction_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_owed_decision_id_correction_id_kind"),
            ["decision_id", "correction_id", "kind"],
        )
        batch_op.create_index(batch_op.f("ix_owed_address_key"), ["address_key"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM owed WHERE decision_id IS NULL OR kind = 'appeal_upheld'")
    with op.batch_alter_table("owed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_owed_address_key"))
        batch_op.drop_constraint(
            batch_op.f("uq_owed_decision_id_correction_id_kind"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_owed_decision_id_correction_id"), ["decision_id", "correction_id"]
        )
        batch_op.alter_column("decision_id", existing_type=sa.BigInteger(), nullable=False)
        batch_op.drop_column("address_key")
        batch_op.drop_column("note")
    op.drop_index("uq_letters_once", table_name="letters")
    op.drop_index(op.f("ix_letters_address_key"), table_name="letters")
    op.drop_column("letters", "once")
    op.drop_column("letters", "address_key")
    op.drop_table("addresses")
