"""Article, its Revisions, and its Retirements: when it was taken down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.text import search_words
from corrections_app.domain.text.body import Body, from_json
from corrections_app.domain.text.edits import Edit
from corrections_app.extensions import db
from corrections_app.models.columns import Edits, Id, UTCDateTime, at_most, one_of, some_rows
from corrections_app.models.user import User

ORIGINS = ("import", "accept", "edit", "undo", "restore")


class Article(db.Model):
    """A published text with an address; what it says stands in its revisions."""

    __tablename__ = "articles"
    __table_args__ = (
        at_most("slug", limits.SLUG),
        one_of("dir", ("ltr", "rtl")),
        # Addresses may be longer than a row of a tree there can be.
        Index(None, "source_url", info={"using": "hash"}),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String, unique=True)
    head: Mapped[int]
    """The number of the current revision."""
    source_url: Mapped[str | None] = mapped_column(String)
    external_id: Mapped[str | None] = mapped_column(String, unique=True)
    lang: Mapped[str] = mapped_column(String, default="en")
    dir: Mapped[str] = mapped_column(String, default="ltr")
    section: Mapped[str | None] = mapped_column(String, index=True)
    byline: Mapped[str | None] = mapped_column(String)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Since when it is taken down: that of its standing `Retirement`."""
    found_by: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """What colleagues find it by (`words_of`)."""

    current: Mapped[Revision] = relationship(
        primaryjoin="and_(Article.id == foreign(Revision.article_id), "
        "Article.head == Revision.number)",
        viewonly=True,
        uselist=False,
        lazy="joined",
    )


def words_of(slug: str, title: str, byline: str | None) -> str:
    """What an article is found by: its headline, its address, who wrote it."""
    return search_words.words(title, slug, byline)


class Revision(db.Model):
    """The whole text of an article from one change to the next."""

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        at_most("withheld_reason", limits.TAKEN_DOWN),
        one_of("change_class", ChangeClass),
        one_of("origin", ORIGINS),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    """The canonical text of `body`: what every offset of this revision counts in."""
    edits: Mapped[tuple[Edit, ...] | None] = mapped_column(Edits)
    """What was applied to the revision before, as (start, end, replacement), where it is known
    exactly; absent after an import or an edit by hand."""
    change_class: Mapped[str] = mapped_column(String, default=ChangeClass.SILENT)
    notice: Mapped[str | None] = mapped_column(Text)
    thanks: Mapped[list[str] | None] = mapped_column(JSON)
    """The readers whom the notice thanks, each as they wrote their name."""
    origin: Mapped[str] = mapped_column(String)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withheld_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Since when its text is shown to nobody (`workflow.taken_down`); None for nearly all."""
    withheld_reason: Mapped[str | None] = mapped_column(Text)
    """Why, in words for everybody."""

    @property
    def blocks(self) -> Body:
        """The body as the rules know it."""
        stored, blocks = self.__dict__.get("_read", (None, ()))
        if stored is not self.body:  # asked for several times in one act, and long
            blocks = from_json(self.body)
            self.__dict__["_read"] = (self.body, blocks)
        return blocks


class Retirement(db.Model):
    """From when to when an article was taken down; without an end it still is."""

    __tablename__ = "retirements"
    __table_args__ = (
        at_most("reason", limits.TAKEN_DOWN),
        some_rows("uq_retirements_standing", "ended_at IS NULL", "article_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    """In the newsroom's words, for everybody."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who took it down; None where that was before this table."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
