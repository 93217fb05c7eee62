"""Hooks, what they are told of, and the calls that tell them."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TYPES = (
    *("correction.received", "correction.decided", "correction.undone", "correction.withdrawn"),
    *("correction.asked", "correction.answered", "article.revised", "notice.published"),
    *("writeback.requested", "writeback.refused", "hook.test"),
)


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _only(name: str, table: str, columns: list[str], which: str) -> None:
    where = sa.text(which)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _hooks() -> None:
    op.create_table(
        "hooks",
        sa.Column("id", Id(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("old_seed", sa.String(), nullable=True),
        _moment("old_until"),
        _moment("off_at"),
        sa.Column("off_why", sa.Text(), nullable=True),
        sa.Column("lease", sa.String(), nullable=True),
        _moment("leased_until"),
        sa.Column("by_id", Id(), nullable=True),
        _moment("created_at", nullable=False),
        _moment("removed_at"),
        sa.CheckConstraint("length(url) <= 2000", name=op.f("ck_hooks_url_length")),
        _to("hooks", "by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hooks")),
    )


def _events() -> None:
    listed = ", ".join(f"'{one}'" for one in TYPES)
    op.create_table(
        "events",
        sa.Column("id", Id(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("article_id", Id(), nullable=True),
        sa.Column("correction_id", Id(), nullable=True),
        sa.Column("decision_id", Id(), nullable=True),
        sa.Column("notice_id", Id(), nullable=True),
        sa.Column("write_back_id", Id(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("hook_id", Id(), nullable=True),
        _moment("due_at", nullable=False),
        _moment("released_at"),
        _moment("created_at", nullable=False),
        sa.CheckConstraint(f"type IN ({listed})", name=op.f("ck_events_type_known")),
        _to("events", "article_id", "articles"),
        _to("events", "correction_id", "corrections"),
        _to("events", "decision_id", "decisions"),
        _to("events", "notice_id", "notices"),
        _to("events", "write_back_id", "write_backs"),
        _to("events", "hook_id", "hooks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("uid", name=op.f("uq_events_uid")),
    )
    _only("ix_events_held", "events", ["due_at", "id"], "released_at IS NULL")
    op.create_index("ix_events_article_id", "events", ["article_id", "id"])
    op.create_index(op.f("ix_events_correction_id"), "events", ["correction_id"])


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hook_id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("article_id", Id(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("first_attempt_at"),
        _moment("next_attempt_at", nullable=False),
        _moment("tried_at"),
        sa.Column("took", sa.Double(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        _moment("created_at", nullable=False),
        _moment("closed_at"),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'dropped')", name=op.f("ck_calls_state_known")
        ),
        sa.CheckConstraint("length(answer) <= 4096", name=op.f("ck_calls_answer_length")),
        sa.CheckConstraint(
            "(state = 'waiting') = (closed_at IS NULL)", name=op.f("ck_calls_closed_whole")
        ),
        _to("calls", "hook_id", "hooks"),
        _to("calls", "event_id", "events"),
        _to("calls", "article_id", "articles"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("hook_id", "event_id", name=op.f("uq_calls_hook_id_event_id")),
    )
    _only("ix_calls_waiting", "calls", ["hook_id", "article_id", "id"], "state = 'waiting'")
    op.create_index("ix_calls_hook_id", "calls", ["hook_id", "id"])
    op.create_index(op.f("ix_calls_event_id"), "calls", ["event_id"])


def upgrade() -> None:
    _hooks()
    _events()
    _calls()


def downgrade() -> None:
    op.drop_table("calls")
    op.drop_table("events")
    op.drop_table("hooks")
