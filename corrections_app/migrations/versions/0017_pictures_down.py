"""Pictures go with what is taken down: since when one is given out to nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media_files", sa.Column("withheld_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("media_files", "withheld_at")
