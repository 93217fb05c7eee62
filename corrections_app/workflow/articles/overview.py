"""All articles, for colleagues: the last brought in first, found by headline, address or writer.

Taken down ones stand there too: they are brought back from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import column, func, literal, literal_column, select, table
from sqlalchemy.orm import defer, joinedload

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid
from corrections_app.domain.text import search_words
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Revision
from corrections_app.workflow import searching

PAGE = 50
MOST_WAITING = 100
"""What waits on one article is counted no further."""

_SEARCH = table("search_articles", column("rowid"))


@dataclass(frozen=True)
class Line:
    """An article, and how many corrections wait on it, one for each cluster."""

    article: Article
    waiting: int


@dataclass(frozen=True)
class Page:
    """Some articles, and the number of the one after which the next ones follow."""

    items: list[Line]
    next: int | None


def listed(words: str = "", section: str = "", after: str | None = None, size: int = PAGE) -> Page:
    """A page of the articles asked for, from the one before number ``after`` on.

    Raises `Invalid` for words in which there is nothing to look for.
    """
    query = _asked(words, section)
    if after and limits.is_number(after):
        query = query.where(Article.id < int(after))
    found = list(db.session.scalars(query.limit(size + 1)))
    waiting = _waiting([one.id for one in found[:size]])
    lines = [Line(one, waiting.get(one.id, 0)) for one in found[:size]]
    return Page(lines, lines[-1].article.id if len(found) > size else None)


def as_json(line: Line) -> dict[str, Any]:
    """An article as the list of colleagues and that of programs tell of it."""
    article = line.article
    published, down = article.published_at, article.retired_at
    return {
        "slug": article.slug,
        "title": article.current.title,
        "byline": article.byline,
        "section": article.section,
        "lang": article.lang,
        "revision": article.head,
        "published": published.isoformat() if published else None,
        "taken_down": down.isoformat() if down else None,
        "waiting": line.waiting,
    }


def _asked(words: str, section: str) -> Any:
    query, number = select(Article), Article.id
    if words:
        query, number = _with_words(query, words)
    if section:
        query = query.where(Article.section == section)
    # Of its text a line needs the headline.
    line = joinedload(Article.current)
    return query.order_by(number.desc()).options(
        line.options(defer(Revision.body), defer(Revision.text))
    )


def _with_words(query: Any, words: str) -> tuple[Any, Any]:
    """Those that are meant, and the number along which they come, on each engine."""
    number: Any = Article.id
    meant = searching.article_named(words)
    if meant is not None:
        return query.where(Article.id == meant), number
    asked = search_words.asked(words)
    if not asked or len(words) > limits.NOTE:
        raise Invalid.at("words", "Write a word to look for: letters or digits.")
    if db.session.get_bind().dialect.name == "sqlite":
        query = query.join(_SEARCH, _SEARCH.c.rowid == Article.id)
        number = _SEARCH.c.rowid
    elif searching.begins_with_words("articles", asked):
        number = number + 0
    return query.where(searching.with_words("articles", asked)), number


def _waiting(ids: Sequence[int]) -> dict[int, int]:
    """How many wait on each of these articles, counted along the index of what waits."""
    some = (
        select(literal(1))
        .where(
            Correction.article_id == Article.id,
            literal_column("corrections.status = 'pending'"),
            Correction.leader_id.is_(None),
        )
        .limit(MOST_WAITING)
        .correlate(Article)
    )
    counted = select(func.count()).select_from(some.subquery()).correlate(Article).scalar_subquery()
    rows = db.session.execute(select(Article.id, counted).where(Article.id.in_(ids)))
    return {number: count for number, count in rows if count}
