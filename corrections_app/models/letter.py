"""Letter: what is sent, and its fate. Owed: what readers are to hear. Address: may letters go.

Worker: who sends them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import AddressState, LetterState, OwedState
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most, one_of
from corrections_app.models.correction import Correction
from corrections_app.models.decision import Decision


class Address(db.Model):
    """What is remembered of a mailbox; kept for ever, because a stop is."""

    __tablename__ = "addresses"
    __table_args__ = (one_of("state", AddressState),)

    key: Mapped[str] = mapped_column(String, primary_key=True)
    """A keyed hash of the mailbox: it can be recognised, and not read."""
    state: Mapped[str] = mapped_column(String, default=AddressState.UNKNOWN)
    """``unknown`` until its owner acts on a letter."""
    asked: Mapped[int] = mapped_column(default=0)
    """How many letters asked whether it wants letters."""
    last_letter_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    unreachable_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a letter came back because there is no such mailbox; None once it is tried again."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Letter(db.Model):
    """One message to one address, written once and sent until its fate is known."""

    __tablename__ = "letters"
    __table_args__ = (
        one_of("state", LetterState),
        at_most("recipient", limits.EMAIL),
        Index("ix_letters_due", "state", "next_attempt_at", "id"),
        Index("uq_letters_once", "once", unique=True),
        Index("ix_letters_refused", "refusal", "refused_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    """Its folder of templates; ``several`` where it tells of more than one correction."""
    recipient: Mapped[str] = mapped_column(String, index=True)
    address_key: Mapped[str | None] = mapped_column(String, index=True)
    """Whose wish to get no letters is heeded: an `Address`. None for a letter that was asked for
    by the person it goes to, such as a sign-in link."""
    once: Mapped[str | None] = mapped_column(String)
    """What this letter is for, where several workers could write the same: only one can."""
    message_id: Mapped[str] = mapped_column(String, unique=True)
    thread: Mapped[str | None] = mapped_column(Text)
    """What References says: one made-up Message-ID for each correction it tells of."""
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    secret: Mapped[str | None] = mapped_column(Text)
    """A one-time link, put in only while sending: no page shows it, and it is forgotten when
    the letter was sent or given up."""
    state: Mapped[str] = mapped_column(String, default=LetterState.READY)
    attempts: Mapped[int] = mapped_column(default=0)
    unknowns: Mapped[int] = mapped_column(default=0)
    """How often the connection was lost so late that it may have arrived after all."""
    first_attempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When a worker may take it; while it is being sent, when another worker may."""
    lease: Mapped[str | None] = mapped_column(String)
    """Whose hands it is in: a word that one claim made up for itself."""
    error: Mapped[str | None] = mapped_column(Text)
    refusal: Mapped[str | None] = mapped_column(String)
    """Why it was refused for good, at once or later: one of `domain.bounces.refusals.Cause`."""
    refused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kept_here: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it was put into the instance's maildir, for want of a mail server: it left nobody."""

    owed: Mapped[list[Owed]] = relationship(back_populates="letter")

    @property
    def is_kept(self) -> bool:
        """Whether its words are kept still: in time only its fate is (docs/decisions/0035)."""
        return bool(self.recipient)


class Owed(db.Model):
    """A notification due to one reader, written in the transaction of what it tells of.

    That is a decision, but for the kinds that tell of something else: ``confirm``
    and ``still_checking``.
    """

    __tablename__ = "owed"
    __table_args__ = (
        UniqueConstraint("decision_id", "correction_id", "kind"),
        one_of("state", OwedState),
        Index("ix_owed_due", "state", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id"), index=True)
    kind: Mapped[str] = mapped_column(String)
    note: Mapped[str | None] = mapped_column(Text)
    """What an editor adds in this letter, if it is not the decision's own note."""
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    address_key: Mapped[str | None] = mapped_column(String, index=True)
    """The `Address` it waits for, while its day's letter is spent or it has not confirmed."""
    state: Mapped[str] = mapped_column(String, default=OwedState.WAITING)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    error: Mapped[str | None] = mapped_column(Text)
    """Why no letter could be written of it, if one could not."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    decision: Mapped[Decision | None] = relationship()
    correction: Mapped[Correction] = relationship()
    letter: Mapped[Letter | None] = relationship(back_populates="owed")


class Worker(db.Model):
    """A part of the letters' worker, and when it was last at work, in whichever process."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String, primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
