"""Side facts of a correction: leases, holds, escalations, skips, approvals, appeals, reasons."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REASONS = [
    (
        "not_an_error",
        "Not an error",
        "We checked the passage and believe that it is right as it stands.",
        False,
        True,
    ),
    (
        "house_style",
        "House style",
        "Both forms are in use. Our style book asks for the one that we printed.",
        True,
        True,
    ),
    (
        "is_a_quotation",
        "Is a quotation",
        "These words are a quotation, and we print what was said as it was said.",
        True,
        True,
    ),
    (
        "opinion",
        "Opinion",
        "This is a judgement rather than a fact, and we leave judgements to their author.",
        True,
        True,
    ),
    (
        "needs_source",
        "Needs a source",
        "We could not confirm this by ourselves. "
        "If you know of a source, reply to this letter and we will look again.",
        True,
        True,
    ),
    (
        "unverified",
        "Could not be verified",
        "We tried to verify this and could not, so for now the text stays as it is.",
        True,
        True,
    ),
    (
        "out_of_scope",
        "Out of scope",
        "This goes beyond the correction of an article. "
        "It is better sent as a letter to the editor, and we would be glad to have it.",
        True,
        True,
    ),
    ("spam", "Spam or abuse", "The message was not about the article.", False, False),
]


def Id() -> sa.types.TypeEngine:
    """A row's number; SQLite numbers rows by itself only where the type is exactly INTEGER."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment(name: str, nullable: bool = False) -> sa.Column:
    """A time in UTC."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def person(table: str, name: str = "by_id", nullable: bool = False) -> sa.Column:
    """Someone with an account."""
    key = sa.ForeignKey("users.id", name=op.f(f"fk_{table}_{name}"))
    return sa.Column(name, Id(), key, nullable=nullable)


def about(table: str) -> sa.Column:
    """The correction that a side fact is about."""
    key = sa.ForeignKey("corrections.id", name=op.f(f"fk_{table}_correction_id"))
    return sa.Column("correction_id", Id(), key, nullable=False, autoincrement=False)


def upgrade() -> None:
    # Added, not rebuilt: SQLite drops no table that rows of others point at.
    op.add_column(
        "corrections",
        sa.Column("stands_alone", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "leases",
        about("leases"),
        person("leases", "user_id"),
        moment("until"),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_leases")),
    )
    op.create_index(op.f("ix_leases_user_id"), "leases", ["user_id"])
    op.create_table(
        "holds",
        about("holds"),
        person("holds"),
        moment("until"),
        sa.Column("note", sa.Text()),
        moment("created_at"),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_holds_note_length")),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_until"), "holds", ["until"])
    op.create_table(
        "escalations",
        about("escalations"),
        person("escalations"),
        sa.Column("note", sa.Text()),
        moment("created_at"),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_escalations_note_length")),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_escalations")),
    )
    op.create_table(
        "skips",
        about("skips"),
        sa.Column(
            "user_id",
            Id(),
            sa.ForeignKey("users.id", name=op.f("fk_skips_user_id")),
            nullable=False,
            autoincrement=False,
        ),
        moment("created_at"),
        sa.PrimaryKeyConstraint("correction_id", "user_id", name=op.f("pk_skips")),
    )
    op.create_table(
        "approvals",
        about("approvals"),
        person("approvals"),
        sa.Column("verdict", sa.JSON(), nullable=False),
        moment("created_at"),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_approvals")),
    )
    op.create_table(
        "appeals",
        sa.Column(
            "decision_id",
            Id(),
            sa.ForeignKey("decisions.id", name=op.f("fk_appeals_decision_id")),
            nullable=False,
            autoincrement=False,
        ),
        about("appeals"),
        sa.Column("words", sa.Text()),
        moment("created_at"),
        sa.Column("outcome", sa.String()),
        sa.Column("note", sa.Text()),
        person("appeals", "judged_by_id", nullable=True),
        moment("judged_at", nullable=True),
        sa.CheckConstraint("length(words) <= 2000", name=op.f("ck_appeals_words_length")),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('upheld', 'reopened')",
            name=op.f("ck_appeals_outcome_known"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (judged_at IS NULL)", name=op.f("ck_appeals_judged_whole")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_appeals")),
    )
    op.create_index(op.f("ix_appeals_correction_id"), "appeals", ["correction_id"])
    _reasons()


def _reasons() -> None:
    reasons = op.create_table(
        "reasons",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("neutral", sa.Boolean(), nullable=False),
        sa.Column("sends_letter", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(label) <= 100", name=op.f("ck_reasons_label_length")),
        sa.CheckConstraint("length(sentence) <= 2000", name=op.f("ck_reasons_sentence_length")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reasons")),
    )
    names = ("code", "label", "sentence", "neutral", "sends_letter")
    op.bulk_insert(
        reasons,
        [
            dict(zip(names, row, strict=True)) | {"active": True, "position": place}
            for place, row in enumerate(REASONS)
        ],
    )


def downgrade() -> None:
    for name in ("reasons", "appeals", "approvals", "skips", "escalations", "holds", "leases"):
        op.drop_table(name)
    op.drop_column("corrections", "stands_alone")
