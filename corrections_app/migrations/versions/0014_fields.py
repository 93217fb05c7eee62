"""What a remark is about where that is no text: an article's date, a picture's description.

A column with a check of its own, which both engines add without making the table anew.
On the way back it is lost which of the remarks were about these; their words stay.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KNOWN = "field IN ('date', 'alt_text')"
_APART = 'field IS NULL OR ("start" IS NULL AND explanation IS NOT NULL)'


def upgrade() -> None:
    op.execute(
        sa.text(
            "ALTER TABLE corrections ADD COLUMN field VARCHAR"
            f" CONSTRAINT ck_corrections_field_known CHECK ({_KNOWN})"
            f" CONSTRAINT ck_corrections_field_apart CHECK ({_APART})"
        )
    )


def downgrade() -> None:
    op.execute(sa.text("ALTER TABLE corrections DROP COLUMN field"))
