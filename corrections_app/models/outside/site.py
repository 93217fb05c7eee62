"""Site: where articles live. SiteArticle: what one is there. WriteBack: what is sent there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain.writing_back import Code, State
from corrections_app.extensions import db
from corrections_app.models.article import Article
from corrections_app.models.columns import Id, UTCDateTime, at_most, one_of
from corrections_app.models.user import User

KINDS = ("wordpress", "ghost", "git", "page")
NAME = 60
"""Code points of a site's name."""


class Site(db.Model):
    """A newsroom's CMS, or a folder of its articles. Its key is no column: it is never stored here.

    ``content`` is the CSS selector of the article in its pages; ``branch``, ``folder`` and
    ``pages`` (the address of a file's page) are those of a git repository.
    """

    __tablename__ = "sites"
    __table_args__ = (at_most("name", NAME), one_of("kind", KINDS))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String, unique=True)
    kind: Mapped[str] = mapped_column(String)
    address: Mapped[str] = mapped_column(String)
    lang: Mapped[str | None] = mapped_column(String)
    content: Mapped[str | None] = mapped_column(String)
    branch: Mapped[str | None] = mapped_column(String)
    folder: Mapped[str | None] = mapped_column(String)
    pages: Mapped[str | None] = mapped_column(String)
    synced_to: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """What changed there before this moment is known, by its own clock."""
    synced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was last gone through to the end."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SiteArticle(db.Model):
    """An article as its site has it: by which id, at which address, in which state we know it.

    Without an ``article_id`` it has not come in yet, and ``trouble`` says why. ``raw`` holds the
    site's own text to the letter, by its fields, as it was when it came in last: a change is
    made in that, never in what we show.
    """

    __tablename__ = "site_articles"
    __table_args__ = (
        UniqueConstraint("site_id", "external_id"),
        UniqueConstraint("article_id"),
        CheckConstraint("article_id IS NULL OR version IS NOT NULL", name="version_known"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    external_id: Mapped[str] = mapped_column(String)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    address: Mapped[str | None] = mapped_column(String)
    version: Mapped[str | None] = mapped_column(String)
    """The state that came in last, by the site's own token: a time, or the hash of a file."""
    settled: Mapped[bool]
    """Whether no later state can have the same version (`sources.Source.settled`)."""
    raw: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    sent: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """The fields as they were last sent there, while it is not known whether they arrived."""
    trouble: Mapped[str | None] = mapped_column(Text)
    """Why its present state is not here, in a sentence."""
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was found to be public there no more."""

    site: Mapped[Site] = relationship()


class WriteBack(db.Model):
    """A change of an article that lives at a site, on its way into its source there.

    One for each revision that was made here; written in the revision's own transaction.
    """

    __tablename__ = "write_backs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"]
        ),
        UniqueConstraint("article_id", "revision"),
        one_of("state", State),
        CheckConstraint(
            f"code IS NULL OR code IN ({', '.join(repr(str(code)) for code in Code)})",
            name="code_known",
        ),
        Index("ix_write_backs_due", "state", "next_attempt_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    revision: Mapped[int]
    """The number of the revision that made the change: what is written is what it changed."""
    state: Mapped[str] = mapped_column(String, default=State.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    first_attempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When a worker may take it; while it is being written, when another worker may."""
    lease: Mapped[str | None] = mapped_column(String)
    """Whose hands it is in: a word that one claim made up for itself."""
    in_doubt: Mapped[bool] = mapped_column(default=False)
    """Whether it was sent, in `SiteArticle.sent`, and it is not known whether it arrived."""
    overrules: Mapped[bool] = mapped_column(default=False)
    """Whether somebody said that it is to be written over what was changed there."""
    code: Mapped[str | None] = mapped_column(String)
    """Why it is not written, one of `domain.writing_back.Code`; ``said`` is that in a sentence."""
    said: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who said that it is done by hand; None where the CMS, or a sync, confirmed it."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was written or cancelled."""

    article: Mapped[Article] = relationship()
    by: Mapped[User | None] = relationship()
