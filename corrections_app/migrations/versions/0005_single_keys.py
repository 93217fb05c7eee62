"""Whether a person wants single keys to do anything."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added, not rebuilt: nearly every table points at users. The default is for those
    # who are there already, and stays: SQLite can take none away.
    op.add_column(
        "users", sa.Column("single_keys", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    op.drop_column("users", "single_keys")
