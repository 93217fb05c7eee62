"""Source: what an article's own system said when it was brought in last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from corrections_app.domain.text.body import Body, from_json
from corrections_app.extensions import db
from corrections_app.models.columns import Id, UTCDateTime


class Source(db.Model):
    """The last import of an article as it came, before anything of ours was put into it.

    What comes in next is compared with this, never with what stands here: only
    so can a change of the source be told from a correction that was accepted.
    """

    __tablename__ = "sources"

    article_id: Mapped[int] = mapped_column(
        Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False
    )
    body: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    lang: Mapped[str] = mapped_column(String)
    dir: Mapped[str] = mapped_column(String)
    section: Mapped[str | None] = mapped_column(String)
    byline: Mapped[str | None] = mapped_column(String)
    source_url: Mapped[str | None] = mapped_column(String)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def blocks(self) -> Body:
        """The body as the rules know it."""
        return from_json(self.body)
