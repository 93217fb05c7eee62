"""Notices as the newsroom sees them, those that are not public too: reads only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from corrections_app.domain import limits
from corrections_app.domain.errors import NotFound
from corrections_app.extensions import db
from corrections_app.models import Article, Notice

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
