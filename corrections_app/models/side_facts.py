"""Side facts of a correction: each a row of its own, none of them a status."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import EnquiryState, enquiry_state
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most, some_rows
from corrections_app.models.correction import Correction
from corrections_app.models.decision import Decision
from corrections_app.models.user import User


class Lease(db.Model):
    """Who has a correction on the screen at this moment: steers others, blocks nobody."""

    __tablename__ = "leases"

    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    until: Mapped[datetime] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()


class Hold(db.Model):
    """Being checked: until when, by whom, and what is being found out."""

    __tablename__ = "holds"
    __table_args__ = (at_most("note", limits.NOTE),)

    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    until: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[User] = relationship()


class Escalation(db.Model):
    """A moderator asks an editor to decide."""

    __tablename__ = "escalations"
    __table_args__ = (at_most("note", limits.NOTE),)

    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[User] = relationship()


class Skip(db.Model):
    """One person would rather have another card; for everyone else nothing changed."""

    __tablename__ = "skips"

    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(
        Id, ForeignKey("users.id"), primary_key=True, autoincrement=False, index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Sender(db.Model):
    """By what two corrections are known to be of one sender: keyed hashes, never an address."""

    __tablename__ = "senders"

    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    mailbox_key: Mapped[str | None] = mapped_column(String, index=True)
    """That of its `Address`; what it says counts once the owner acted on a letter."""
    network_key: Mapped[str | None] = mapped_column(String, index=True)
    """Of the network prefix, with a key that was made that day and is gone the next."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Wordprint(db.Model):
    """One of the numbers that stand for a correction's words (`warnings.suspicion.prints`)."""

    __tablename__ = "wordprints"

    print: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Approval(db.Model):
    """A decision proposed by one person, which another one has to confirm."""

    __tablename__ = "approvals"

    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[User] = relationship()


class Appeal(db.Model):
    """A reader asks for a second look at a rejection; one for each of them."""

    __tablename__ = "appeals"
    __table_args__ = (
        some_rows("ix_appeals_open", "outcome IS NULL", "created_at", "correction_id"),
        at_most("words", limits.EXPLANATION),
        CheckConstraint(
            "outcome IS NULL OR outcome IN ('upheld', 'reopened', 'retired')", name="outcome_known"
        ),
        CheckConstraint("(outcome IS NULL) = (judged_at IS NULL)", name="judged_whole"),
    )

    decision_id: Mapped[int] = mapped_column(
        Id, ForeignKey("decisions.id"), primary_key=True, autoincrement=False
    )
    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id"), index=True)
    words: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String)
    note: Mapped[str | None] = mapped_column(Text)
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    judged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    correction: Mapped[Correction] = relationship()
    decision: Mapped[Decision] = relationship()


class Enquiry(db.Model):
    """The one question that an editor asks the reader of a correction, and the answer.

    It is open for answers as long as the correction is pending. Of an erased one only the
    dates are left.
    """

    __tablename__ = "enquiries"
    __table_args__ = (
        some_rows("ix_enquiries_waiting", "answered_at IS NULL", "until", "correction_id"),
        at_most("question", limits.QUESTION),
        at_most("answer", limits.ANSWER),
        CheckConstraint("answer IS NULL OR answered_at IS NOT NULL", name="answered_whole"),
    )

    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    question: Mapped[str | None] = mapped_column(Text)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    """Until when its card waits apart from the others."""
    answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    by: Mapped[User] = relationship()
    correction: Mapped[Correction] = relationship()

    def state_at(self, now: datetime) -> EnquiryState:
        """What became of it by a moment."""
        return enquiry_state(self.until, self.answered_at, now)


class ReasonWording(db.Model):
    """A reason for rejecting, in the newsroom's own words."""

    __tablename__ = "reasons"
    __table_args__ = (at_most("label", limits.NAME), at_most("sentence", limits.NOTE))

    code: Mapped[str] = mapped_column(String, primary_key=True)
    label: Mapped[str] = mapped_column(String)
    sentence: Mapped[str] = mapped_column(Text)
    """What the reader is told."""
    neutral: Mapped[bool] = mapped_column(default=False)
    """Whether it leaves the submitter's record alone."""
    sends_letter: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    translations: Mapped[dict[str, dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    """By language (BCP 47), the label and the sentence that the newsroom worded in it."""
