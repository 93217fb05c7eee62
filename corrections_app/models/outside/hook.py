"""Hook: a program elsewhere that is told. Event: what it is told of. Call: one telling."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain.hooks.kinds import EventType
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most, one_of, some_rows
from corrections_app.models.user import User

ADDRESS = 2_000
ANSWER = 4_096
"""Code points that are kept of what a hook's program answered."""


class Hook(db.Model):
    """An address that is called when something happens. Of its secret only a seed is here.

    The secret is sealed from the seed with the instance's key (`workflow.hooks.secrets`), so
    neither a copy of the database nor a backup of it signs a call. The row of a removed one
    stays, empty: a call may be in the making at that moment.
    """

    __tablename__ = "hooks"
    __table_args__ = (at_most("url", ADDRESS),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    url: Mapped[str] = mapped_column(String)
    events: Mapped[list[str]] = mapped_column(JSON)
    section: Mapped[str | None] = mapped_column(String)
    """Only what happens in articles of this section; None for all."""
    seed: Mapped[str] = mapped_column(String)
    old_seed: Mapped[str | None] = mapped_column(String)
    """The one before, whose secret signs beside the new one until ``old_until``."""
    old_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    off_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Since when it is switched off: what happens waits for it meanwhile."""
    off_why: Mapped[str | None] = mapped_column(Text)
    """Why it was switched off by itself; None where a person did that."""
    lease: Mapped[str | None] = mapped_column(String)
    """Whose hands it is in: a word that one worker made up for itself."""
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    by: Mapped[User | None] = relationship()


class Event(db.Model):
    """Something that happened, by the numbers of what it happened to: no word of anybody's.

    What a call says of it is read when it is told, so whatever was erased or withheld by then
    leaves no more. One that is not ``released_at`` waits for the end of its hold.
    """

    __tablename__ = "events"
    __table_args__ = (
        one_of("type", EventType),
        some_rows("ix_events_held", "released_at IS NULL", "due_at", "id"),
        Index("ix_events_article_id", "article_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    uid: Mapped[str] = mapped_column(String, unique=True)
    """By which a program knows one that comes twice."""
    type: Mapped[str] = mapped_column(String)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    write_back_id: Mapped[int | None] = mapped_column(ForeignKey("write_backs.id"))
    revision: Mapped[int | None]
    hook_id: Mapped[int | None] = mapped_column(ForeignKey("hooks.id"))
    """The only one that is told of it, where it is a test."""
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it happened; when it became final, for what could be undone."""
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


CALL_STATES = ("waiting", "sent", "dropped")


class Call(db.Model):
    """The telling of one event to one hook, and what came of the last try.

    Their numbers are the order in which a hook is told of one article.
    """

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("hook_id", "event_id"),
        one_of("state", CALL_STATES),
        at_most("answer", ANSWER),
        CheckConstraint("(state = 'waiting') = (closed_at IS NULL)", name="closed_whole"),
        some_rows("ix_calls_waiting", "state = 'waiting'", "hook_id", "article_id", "id"),
        Index("ix_calls_hook_id", "hook_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("hooks.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    state: Mapped[str] = mapped_column(String, default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    first_attempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    took: Mapped[float | None]
    """Seconds of the last try."""
    status: Mapped[int | None]
    """What it answered, by HTTP."""
    answer: Mapped[str | None] = mapped_column(Text)
    trouble: Mapped[str | None] = mapped_column(Text)
    """Why the last try was none that counts, in a sentence."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    hook: Mapped[Hook] = relationship()
    event: Mapped[Event] = relationship()
