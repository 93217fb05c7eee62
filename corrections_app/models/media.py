"""MediaFile: a picture that stands, or once stood, in an article."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from corrections_app.domain.text.body import MEDIA_KINDS
from corrections_app.extensions import db
from corrections_app.models.columns import UTCDateTime, one_of


class MediaFile(db.Model):
    """One file of ``instance/media``, named for what is in it and never changed.

    A row is there from the transaction on that first puts the picture into an
    article, and stays: revisions are for ever. So it is known what must be there.
    """

    __tablename__ = "media_files"
    __table_args__ = (
        CheckConstraint("length(digest) = 64", name="digest_length"),
        CheckConstraint("size > 0", name="size_positive"),
        one_of("kind", MEDIA_KINDS),
    )

    digest: Mapped[str] = mapped_column(String, primary_key=True)
    """SHA-256 of the bytes, in hexadecimal."""
    kind: Mapped[str] = mapped_column(String)
    size: Mapped[int]
    """Of the file, in bytes."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withheld_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Since when it is given out to nobody: all that showed it is taken down."""

    @property
    def name(self) -> str:
        """What the file is called."""
        return f"{self.digest}.{self.kind}"
