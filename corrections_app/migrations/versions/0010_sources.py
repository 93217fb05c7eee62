"""What each article's source said last, kept apart from what stands here."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LAST_IMPORTS = """
    INSERT INTO sources
        (article_id, body, lang, dir, section, byline, source_url, published_at)
    SELECT articles.id, revisions.body, articles.lang, articles.dir,
        articles.section, articles.byline, articles.source_url, articles.published_at
    FROM articles JOIN revisions ON revisions.article_id = articles.id
    WHERE revisions.number = (
        SELECT max(imports.number) FROM revisions AS imports
        WHERE imports.article_id = articles.id AND imports.origin = 'import'
    )
"""


def Id() -> sa.types.TypeEngine:
    """A row's number."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("article_id", Id(), nullable=False, autoincrement=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("dir", sa.String(), nullable=False),
        sa.Column("section", sa.String()),
        sa.Column("byline", sa.String()),
        sa.Column("source_url", sa.String()),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_sources_article_id")
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_sources")),
    )
    # Nothing but an import has ever changed what is known about an article.
    op.execute(_LAST_IMPORTS)


def downgrade() -> None:
    op.drop_table("sources")
