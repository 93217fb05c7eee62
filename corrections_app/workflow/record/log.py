"""The log: every public notice, newest first, of one month, class or section, or with some words.

A page costs the same wherever in the log it is, and however many notices there are: it is
read from a place on, along an index. Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import column as a_column
from sqlalchemy import (
    exists,
    func,
    literal,
    select,
    table,
    tuple_,
    union_all,
)
from sqlalchemy.orm import selectinload

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.domain.text import search_words
from corrections_app.extensions import db
from corrections_app.language import gettext
from corrections_app.models import Article, Notice, Revision
from corrections_app.workflow import searching
from corrections_app.workflow.record.criteria import Criteria, conditions
from corrections_app.workflow.record.notices import public_at

PAGE = 30
_SEARCH = table("search_notices", a_column("rowid"))
NOWHERE = "This address leads to no page of the list. Begin again at the first one."


@dataclass(frozen=True)
class ArticleLine:
    """What the log says of the article of a notice; its text is not even read."""

    slug: str
    title: str
    lang: str
    dir: str
    retired_at: datetime | None

    @property
    def headline(self) -> str:
        """Its title; of one that is taken down only that it is: no word of it is shown."""
        return gettext("An article that was taken down") if self.retired_at else self.title


@dataclass(frozen=True)
class Entry:
    """One public notice with its article."""

    notice: Notice
    article: ArticleLine

    @property
    def words(self) -> str | None:
        """What readers may read of it; None where its words are withheld."""
        return None if self.notice.withheld_at else self.notice.words

    @property
    def thanks(self) -> list[str]:
        """Who is thanked with it, each as they wrote their name."""
        return list(self.notice.thanks or ()) if self.words is not None else []

    @property
    def status(self) -> str:
        """What became of it, in a word; ``published`` where it stands as it was published."""
        if self.notice.withheld_at:
            return "withheld"
        if self.notice.withdrawn_at:
            return "withdrawn"
        return self.notice.changes[-1].kind if self.notice.changes else "published"

    @property
    def updated_at(self) -> datetime:
        """When anything that readers see of it changed last."""
        notice = self.notice
        moments = [notice.public_at, *(change.created_at for change in notice.changes)]
        moments += [one for one in (notice.withdrawn_at, notice.withheld_at) if one]
        return max(moments)


@dataclass(frozen=True)
class Page:
    """Some entries, newest first, and the number of the notice after which the next follow."""

    items: list[Entry]
    next: int | None


def listed(
    criteria: Criteria,
    zone: ZoneInfo,
    now: datetime,
    after: str | None = None,
    size: int = PAGE,
) -> Page:
    """A page of the notices asked for, from the one after the notice numbered ``after`` on.

    Raises `Invalid` where ``after`` is no number of a public notice.
    """
    last = _place(after, now) if after else None
    made = _searched if criteria.words else _walked
    rows = db.session.execute(made(criteria, zone, now, last).limit(size + 1))
    found = [(notice, ArticleLine(*line)) for notice, *line in rows]
    items = [Entry(notice, line) for notice, line in found[:size]]
    return Page(items, items[-1].notice.id if len(found) > size else None)


def entry(number: int, now: datetime) -> Entry:
    """One public notice. Raises `NotFound`."""
    row = db.session.execute(_entries().where(Notice.id == number, public_at(now))).first()
    if row is None:
        raise NotFound("There is no such notice.")
    notice, *line = row
    return Entry(notice, ArticleLine(*line))


def years(zone: ZoneInfo, now: datetime) -> list[int]:
    """The years from the newest notice back to the first; empty where there is none."""
    moments = select(Notice.public_at).where(public_at(now))
    first = db.session.scalar(moments.order_by(Notice.public_at).limit(1))
    last = db.session.scalar(moments.order_by(Notice.public_at.desc()).limit(1))
    if first is None or last is None:
        return []
    return list(range(last.astimezone(zone).year, first.astimezone(zone).year - 1, -1))


def months(year: int, zone: ZoneInfo, now: datetime) -> list[int]:
    """The months of a year in which there are notices: a seek of the index for each."""
    asked: list[Any] = []
    for month in range(1, 13):
        there = exists().where(*conditions(Criteria(year=year, month=month), zone, now))
        asked.append(select(literal(month)).where(there))
    return sorted(db.session.scalars(union_all(*asked)))


def sections(now: datetime) -> list[str]:
    """The sections that have notices, by name: a seek of the index from each to the next."""
    least = func.min(Notice.section)
    found = select(least.label("name")).cte("found", recursive=True)
    following = select(least).where(Notice.section > found.c.name).scalar_subquery()
    found = found.union_all(select(following).where(found.c.name.is_not(None)))
    public = exists().where(Notice.section == found.c.name, public_at(now))
    names = db.session.scalars(select(found.c.name).where(found.c.name.is_not(None), public))
    return sorted(names)


def _entries() -> Any:
    columns = (Article.slug, Revision.title, Article.lang, Article.dir, Article.retired_at)
    current = (Revision.article_id == Article.id) & (Revision.number == Article.head)
    query = select(Notice, *columns).join(Article, Article.id == Notice.article_id)
    return query.join(Revision, current).options(selectinload(Notice.changes))


def _place(after: str, now: datetime) -> Notice:
    known = limits.is_number(after, digits=18)
    notice = (
        db.session.scalar(select(Notice).where(Notice.id == int(after), public_at(now)))
        if known
        else None
    )
    if notice is None:
        raise Invalid.at("after", NOWHERE)
    return notice


def _walked(criteria: Criteria, zone: ZoneInfo, now: datetime, last: Notice | None) -> Any:
    """Along an index, from the place on: nothing before it is even looked at."""
    query = _entries().order_by(Notice.public_at.desc(), Notice.id.desc())
    if last is None:
        return query.where(*conditions(criteria, zone, now))
    place = tuple_(Notice.public_at, Notice.id)
    query = query.where(place < tuple_(last.public_at, last.id))
    return query.where(*conditions(criteria, zone, last.public_at))


def _searched(criteria: Criteria, zone: ZoneInfo, now: datetime, last: Notice | None) -> Any:
    """Along the numbers, which are all that an index of words knows: they too grow with time."""
    query, number = _entries(), cast(Any, Notice.id)
    if db.session.get_bind().dialect.name == "sqlite":
        query = query.join(_SEARCH, _SEARCH.c.rowid == Notice.id)
        number = _SEARCH.c.rowid
    if last is not None:
        query = query.where(number < last.id)
    if searching.begins_with_words("notices", search_words.asked(criteria.words)):
        number = number + 0
    return query.where(*conditions(criteria, zone, now)).order_by(number.desc())
