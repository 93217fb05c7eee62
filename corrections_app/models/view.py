"""SavedView: a list of corrections that somebody comes back to, by its name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most
from corrections_app.models.user import User


class SavedView(db.Model):
    """A name for what stands in the list's address; ``shared`` shows it to all colleagues."""

    __tablename__ = "saved_views"
    __table_args__ = (
        UniqueConstraint("owner_id", "name"),
        at_most("name", limits.NAME),
        at_most("query", limits.SOURCE_URL),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String)
    query: Mapped[str] = mapped_column(Text)
    """What follows the question mark, with nothing in it but what the list knows."""
    shared: Mapped[bool] = mapped_column(default=False, index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    owner: Mapped[User] = relationship()
