"""AuditEvent: every act, appended, chained by hash. IdempotencyKey: what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from corrections_app.domain import limits
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most


class AuditEvent(db.Model):
    """One act of one person. Triggers refuse UPDATE and DELETE on this table.

    ``chain`` names the article whose history this belongs to (``site`` for
    acts on no article); ``hash`` covers the event and ``previous``, and no
    event can be inserted between two others because (chain, number) is unique.
    """

    __tablename__ = "audit_events"
    __table_args__ = (UniqueConstraint("chain", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chain: Mapped[str] = mapped_column(String)
    number: Mapped[int]
    action: Mapped[str] = mapped_column(String)
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    previous: Mapped[str] = mapped_column(String)
    hash: Mapped[str] = mapped_column(String)


class IdempotencyKey(db.Model):
    """One key of one scope (an article's submissions, a person's acts) and its stored answer."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("scope", "key"), at_most("key", limits.KEY))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    scope: Mapped[str] = mapped_column(String)
    key: Mapped[str] = mapped_column(String)
    fingerprint: Mapped[str] = mapped_column(String)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
