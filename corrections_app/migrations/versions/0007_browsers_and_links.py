"""Signed-in browsers as rows of their own, and no secret in a letter whose fate is known."""

from secrets import token_urlsafe

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

users = sa.table("users", sa.column("id", sa.BigInteger), sa.column("session_key", sa.String))


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    # What cookies hold now stands in no table, so whoever was signed in signs in again.
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_users_session_key"), type_="unique")
        batch_op.drop_column("session_key")
    op.add_column(
        "letters",
        sa.Column("kept_here", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute("UPDATE letters SET secret = NULL WHERE state NOT IN ('ready', 'sending')")


def downgrade() -> None:
    op.drop_column("letters", "kept_here")
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("session_key", sa.String(), nullable=True))
    connection = op.get_bind()
    for (user_id,) in connection.execute(sa.select(users.c.id)).all():
        new = users.update().where(users.c.id == user_id).values(session_key=token_urlsafe(24))
        connection.execute(new)
    with op.batch_alter_table("users") as batch_op:
        batch_op.alter_column("session_key", existing_type=sa.String(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_users_session_key"), ["session_key"])
    op.drop_table("sessions")
