"""Notice: what readers are told of a change, and what became of it since; house style."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import TOLD_CLASSES, NoticeChangeKind, NoticePlace
from corrections_app.domain.text import search_words
from corrections_app.domain.warnings import wordings
from corrections_app.extensions import db
from corrections_app.models.article import Article
from corrections_app.models.columns import Id, UTCDateTime, at_most, one_of
from corrections_app.models.decision import Decision
from corrections_app.models.user import User


class Notice(db.Model):
    """A published line: a thing of its own, whatever becomes of the change that it tells.

    It is public from ``public_at`` on, by the clock alone; one that was cancelled before
    never was. One that is withdrawn, or whose words are withheld, stays with a word about it.
    """

    __tablename__ = "notices"
    __table_args__ = (
        one_of("change_class", TOLD_CLASSES),
        at_most("words", limits.NOTICE),
        at_most("withheld_reason", limits.NOTE),
        Index("ix_notices_public_at_id", "public_at", "id"),
        Index("ix_notices_section_public_at_id", "section", "public_at", "id"),
        Index("ix_notices_change_class_public_at_id", "change_class", "public_at", "id"),
        Index("ix_notices_article_id_public_at", "article_id", "public_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    revision: Mapped[int | None]
    """The number of the revision whose change it tells; None for one that stands alone."""
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    change_class: Mapped[str] = mapped_column(String)
    words: Mapped[str] = mapped_column(Text)
    """As they stand now; what they were before is in ``changes``."""
    thanks: Mapped[list[str] | None] = mapped_column(JSON)
    """The readers whom it thanks, each as they wrote their name."""
    section: Mapped[str | None] = mapped_column(String)
    """The article's when the notice was made."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    marks: Mapped[list[list[int]] | None] = mapped_column(JSON(none_as_null=True))
    """Where the words stand that it tells of: ranges in the text of revision ``marks_in``."""
    marks_in: Mapped[int | None]
    public_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the hold ends; the moment it was made where there is no hold."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its decision was taken back before it was public."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withheld_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withheld_reason: Mapped[str | None] = mapped_column(Text)
    """Why readers no longer see its words; the audit keeps them."""

    found_by: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """What it is found by (`text.search_words`): always its present words."""

    article: Mapped[Article] = relationship()
    decision: Mapped[Decision | None] = relationship()
    by: Mapped[User | None] = relationship()
    changes: Mapped[list[NoticeChange]] = relationship(order_by="NoticeChange.id", viewonly=True)

    @validates("words")
    def _find_by(self, _name: str, words: str) -> str:
        """Whoever words it, now or anew, makes it found by those words and no others."""
        self.found_by = search_words.words(words)
        return words


class NoticeChange(db.Model):
    """One thing that became of a notice after it was made, and what readers are told of it."""

    __tablename__ = "notice_changes"
    __table_args__ = (
        one_of("kind", NoticeChangeKind),
        at_most("words", limits.NOTICE),
        at_most("note", limits.NOTE),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), index=True)
    kind: Mapped[str] = mapped_column(String)
    words: Mapped[str | None] = mapped_column(Text)
    """What the notice said before, where its words changed."""
    note: Mapped[str | None] = mapped_column(Text)
    """Why, in words for readers."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


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
