"""Notices as the newsroom sees them, those that are not public too: reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from corrections_app.domain import limits
from corrections_app.domain.errors import NotFound
from corrections_app.domain.lifecycle import Status
from corrections_app.extensions import db
from corrections_app.models import Article, Decision, Notice
from corrections_app.workflow.record import notices

PAGE = 50


@dataclass(frozen=True)
class Found:
    """Some notices, newest first, and the number after which the older ones follow."""

    items: list[Notice]
    next: int | None


def of_article(article: Article, after: str | None = None, size: int = PAGE) -> Found:
    """Every notice of an article, newest first, from the one before number ``after`` on."""
    query = select(Notice).where(Notice.article_id == article.id)
    if after and limits.is_number(after):
        query = query.where(Notice.id < int(after))
    query = query.order_by(Notice.id.desc()).limit(size + 1).options(selectinload(Notice.changes))
    found = list(db.session.scalars(query))
    return Found(found[:size], found[size - 1].id if len(found) > size else None)


def one(notice_id: int) -> Notice:
    """The notice with this number, public or not. Raises `NotFound`."""
    notice = db.session.get(Notice, notice_id, populate_existing=True)
    if notice is None:
        raise NotFound("There is no such notice.")
    return notice


def told_of(decision: Decision | None, now: datetime) -> int | None:
    """The number of the public notice that tells what a decision changed; None without one.

    A reader who said the same as another shares that one's notice.
    """
    if decision is None or decision.outcome != Status.ACCEPTED:
        return None
    making = decision.caused_by_id or decision.id
    return db.session.scalar(
        select(Notice.id).where(Notice.decision_id == making, notices.public_at(now))
    )
