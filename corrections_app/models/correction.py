"""Correction: target, proposal, status; who sent it; where it stands now; if it is set aside."""

from __future__ import annotations

from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import Fit, Kind, RemarkField, Status
from corrections_app.domain.text.edits import Edit
from corrections_app.extensions import db
from corrections_app.models.article import Article
from corrections_app.models.columns import Edits, Id, UTCDateTime, at_most, one_of, some_rows
from corrections_app.models.house_rule import FoundElsewhere

LONG_AGO = "2000-01-01 00:00:00+00:00"
"""Whatever was not told when it is overdue comes first rather than never."""


def new_nonce() -> str:
    """128 random bits, in 22 characters."""
    return token_urlsafe(16)


def _waiting(name: str, *columns: Any) -> Index:
    return some_rows(name, "status = 'pending' AND leader_id IS NULL", *columns)


class Correction(db.Model):
    """A reader's proposal, stored for ever exactly as it was selected and typed.

    Without ``start`` and ``end`` it is a remark on the whole article; without
    ``replacement`` it is a remark on the words.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "base_revision"], ["revisions.article_id", "revisions.number"]
        ),
        CheckConstraint(
            '("start" IS NULL AND "end" IS NULL AND exact IS NULL AND replacement IS NULL)'
            ' OR ("start" IS NOT NULL AND "end" IS NOT NULL AND exact IS NOT NULL'
            ' AND "start" >= 0 AND "end" > "start" AND length(exact) = "end" - "start")',
            name="target_whole",
        ),
        CheckConstraint(
            "replacement IS NOT NULL OR explanation IS NOT NULL", name="says_something"
        ),
        at_most("exact", limits.EXACT),
        at_most("replacement", limits.REPLACEMENT),
        at_most("explanation", limits.EXPLANATION),
        at_most("source_url", limits.SOURCE_URL),
        one_of("status", Status),
        one_of("kind", Kind),
        one_of("field", RemarkField),
        CheckConstraint(
            'field IS NULL OR ("start" IS NULL AND explanation IS NOT NULL)', name="field_apart"
        ),
        # One index for each order of what waits, in which nothing else stands.
        _waiting("ix_corrections_best", "rank", "id", "overdue_at"),
        _waiting("ix_corrections_overdue", "overdue_at", "id"),
        _waiting("ix_corrections_waiting", "created_at", "id"),
        _waiting("ix_corrections_by_article", "article_id", "id"),
        # People of one section are handed cards too, however few are theirs.
        _waiting("ix_corrections_best_in_section", "section", "rank", "id", "overdue_at"),
        _waiting("ix_corrections_overdue_in_section", "section", "overdue_at", "id"),
        some_rows("ix_corrections_closed", "status <> 'pending'", "status", "created_at", "id"),
        some_rows("ix_corrections_leader_id", "leader_id IS NOT NULL", "leader_id"),
        Index("ix_corrections_article", "article_id", "status"),
        # Of the figures, which count days: everything they ask for stands in the index.
        Index("ix_corrections_arrived", "created_at", "section"),
        Index("ix_corrections_settled", "decided_at", "created_at", "section"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(String, unique=True)
    """What a reader quotes on the telephone; it opens nothing."""
    nonce: Mapped[str | None] = mapped_column(String, default=new_nonce)
    """What its receipt's address seals beside its number, which a restored backup gives away
    again; None in rows from before there was one, whose receipts seal the number alone."""
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    section: Mapped[str | None] = mapped_column(String)
    """That of its article, kept here too so that a section has an order of its own."""
    base_revision: Mapped[int]
    start: Mapped[int | None]
    end: Mapped[int | None]
    exact: Mapped[str | None] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Text, default="")
    suffix: Mapped[str] = mapped_column(Text, default="")
    replacement: Mapped[str | None] = mapped_column(Text)
    explanation: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(String)
    source_url: Mapped[str | None] = mapped_column(String)
    field: Mapped[str | None] = mapped_column(String)
    """Of a remark on the whole article: what it is about that is not in its text."""
    status: Mapped[str] = mapped_column(String, default=Status.PENDING)
    version: Mapped[int] = mapped_column(default=1)
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"))
    stands_alone: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a person took it out of its cluster: nothing joins it again."""
    rank: Mapped[float] = mapped_column(default=0.0)
    """The lower, the earlier (`domain.ordering`)."""
    overdue_at: Mapped[datetime] = mapped_column(UTCDateTime, server_default=LONG_AGO)
    """From when on it comes before all that is not overdue."""
    risks: Mapped[str | None] = mapped_column(Text)
    """What the change touches (`domain.warnings.risks`), in words with a blank between them."""
    words: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """What it is found by (`text.search_words`): its own words and the headline it was sent to."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    article: Mapped[Article] = relationship()
    contact: Mapped[Contact | None] = relationship(back_populates="correction", uselist=False)
    placement: Mapped[Placement | None] = relationship(uselist=False)
    set_aside: Mapped[SetAside | None] = relationship(uselist=False)
    found_elsewhere: Mapped[FoundElsewhere | None] = relationship(
        foreign_keys=[FoundElsewhere.correction_id], uselist=False, viewonly=True
    )

    @property
    def seal(self) -> str:
        """What is sealed wherever something may be known of this row, and of no later one.

        A number is given again to the next row once a backup was restored that knew less.
        """
        return str(self.id) if self.nonce is None else f"{self.id}:{self.nonce}"

    @property
    def is_remark(self) -> bool:
        """Whether there is nothing here that could be applied by itself."""
        return self.replacement is None


class Contact(db.Model):
    """Who sent a correction: apart from it, so that it can be purged without a trace there."""

    __tablename__ = "contacts"
    __table_args__ = (at_most("email", limits.EMAIL), at_most("name", limits.NAME))

    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    email: Mapped[str | None] = mapped_column(String, index=True)
    name: Mapped[str | None] = mapped_column(String)
    credit: Mapped[bool] = mapped_column(default=False)
    """Whether the reader wishes to be named in a published notice."""
    lang: Mapped[str | None] = mapped_column(String)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    correction: Mapped[Correction] = relationship(back_populates="contact")


class Placement(db.Model):
    """Where a correction's words stand now; derived, and rewritten with every revision.

    ``known_*`` is the last place that was exactly known: alignments start
    there, not hop by hop, so that a revert brings lost words back.
    """

    __tablename__ = "placements"
    __table_args__ = (
        one_of("fit", Fit),
        CheckConstraint('("start" IS NULL) = ("end" IS NULL)', name="span_whole"),
        some_rows("ix_placements_lost", "fit IN ('conflict', 'gone')", "fit", "correction_id"),
    )

    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    revision: Mapped[int]
    start: Mapped[int | None]
    end: Mapped[int | None]
    edits: Mapped[tuple[Edit, ...] | None] = mapped_column(Edits)
    """The word-level parts of the change, as (start, end, replacement) in ``revision``; absent
    for a remark, and where the words cannot be changed as they stand."""
    fit: Mapped[str] = mapped_column(String, default=Fit.CLEAN)
    known_revision: Mapped[int]
    known_start: Mapped[int]
    known_end: Mapped[int]
    known_edits: Mapped[tuple[Edit, ...] | None] = mapped_column(Edits)


class SetAside(db.Model):
    """It looks like spam, so it is looked at after all others; until somebody returned it."""

    __tablename__ = "set_asides"
    __table_args__ = (
        CheckConstraint("(returned_at IS NULL) = (returned_by_id IS NULL)", name="returned_whole"),
    )

    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    signs: Mapped[str] = mapped_column(Text)
    """What it has of spam (`warnings.suspicion.Sign`), in words with a blank between them."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    returned_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
