"""User: who decides; their browsers, their links, their second factors, their saved views."""

from __future__ import annotations

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import Role
from corrections_app.domain.roles import Ability, SecondFactor, may
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
    lang: Mapped[str | None] = mapped_column(String)
    """The language of their pages and letters; None leaves it to the browser."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    # Of the browser that asks, while its request is answered; no column: it is kept nowhere.
    session_token = None  # type: str | None
    owes_factor = False
    """Whether that browser has yet to give the second factor: nobody is signed in by it."""

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
    __table_args__ = (one_of("factor", SecondFactor),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String, unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """To the minute: most requests write nothing."""
    factor: Mapped[str] = mapped_column(
        String, default=SecondFactor.NONE, server_default=SecondFactor.NONE.value
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When whoever sits there last showed that it is them; changing a factor asks how long ago."""
    challenge: Mapped[str | None] = mapped_column(String)
    """What a passkey is to sign next, base64url; gone with the first answer (WebAuthn, 13.4.3)."""

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


class Authenticator(db.Model):
    """A person's app that shows a code every thirty seconds (TOTP, RFC 6238)."""

    __tablename__ = "authenticators"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String)
    """What the app shares with us, encrypted under a key that the secret key makes."""
    begun_in: Mapped[str] = mapped_column(String)
    """The hash of the browser's token in which it was shown: it is confirmed there or nowhere, for
    whoever knows a password must not choose what its owner's app will share."""
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """Of the last code that was taken, in periods of 30 s since 1970: none is taken twice."""
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it first showed a right code; before, it counts for nothing."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Passkey(db.Model):
    """A key that a person's device keeps, and that signs what we ask of it (WebAuthn)."""

    __tablename__ = "passkeys"
    __table_args__ = (at_most("name", limits.NAME),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String, unique=True)
    """The device's name for it, base64url."""
    public_key: Mapped[str] = mapped_column(Text)
    """COSE (RFC 9052), base64url."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """As the device last counted: one that counts back is a copy. 0 for those that do not count."""
    name: Mapped[str] = mapped_column(String)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(db.Model):
    """A code on paper, for the day the phone is lost; good once, and kept as a hash."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


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
