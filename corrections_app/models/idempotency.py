"""IdempotencyKey: what was answered, so that a repeated request gets the same answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from corrections_app.domain import limits
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most


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
