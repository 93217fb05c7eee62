"""A reader's sighting becomes a place in an article of ours: reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from corrections_app.domain import sighting as rules
from corrections_app.domain.addresses import page_addresses
from corrections_app.domain.errors import Ambiguous, NotAnArticle, NotFoundInText, UnknownSite
from corrections_app.domain.sighting import Place, Sighting
from corrections_app.extensions import db
from corrections_app.models import Article, Revision
from corrections_app.workflow.articles.reading import is_on_screens
from corrections_app.workflow.pending import alignments
from corrections_app.workflow.sightings import origins
from corrections_app.workflow.submitting import submission

OLDER = 5
"""Caches keep pages: so many revisions before the current one are looked into."""


@dataclass(frozen=True)
class Placed:
    """The words of a sighting in one revision of an article."""

    revision: int
    start: int
    end: int
    exact: str
    how: rules.How


def article_of(address: str) -> Article:
    """The article that a newsroom's page shows. Raises `UnknownSite` or `NotAnArticle`.

    The address alone decides, never what the page says of itself besides.
    """
    if not origins.embedding(address):
        raise UnknownSite("This page belongs to no site whose errors can be reported here.")
    query = select(Article).where(
        Article.source_url.in_(page_addresses(address)), Article.retired_at.is_(None)
    )
    article = db.session.scalar(query.order_by(Article.id.desc()).limit(1))
    if article is None:
        raise NotAnArticle("We do not have an article at this address.")
    return article


def place(article: Article, seen: Sighting, now: datetime) -> Placed:
    """Where the chosen words stand, in the current revision or in one still on screens.

    Raises `NoWords`, `NotFoundInText`, `Ambiguous`, `TooLong`, or `TooMany` where others
    compare at this moment.
    """
    seen = seen.tidied()
    current = article.current
    found = rules.equal(seen, current.text) or _aligned(seen, current.text)
    if found:
        return _placed(current, found)
    for revision in _older(article, now):
        if in_older := _in_older(revision, seen):
            return in_older
    raise NotFoundInText("These words are not in the article as we have it.")


def _aligned(seen: Sighting, text: str) -> Place | None:
    with alignments.one_at_a_time():
        return rules.aligned(seen, text)


def _in_older(revision: Revision, seen: Sighting) -> Placed | None:
    try:
        found = rules.equal(seen, revision.text)
    except Ambiguous:
        return None
    return _placed(revision, found) if found else None


def _older(article: Article, now: datetime) -> list[Revision]:
    """The revisions before the current one that a reader's screen may show still."""
    query = (
        select(Revision)
        .where(Revision.article_id == article.id, Revision.number < article.head)
        .order_by(Revision.number.desc())
        .limit(OLDER)
    )
    return [revision for revision in db.session.scalars(query) if is_on_screens(revision, now)]


def _placed(revision: Revision, found: Place) -> Placed:
    start, end = submission.passage(revision.text, found.start, found.end)
    return Placed(revision.number, start, end, revision.text[start:end], found.how)
