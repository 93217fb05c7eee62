"""One revision of an article, by its number: reads only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import NotFound
from corrections_app.extensions import db
from corrections_app.models import Article, Revision
from corrections_app.workflow import taken_down


def revision_of(article: Article, number: int | None) -> Revision:
    """One revision of an article, by default the current one. Raises `NotFound`."""
    revision = asked(db.session(), article, number)
    if revision is None:
        raise NotFound("There is no such version of this article.")
    return revision


def shown(article: Article, number: int | None) -> Revision:
    """One revision whose text is to be read, or put back. Raises `NotFound` and `Withheld`."""
    found = revision_of(article, number)
    taken_down.check_shown(found)
    return found


def revision(session: Session, article_id: int, number: int) -> Revision:
    """A revision that is known to exist."""
    return session.scalars(_numbered(Revision, article_id, number)).one()


def text(session: Session, article_id: int, number: int) -> str:
    """The canonical text of a revision that is known to exist, and nothing else of it."""
    return session.scalars(_numbered(Revision.text, article_id, number)).one()


def title(session: Session, article_id: int, number: int) -> str:
    """The headline of a revision that is known to exist."""
    return session.scalars(_numbered(Revision.title, article_id, number)).one()


def asked(session: Session, article: Article, number: int | None) -> Revision | None:
    """The revision that somebody names, by default the current one; None where there is none."""
    if number is None or number == article.head:
        return article.current
    # No revision is newer than the head, and no column holds what JSON may count up to.
    if not 0 < number < article.head:
        return None
    return session.scalar(_numbered(Revision, article.id, number))


def _numbered(what: Any, article_id: int, number: int) -> Any:
    return select(what).filter_by(article_id=article_id, number=number)
