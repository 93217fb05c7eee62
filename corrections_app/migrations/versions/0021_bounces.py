"""Letters that come back: why, and whose address it ends; and when each worker was last at work."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letters", sa.Column("refusal", sa.String()))
    op.add_column("letters", sa.Column("refused_at", sa.DateTime(timezone=True)))
    op.create_index("ix_letters_refused", "letters", ["refusal", "refused_at"])
    op.add_column("addresses", sa.Column("unreachable_since", sa.DateTime(timezone=True)))
    op.create_table(
        "workers",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )


def downgrade() -> None:
    op.drop_table("workers")
    op.drop_column("addresses", "unreachable_since")
    op.drop_index("ix_letters_refused", "letters")
    op.drop_column("letters", "refused_at")
    op.drop_column("letters", "refusal")
