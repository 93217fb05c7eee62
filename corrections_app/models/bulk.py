"""Bulk: one act on many corrections, and what became of each of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most
from corrections_app.models.correction import Correction
from corrections_app.models.decision import Decision
from corrections_app.models.user import User


class Bulk(db.Model):
    """One person's act on the corrections they had ticked; each row is a decision of its own."""

    __tablename__ = "bulks"
    __table_args__ = (
        CheckConstraint("action IN ('accept', 'reject', 'supersede', 'skip')", name="action_known"),
        at_most("note", limits.NOTE),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String)
    reason: Mapped[str | None] = mapped_column(String)
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When every row had its answer; until then sending the act again goes on with it."""
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was first taken back, as far as that could be done."""

    by: Mapped[User] = relationship()
    items: Mapped[list[BulkItem]] = relationship(order_by="BulkItem.position")


class BulkItem(db.Model):
    """One row of such an act, as it was seen when it was ticked."""

    __tablename__ = "bulk_items"

    bulk_id: Mapped[int] = mapped_column(
        Id, ForeignKey("bulks.id"), primary_key=True, autoincrement=False
    )
    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int]
    version: Mapped[int]
    revision: Mapped[int]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    """What was decided of it; written in the decision's own transaction."""
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What came of it: a ``code``, and where it was refused the sentence and its details."""
    undo_answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Why it could not be taken back with the others, if it could not."""

    correction: Mapped[Correction] = relationship()
    decision: Mapped[Decision | None] = relationship()
