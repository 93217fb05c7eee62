"""How an article came to say what it says: reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select

from corrections_app.domain.bodies.compare import Row, compared
from corrections_app.domain.bodies.renewing import renewed
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.text.body import Body
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Decision, Revision, User

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


@dataclass(frozen=True)
class History:
    """Some revisions, newest first, and the number after which the older ones follow."""

    items: list[Entry]
    next: int | None


def revisions(article: Article, after: str | None = None, size: int = PAGE) -> History:
    """Every revision, newest first, from the one before number ``after`` on."""
    return _page(_entries(article), after, size)


def notices(article: Article, now: datetime, after: str | None = None, size: int = PAGE) -> History:
    """The changes that readers are told of: every class but silent, newest first.

    A decision that was undone is not told, and none is while it can still be undone.
    """
    standing = or_(Decision.undone_at.is_not(None), Decision.undo_until > now)
    withheld = (
        exists()
        .where(Decision.correction_id == Correction.id, Correction.article_id == article.id)
        .where(Decision.revision == Revision.number, standing)
    )
    told = and_(Revision.change_class != ChangeClass.SILENT, Revision.notice.is_not(None))
    return _page(_entries(article).where(told, ~withheld), after, size)


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
    }


def _entries(article: Article) -> Any:
    # Columns, not rows: a page of fifty revisions must not load fifty articles.
    return (
        select(
            Revision.number,
            Revision.title,
            Revision.origin,
            Revision.change_class,
            Revision.notice,
            User.name,
            Revision.created_at,
            Revision.thanks,
        )
        .outerjoin(User, User.id == Revision.author_id)
        .where(Revision.article_id == article.id)
        .order_by(Revision.number.desc())
    )


def _page(query: Any, after: str | None, size: int) -> History:
    if after and after.isascii() and after.isdigit() and len(after) < 10:
        query = query.where(Revision.number < int(after))
    found = [Entry(*row) for row in db.session.execute(query.limit(size + 1))]
    return History(found[:size], found[size - 1].number if len(found) > size else None)
