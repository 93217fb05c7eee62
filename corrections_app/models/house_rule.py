"""HouseRule: a standing answer of the newsroom. FoundElsewhere: what colleagues sent by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corrections_app.domain.warnings import house_rules
from corrections_app.domain.warnings.house_rules import Rule
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime, at_most
from corrections_app.models.user import User


class HouseRule(db.Model):
    """What we write, and what not; switched off rather than deleted."""

    __tablename__ = "house_rules"
    __table_args__ = (
        at_most("preferred", house_rules.LONGEST),
        at_most("reason", house_rules.REASON),
        at_most("link", house_rules.LINK),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    preferred: Mapped[str] = mapped_column(Text)
    forms: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String)
    """Of the articles that it is about; empty for all."""
    whole_words: Mapped[bool] = mapped_column(default=True, server_default=true())
    case_sensitive: Mapped[bool]
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def rule(self) -> Rule:
        """The rule as the rules of matching know it."""
        return Rule(
            number=self.id,
            preferred=self.preferred,
            forms=tuple(self.forms),
            reason=self.reason,
            link=self.link,
            lang=self.lang,
            whole_words=self.whole_words,
            case_sensitive=self.case_sensitive,
            active=self.active,
        )


class FoundElsewhere(db.Model):
    """A correction that a colleague sent because the same words are elsewhere too.

    By a rule, or because of another correction (``of_id``).
    """

    __tablename__ = "found_elsewhere"

    correction_id: Mapped[int] = mapped_column(
        Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    of_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("house_rules.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[User] = relationship()
