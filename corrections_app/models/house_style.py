"""House style of notices: where each class stands, and how each kind of change is worded."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from corrections_app.domain.lifecycle import TOLD_CLASSES, NoticePlace
from corrections_app.domain.warnings import wordings
from corrections_app.extensions import db
from corrections_app.models.columns import at_most, one_of


class NoticePlacing(db.Model):
    """Where the newsroom wants the notices of a class; without a row they stand as is usual."""

    __tablename__ = "notice_placings"
    __table_args__ = (one_of("change_class", TOLD_CLASSES), one_of("place", NoticePlace))

    change_class: Mapped[str] = mapped_column(String, primary_key=True)
    place: Mapped[str] = mapped_column(String)


class NoticeWording(db.Model):
    """The newsroom's own sentence for a kind of change; without a row the default one stands."""

    __tablename__ = "notice_wordings"
    __table_args__ = (at_most("sentence", wordings.LONGEST),)

    way: Mapped[str] = mapped_column(String, primary_key=True)
    """The kind of change, one of `warnings.notices.WAYS`."""
    sentence: Mapped[str] = mapped_column(Text)
