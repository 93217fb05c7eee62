"""How an article came to say what it says: reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, select

from corrections_app.domain import limits
from corrections_app.domain.bodies.compare import Row, compared
from corrections_app.domain.bodies.renewing import renewed
from corrections_app.domain.text.body import Body
from corrections_app.extensions import db
from corrections_app.models import Article, Notice, Revision, User
from corrections_app.workflow.record.notices import public_at

PAGE = 50


@dataclass(frozen=True)
class Entry:
    """One revision as a line of history, without its text; ``by`` is None after an import."""

    number: int
    title: str
    origin: str
    change_class: str
    notice: str | None
    by: str | None
    created_at: datetime
    thanks: Sequence[str] | None = None
    """The readers who are thanked with the notice."""
    withheld_at: datetime | None = None
    """Since when its text is shown no more; then ``title`` is empty too."""
    withheld_reason: str | None = None


@dataclass(frozen=True)
class History:
    """Some revisions, newest first, and the number after which the older ones follow."""

    items: list[Entry]
    next: int | None


@dataclass(frozen=True)
class Told:
    """Some notices, newest first, and the id after which the older ones follow."""

    items: list[Notice]
    next: int | None


def revisions(article: Article, after: str | None = None, size: int = PAGE) -> History:
    """Every revision, newest first, from the one before number ``after`` on."""
    return _page(_entries(article), after, size)


def notices(article: Article, now: datetime, after: str | None = None, size: int = PAGE) -> Told:
    """What readers are told of the article's changes, newest first, before notice ``after``."""
    query = select(Notice).where(Notice.article_id == article.id, public_at(now))
    if after and limits.is_number(after):
        query = query.where(Notice.id < int(after))
    found = list(db.session.scalars(query.order_by(Notice.id.desc()).limit(size + 1)))
    return Told(found[:size], found[size - 1].id if len(found) > size else None)


def entry(article: Article, number: int) -> Entry | None:
    """One line of the history, if there is such a revision."""
    row = db.session.execute(_entries(article).where(Revision.number == number)).first()
    return Entry(*row) if row else None


def between(old: Body, new: Body) -> tuple[Row, ...]:
    """What became of one body in another, block by block.

    That a table was no text in one of them is no change (`renewing`).
    """
    return compared(renewed(old, None), renewed(new, None))


def as_json(entry: Entry) -> dict[str, Any]:
    """One line of the history as other programs see it."""
    return {
        "number": entry.number,
        "title": entry.title,
        "origin": entry.origin,
        "class": entry.change_class,
        "notice": entry.notice,
        "by": entry.by,
        "created_at": entry.created_at.isoformat(),
        "thanks": list(entry.thanks or ()),
        "withheld_at": entry.withheld_at.isoformat() if entry.withheld_at else None,
        "withheld_reason": entry.withheld_reason,
    }


def _entries(article: Article) -> Any:
    # Columns, not rows: a page of fifty revisions must not load fifty articles.
    return (
        select(
            Revision.number,
            case((Revision.withheld_at.is_(None), Revision.title), else_=""),
            Revision.origin,
            Revision.change_class,
            Revision.notice,
            User.name,
            Revision.created_at,
            Revision.thanks,
            Revision.withheld_at,
            Revision.withheld_reason,
        )
        .outerjoin(User, User.id == Revision.author_id)
        .where(Revision.article_id == article.id)
        .order_by(Revision.number.desc())
    )


def _page(query: Any, after: str | None, size: int) -> History:
    if after and limits.is_number(after):
        query = query.where(Revision.number < int(after))
    found = [Entry(*row) for row in db.session.execute(query.limit(size + 1))]
    return History(found[:size], found[size - 1].number if len(found) > size else None)
