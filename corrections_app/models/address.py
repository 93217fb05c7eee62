"""Address: whether letters may go to a mailbox, without knowing which mailbox it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from corrections_app.extensions import db
from corrections_app.models.columns import UTCDateTime, one_of

ADDRESS_STATES = ("unknown", "confirmed", "stopped")


class Address(db.Model):
    """What is remembered of a mailbox; kept for ever, because a stop is."""

    __tablename__ = "addresses"
    __table_args__ = (one_of("state", ADDRESS_STATES),)

    key: Mapped[str] = mapped_column(String, primary_key=True)
    """A keyed hash of the mailbox: it can be recognised, and not read."""
    state: Mapped[str] = mapped_column(String, default="unknown")
    """``unknown`` until its owner acts on a letter."""
    asked: Mapped[int] = mapped_column(default=0)
    """How many letters asked whether it wants letters."""
    last_letter_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
