"""The language that a colleague chose for pages and letters; until then the browser's."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("lang", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "lang")
