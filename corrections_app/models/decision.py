"""Decision: what was decided, by whom and why; the list only grows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import ChangeClass, Status
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most, one_of
from corrections_app.models.correction import Correction
from corrections_app.models.user import User


class Decision(db.Model):
    """One closing of one correction; an undone decision stays, and says by what."""

    __tablename__ = "decisions"
    __table_args__ = (
        one_of("outcome", Status),
        one_of("change_class", ChangeClass),
        at_most("note", limits.NOTE),
        at_most("notice", limits.NOTICE),
        # The belt to the conditional update's braces: one standing decision each.
        Index(
            "uq_decisions_standing",
            "correction_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        # What is looked back for: the newest with this reason, the newest of this person.
        Index("ix_decisions_reason", "reason", "correction_id"),
        Index("ix_decisions_by", "by_id", "correction_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id"), index=True)
    action: Mapped[str] = mapped_column(String)
    outcome: Mapped[str] = mapped_column(String)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revision: Mapped[int | None]
    """The number of the revision that this decision made, if it changed the text."""
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    """The words that were replaced and the words that were applied."""
    as_proposed: Mapped[bool] = mapped_column(default=True)
    """Whether the words applied are the reader's own."""
    edits: Mapped[list[list[Any]] | None] = mapped_column(JSON)
    change_class: Mapped[str] = mapped_column(String, default=ChangeClass.SILENT)
    notice: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(String)
    note: Mapped[str | None] = mapped_column(Text)
    caused_by_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), index=True)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undo_until: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    correction: Mapped[Correction] = relationship()
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
