"""The pictures of articles, so that it is known which files must be there."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_files",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_media_files_digest_length")),
        sa.CheckConstraint("size > 0", name=op.f("ck_media_files_size_positive")),
        sa.CheckConstraint(
            "kind IN ('png', 'jpeg', 'gif', 'webp', 'avif')", name=op.f("ck_media_files_kind_known")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_media_files")),
    )


def downgrade() -> None:
    op.drop_table("media_files")
