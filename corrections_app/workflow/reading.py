"""What readers read: reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_

from corrections_app.domain.errors import NotFound
from corrections_app.extensions import db
from corrections_app.models import Article, Revision

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
    """The article at an address. Raises `NotFound`."""
    article = db.session.scalar(select(Article).filter_by(slug=slug))
    if article is None:
        raise NotFound("There is no such article.")
    return article


def revision_of(article: Article, number: int | None) -> Revision:
    """One revision of an article, by default the current one. Raises `NotFound`."""
    if number is None or number == article.head:
        return article.current
    query = select(Revision).filter_by(article_id=article.id, number=number)
    revision = db.session.scalar(query) if 0 < number < article.head else None
    if revision is None:
        raise NotFound("There is no such version of this article.")
    return revision


def is_on_screens(revision: Revision, now: datetime) -> bool:
    """Whether readers may have a revision before them still.

    Older ones are the newsroom's: what was taken out of an article is told to nobody else.
    """
    query = select(Revision.created_at).filter_by(
        article_id=revision.article_id, number=revision.number + 1
    )
    replaced = db.session.scalar(query)
    return replaced is None or now - replaced < OPEN


@dataclass(frozen=True)
class Context:
    """Some words of a text with what stands around them in their paragraph."""

    before: str
    words: str
    after: str


def sentence(text: str, start: int, end: int, reach: int = 160) -> Context:
    """The words at ``[start, end)`` with up to ``reach`` code points of their own paragraph."""
    low = max(text.rfind("\n\n", 0, start) + 2 if "\n\n" in text[:start] else 0, start - reach)
    stop = text.find("\n\n", end)
    high = min(len(text) if stop < 0 else stop, end + reach)
    return Context(text[low:start], text[start:end], text[end:high])


def blocks_around(text: str, start: int, end: int) -> str:
    """The whole of the blocks that hold ``[start, end)``."""
    low = text.rfind("\n\n", 0, start)
    high = text.find("\n\n", end)
    return text[low + 2 if low >= 0 else 0 : high if high >= 0 else len(text)]
