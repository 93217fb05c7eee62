"""Conflict: somebody decided on what they saw, and it was no longer so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime


class Conflict(db.Model):
    """One decision that came too late, kept so that the figures can say how often it happens."""

    __tablename__ = "conflicts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id"))
    code: Mapped[str] = mapped_column(String)
    """The refusal's: ``already_decided``, ``stale_version`` or ``text_moved``."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
