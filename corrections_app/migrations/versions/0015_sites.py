"""Where articles live: a newsroom's sites, and what each article is there."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sites",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("lang", sa.String()),
        sa.Column("content", sa.String()),
        sa.Column("branch", sa.String()),
        sa.Column("folder", sa.String()),
        sa.Column("pages", sa.String()),
        sa.Column("synced_to", sa.DateTime(timezone=True)),
        sa.Column("synced_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_sites_name_length")),
        sa.CheckConstraint(
            "kind IN ('wordpress', 'ghost', 'git', 'page')", name=op.f("ck_sites_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("name", name=op.f("uq_sites_name")),
    )
    op.create_table(
        "site_articles",
        sa.Column("id", Id(), nullable=False),
        sa.Column("site_id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("article_id", Id()),
        sa.Column("address", sa.String()),
        sa.Column("version", sa.String()),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("raw", sa.JSON(none_as_null=True)),
        sa.Column("trouble", sa.Text()),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "article_id IS NULL OR version IS NOT NULL",
            name=op.f("ck_site_articles_version_known"),
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_site_articles_article_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_site_articles_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_articles")),
        sa.UniqueConstraint("article_id", name=op.f("uq_site_articles_article_id")),
        sa.UniqueConstraint(
            "site_id", "external_id", name=op.f("uq_site_articles_site_id_external_id")
        ),
    )
    # Addresses may be longer than a row of a tree there can be.
    op.create_index(
        op.f("ix_articles_source_url"), "articles", ["source_url"], postgresql_using="hash"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_articles_source_url"), "articles")
    op.drop_table("site_articles")
    op.drop_table("sites")
