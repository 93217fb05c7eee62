"""A reason in the editor's own words, and the readers that a notice thanks by name."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OTHER = {
    "code": "other",
    "label": "Other, in my own words",
    "sentence": "An editor has written why.",
    "neutral": True,
    "sends_letter": True,
    "active": True,
}


def upgrade() -> None:
    op.add_column("revisions", sa.Column("thanks", sa.JSON(), nullable=True))
    connection = op.get_bind()
    reasons = sa.table(
        "reasons",
        *(sa.column(name) for name in ("code", "label", "sentence", "position")),
        *(sa.column(name, sa.Boolean()) for name in ("neutral", "sends_letter", "active")),
    )
    last = connection.scalar(sa.select(sa.func.max(reasons.c.position)))
    connection.execute(sa.insert(reasons).values(**OTHER, position=(last or 0) + 1))


def downgrade() -> None:
    op.execute("DELETE FROM reasons WHERE code = 'other'")
    op.drop_column("revisions", "thanks")
