"""What readers read: reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, tuple_

from corrections_app.domain.errors import NotFound
from corrections_app.extensions import db
from corrections_app.models import Article, Revision
from corrections_app.workflow import taken_down

PAGE = 30
OPEN = timedelta(days=7)
"""So long a page may stay open in a tab: until then its reader is told its very words."""


@dataclass(frozen=True)
class Shelf:
    """Some articles, and the slug after which the next ones follow."""

    items: list[Article]
    next: str | None


def newest(after: str | None = None, size: int = PAGE) -> Shelf:
    """Articles that are not retired, newest first, from the one after ``after`` on."""
    when = func.coalesce(Article.published_at, Article.created_at)
    query = select(Article).where(Article.retired_at.is_(None))
    if after and (last := db.session.scalar(select(Article).filter_by(slug=after))):
        place = tuple_(when, Article.id)
        query = query.where(place < tuple_(last.published_at or last.created_at, last.id))
    query = query.order_by(when.desc(), Article.id.desc()).limit(size + 1)
    found = list(db.session.scalars(query))
    return Shelf(found[:size], found[size - 1].slug if len(found) > size else None)


def article_at(slug: str) -> Article:
    """The article at an address. Raises `NotFound`, and `Gone` for one that is taken down."""
    article = kept_at(slug)
    taken_down.check_article(db.session(), article)
    return article


def kept_at(slug: str) -> Article:
    """The article at an address, be it taken down or not. Raises `NotFound`."""
    article = db.session.scalar(_AT, {"slug": slug})
    if article is None:
        raise NotFound("There is no such article.")
    return article


# Built once: every request about an article asks it.
_AT = select(Article).where(Article.slug == bindparam("slug"))


def is_on_screens(revision: Revision, now: datetime) -> bool:
    """Whether readers may have a revision before them still.

    Older ones are the newsroom's: what was taken out of an article is told to nobody else,
    and what is withheld not even to those who may have it open.
    """
    if revision.withheld_at is not None:
        return False
    query = select(Revision.created_at).filter_by(
        article_id=revision.article_id, number=revision.number + 1
    )
    replaced = db.session.scalar(query)
    return replaced is None or now - replaced < OPEN
