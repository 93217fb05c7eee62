"""House rules, and which corrections colleagues sent because the same words are elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _at_most(column: str, length: int) -> sa.CheckConstraint:
    name = op.f(f"ck_house_rules_{column}_length")
    return sa.CheckConstraint(f"length({column}) <= {length}", name=name)


def _reference(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_found_elsewhere_{column}"))


def upgrade() -> None:
    op.create_table(
        "house_rules",
        sa.Column("id", Id(), nullable=False),
        sa.Column("preferred", sa.Text(), nullable=False),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("whole_words", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("case_sensitive", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _at_most("preferred", 100),
        _at_most("reason", 500),
        _at_most("link", 500),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_rules")),
    )
    op.create_table(
        "found_elsewhere",
        sa.Column("correction_id", Id(), autoincrement=False, nullable=False),
        sa.Column("by_id", Id(), nullable=False),
        sa.Column("of_id", Id()),
        sa.Column("rule_id", Id()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference("correction_id", "corrections.id"),
        _reference("by_id", "users.id"),
        _reference("of_id", "corrections.id"),
        _reference("rule_id", "house_rules.id"),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_found_elsewhere")),
    )


def downgrade() -> None:
    op.drop_table("found_elsewhere")
    op.drop_table("house_rules")
