"""Decision: what was decided, by whom and why. Bulk: many at once. Conflict: too late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import ChangeClass, Status
from corrections_app.domain.text.edits import Edit
from corrections_app.extensions import db
from corrections_app.models.columns import Edits, Id, UTCDateTime, at_most, one_of, some_rows
from corrections_app.models.correction import Correction
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


class Conflict(db.Model):
    """One decision that came too late, kept so that the figures can say how often it happens."""

    __tablename__ = "conflicts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id"))
    code: Mapped[str] = mapped_column(String)
    """The refusal's: ``already_decided``, ``stale_version`` or ``text_moved``."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Decision(db.Model):
    """One closing of one correction; an undone decision stays, and says by what."""

    __tablename__ = "decisions"
    __table_args__ = (
        one_of("outcome", Status),
        one_of("change_class", ChangeClass),
        at_most("note", limits.NOTE),
        at_most("notice", limits.NOTICE),
        # The belt to the conditional update's braces: one standing decision each.
        some_rows("uq_decisions_standing", "undone_at IS NULL", "correction_id", unique=True),
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
    edits: Mapped[tuple[Edit, ...] | None] = mapped_column(Edits)
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
