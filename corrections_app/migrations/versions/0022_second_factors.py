"""Second factors: apps that show codes, passkeys, recovery codes; and browsers that owe one."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "authenticators",
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("begun_in", sa.String(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _moment("confirmed_at", nullable=True),
        _moment("created_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_authenticators_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_authenticators")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        _moment("created_at"),
        _moment("last_used_at", nullable=True),
        sa.CheckConstraint("length(name) <= 100", name=op.f("ck_passkeys_name_length")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_user_id"), "passkeys", ["user_id"])
    op.create_table(
        "recovery_codes",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        _moment("used_at", nullable=True),
        _moment("created_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"])
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.add_column(sa.Column("factor", sa.String(), nullable=False, server_default="none"))
        batch_op.add_column(_moment("confirmed_at", nullable=True))
        batch_op.add_column(sa.Column("challenge", sa.String(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_sessions_factor_known"), "factor IN ('none', 'owed', 'given')"
        )


def downgrade() -> None:
    # Whoever owes a factor would be signed in without one.
    op.execute("DELETE FROM sessions WHERE factor = 'owed'")
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_sessions_factor_known"), type_="check")
        batch_op.drop_column("challenge")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("factor")
    op.drop_table("recovery_codes")
    op.drop_table("passkeys")
    op.drop_table("authenticators")
