"""User: who decides; the browsers they are signed in on, their links, their saved views."""

from __future__ import annotations

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import Role
from corrections_app.domain.roles import Ability, may
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most, one_of


class User(UserMixin, db.Model):
    """A moderator, an editor or an admin."""

    __tablename__ = "users"
    __table_args__ = (
        one_of("role", Role),
        at_most("email", limits.EMAIL),
        at_most("name", limits.NAME),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String, unique=True)
    """Lower case; one account an address."""
    name: Mapped[str] = mapped_column(String)
    role: Mapped[str] = mapped_column(String, default=Role.MODERATOR)
    section: Mapped[str | None] = mapped_column(String)
    """The only section whose articles this person decides; None is the whole newspaper."""
    password_hash: Mapped[str | None] = mapped_column(String)
    active: Mapped[bool] = mapped_column(default=True)
    single_keys: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether a key alone does something on the triage screen (WCAG 2.1.4)."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    # Of the browser that asks, while its request is answered; no column: it is kept nowhere.
    session_token = None  # type: str | None

    def get_id(self) -> str:
        """What the session cookie holds: the browser's token, never anything a table holds."""
        assert self.session_token is not None, "this person has not signed in"
        return self.session_token

    def __eq__(self, other: object) -> bool:
        """The same account; Flask-Login would compare what the cookies hold."""
        return isinstance(other, User) and self.id == other.id

    __hash__ = object.__hash__

    @property
    def is_active(self) -> bool:
        """Whether the account may be used at all."""
        return self.active

    def may(self, ability: Ability, article_section: str | None = None) -> bool:
        """Whether this person may do this, to an article of that section."""
        return self.active and may(self.role, self.section, ability, article_section)


class BrowserSession(db.Model):
    """A browser in which somebody is signed in; its cookie's token is kept only as a hash."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String, unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """To the minute: most requests write nothing."""

    user: Mapped[User] = relationship()


class OneTimeLink(db.Model):
    """A link that lets one person in, once; only a hash of it is kept."""

    __tablename__ = "one_time_links"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(String)
    token_hash: Mapped[str] = mapped_column(String, unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()


class SavedView(db.Model):
    """A name for what stands in the list's address; ``shared`` shows it to all colleagues."""

    __tablename__ = "saved_views"
    __table_args__ = (
        UniqueConstraint("owner_id", "name"),
        at_most("name", limits.NAME),
        at_most("query", limits.SOURCE_URL),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String)
    query: Mapped[str] = mapped_column(Text)
    """What follows the question mark, with nothing in it but what the list knows."""
    shared: Mapped[bool] = mapped_column(default=False, index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    owner: Mapped[User] = relationship()
