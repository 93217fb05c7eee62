"""A newsroom of several languages words its reasons in each; until then as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reasons", sa.Column("translations", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("reasons", "translations")
