"""Something random in every correction, which its receipt's address seals beside its number.

Rows of before keep none, and the receipts they have. On the way back the
receipts of rows that have one are lost: the older program cannot know them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("corrections", sa.Column("nonce", sa.String()))


def downgrade() -> None:
    op.drop_column("corrections", "nonce")
