"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def Id() -> sa.types.TypeEngine:
    """A row's number; SQLite numbers rows by itself only where the type is exactly INTEGER."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", Id(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("source_url", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("dir", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("byline", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("dir IN ('ltr', 'rtl')", name=op.f("ck_articles_dir_known")),
        sa.CheckConstraint("length(slug) <= 100", name=op.f("ck_articles_slug_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("external_id", name=op.f("uq_articles_external_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_articles_slug")),
    )
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_articles_published_at"), ["published_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_articles_section"), ["section"], unique=False)

    op.create_table(
        "idempotency_keys",
        sa.Column("id", Id(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(key) <= 100", name=op.f("ck_idempotency_keys_key_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("scope", "key", name=op.f("uq_idempotency_keys_scope_key")),
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_idempotency_keys_created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "letters",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unknowns", sa.Integer(), nullable=False),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('ready', 'sending', 'sent', 'dead', 'suppressed')",
            name=op.f("ck_letters_state_known"),
        ),
        sa.CheckConstraint("length(recipient) <= 254", name=op.f("ck_letters_recipient_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letters_message_id")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index("ix_letters_due", ["state", "next_attempt_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letters_recipient"), ["recipient"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", Id(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("session_key", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('moderator', 'editor', 'admin')", name=op.f("ck_users_role_known")
        ),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_users_email_length")),
        sa.CheckConstraint("length(name) <= 100", name=op.f("ck_users_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("session_key", name=op.f("uq_users_session_key")),
    )
    op.create_table(
        "one_time_links",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_one_time_links_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_links_token_hash")),
    )
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_links_user_id"), ["user_id"], unique=False)

    op.create_table(
        "revisions",
        sa.Column("id", Id(), nullable=False),
        sa.Column("article_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=True),
        sa.Column("change_class", sa.String(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("author_id", Id(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "change_class IN ('silent', 'correction', 'clarification', 'update', 'editors_note')",
            name=op.f("ck_revisions_change_class_known"),
        ),
        sa.CheckConstraint(
            "origin IN ('import', 'accept', 'edit', 'undo', 'restore')",
            name=op.f("ck_revisions_origin_known"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_revisions_number_positive")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_revisions_article_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_revisions_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_revisions_article_id_number")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", Id(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("article_id", Id(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("exact", sa.Text(), nullable=True),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("replacement", sa.Text(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("source_url", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("leader_id", Id(), nullable=True),
        sa.Column("rank", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('typo', 'fact', 'clarity', 'other')", name=op.f("ck_corrections_kind_known")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'accepted', 'rejected', 'superseded', 'withdrawn')",
            name=op.f("ck_corrections_status_known"),
        ),
        sa.CheckConstraint(
            '("start" IS NULL AND "end" IS NULL AND exact IS NULL AND replacement IS NULL) OR ("start" IS NOT NULL AND "end" IS NOT NULL AND exact IS NOT NULL AND "start" >= 0 AND "end" > "start" AND length(exact) = "end" - "start")',
            name=op.f("ck_corrections_target_whole"),
        ),
        sa.CheckConstraint("length(exact) <= 5000", name=op.f("ck_corrections_exact_length")),
        sa.CheckConstraint(
            "length(explanation) <= 2000", name=op.f("ck_corrections_explanation_length")
        ),
        sa.CheckConstraint(
            "length(replacement) <= 10000", name=op.f("ck_corrections_replacement_length")
        ),
        sa.CheckConstraint(
            "length(source_url) <= 2000", name=op.f("ck_corrections_source_url_length")
        ),
        sa.CheckConstraint(
            "replacement IS NOT NULL OR explanation IS NOT NULL",
            name=op.f("ck_corrections_says_something"),
        ),
        sa.ForeignKeyConstraint(
            ["article_id", "base_revision"],
            ["revisions.article_id", "revisions.number"],
            name=op.f("fk_corrections_article_id_base_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_corrections_article_id")
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["corrections.id"], name=op.f("fk_corrections_leader_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("reference", name=op.f("uq_corrections_reference")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index("ix_corrections_article", ["article_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_corrections_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(
            "ix_corrections_waiting", ["status", "created_at", "id"], unique=False
        )

    op.create_table(
        "audit_events",
        sa.Column("id", Id(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("correction_id", Id(), nullable=True),
        sa.Column("by_id", Id(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_audit_events_by_id")),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_audit_events_correction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("chain", "number", name=op.f("uq_audit_events_chain_number")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_events_correction_id"), ["correction_id"], unique=False
        )

    op.create_table(
        "contacts",
        sa.Column("correction_id", Id(), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("credit", sa.Boolean(), nullable=False),
        sa.Column("lang", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_contacts_email_length")),
        sa.CheckConstraint("length(name) <= 100", name=op.f("ck_contacts_name_length")),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_contacts_correction_id")
        ),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_email"), ["email"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("id", Id(), nullable=False),
        sa.Column("correction_id", Id(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("by_id", Id(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("as_proposed", sa.Boolean(), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=True),
        sa.Column("change_class", sa.String(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("caused_by_id", Id(), nullable=True),
        sa.Column("undone_by_id", Id(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "change_class IN ('silent', 'correction', 'clarification', 'update', 'editors_note')",
            name=op.f("ck_decisions_change_class_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('pending', 'accepted', 'rejected', 'superseded', 'withdrawn')",
            name=op.f("ck_decisions_outcome_known"),
        ),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_decisions_note_length")),
        sa.CheckConstraint("length(notice) <= 1000", name=op.f("ck_decisions_notice_length")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_decisions_by_id")),
        sa.ForeignKeyConstraint(
            ["caused_by_id"], ["decisions.id"], name=op.f("fk_decisions_caused_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_decisions_correction_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["users.id"], name=op.f("fk_decisions_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decisions_caused_by_id"), ["caused_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_decisions_correction_id"), ["correction_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_decisions_created_at"), ["created_at"], unique=False)
        batch_op.create_index(
            "uq_decisions_standing",
            ["correction_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.create_table(
        "placements",
        sa.Column("correction_id", Id(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("edits", sa.JSON(), nullable=True),
        sa.Column("fit", sa.String(), nullable=False),
        sa.Column("known_revision", sa.Integer(), nullable=False),
        sa.Column("known_start", sa.Integer(), nullable=False),
        sa.Column("known_end", sa.Integer(), nullable=False),
        sa.Column("known_edits", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "fit IN ('clean', 'moved', 'conflict', 'gone')", name=op.f("ck_placements_fit_known")
        ),
        sa.CheckConstraint(
            '("start" IS NULL) = ("end" IS NULL)', name=op.f("ck_placements_span_whole")
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_placements_correction_id")
        ),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_placements")),
    )
    op.create_table(
        "owed",
        sa.Column("id", Id(), nullable=False),
        sa.Column("decision_id", Id(), nullable=False),
        sa.Column("correction_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("letter_id", Id(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'lettered', 'cancelled')", name=op.f("ck_owed_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_owed_correction_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_owed_decision_id")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_owed_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owed")),
        sa.UniqueConstraint(
            "decision_id", "correction_id", name=op.f("uq_owed_decision_id_correction_id")
        ),
    )
    with op.batch_alter_table("owed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_owed_correction_id"), ["correction_id"], unique=False)
        batch_op.create_index("ix_owed_due", ["state", "due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_owed_letter_id"), ["letter_id"], unique=False)

    forbid_changes()


def forbid_changes() -> None:
    """The audit only grows, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_events_no_{act.lower()} BEFORE {act} ON audit_events "
                "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
    )
    op.execute(
        "CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def downgrade() -> None:
    with op.batch_alter_table("owed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_owed_letter_id"))
        batch_op.drop_index("ix_owed_due")
        batch_op.drop_index(batch_op.f("ix_owed_correction_id"))

    op.drop_table("owed")
    op.drop_table("placements")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_decisions_standing",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_decisions_created_at"))
        batch_op.drop_index(batch_op.f("ix_decisions_correction_id"))
        batch_op.drop_index(batch_op.f("ix_decisions_caused_by_id"))

    op.drop_table("decisions")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_email"))

    op.drop_table("contacts")
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_events_correction_id"))

    op.drop_table("audit_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change")
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index("ix_corrections_waiting")
        batch_op.drop_index(batch_op.f("ix_corrections_leader_id"))
        batch_op.drop_index("ix_corrections_article")

    op.drop_table("corrections")
    op.drop_table("revisions")
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_links_user_id"))

    op.drop_table("one_time_links")
    op.drop_table("users")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letters_recipient"))
        batch_op.drop_index("ix_letters_due")

    op.drop_table("letters")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_created_at"))

    op.drop_table("idempotency_keys")
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_articles_section"))
        batch_op.drop_index(batch_op.f("ix_articles_published_at"))

    op.drop_table("articles")
