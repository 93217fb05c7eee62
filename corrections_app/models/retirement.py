"""Retirement: an article taken down, by whom and why, and whether it came back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most
from corrections_app.models.user import User


class Retirement(db.Model):
    """From when to when an article was taken down; without an end it still is."""

    __tablename__ = "retirements"
    __table_args__ = (
        at_most("reason", limits.TAKEN_DOWN),
        Index(
            "uq_retirements_standing",
            "article_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    """In the newsroom's words, for everybody."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who took it down; None where that was before this table."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
