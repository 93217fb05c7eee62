"""Setting: what an editor chose on a page, by name; and the number of what readers see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from corrections_app.extensions import db
from corrections_app.models.columns import UTCDateTime


class Setting(db.Model):
    """The newest choice under a name; one that was never made has no row."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String, primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PublicVersion(db.Model):
    """One row: a number that is raised with every change of what readers see.

    Whoever kept a page asks whether it is still the one (`serving.kept_pages`).
    """

    __tablename__ = "public_version"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
