"""Token: what a program shows to be let in, in the name of one person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain import limits
from corrections_app.domain.roles import Scope
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most
from corrections_app.models.user import User


class Token(db.Model):
    """A program's way in: it may do what its scopes say, and never more than its owner may.

    Of the token itself only the hash is here. The row stays when it is revoked: the audit names it.
    """

    __tablename__ = "tokens"
    __table_args__ = (at_most("name", limits.TOKEN_NAME),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String)
    token_hash: Mapped[str] = mapped_column(String, unique=True)
    scopes: Mapped[str] = mapped_column(String)
    """With blanks between them, as in RFC 6750."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    """In whose name it acts."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """None for whoever has a shell on the machine."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """To the hour: most requests write nothing."""
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    made_by: Mapped[User | None] = relationship(foreign_keys=[made_by_id])

    def has(self, scope: Scope) -> bool:
        """Whether it was made for this."""
        return scope in self.scopes.split()
