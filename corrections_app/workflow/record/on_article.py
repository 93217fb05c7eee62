"""What an article's own page says of its notices: reads only, and few of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from corrections_app.domain.lifecycle import ChangeClass, NoticePlace
from corrections_app.extensions import db
from corrections_app.models import Article, Notice
from corrections_app.workflow.record import house_style
from corrections_app.workflow.record.marks import NOTICES
from corrections_app.workflow.record.notices import public_at


@dataclass(frozen=True)
class OnArticle:
    """The newest public notices of an article, newest first, and where each stands on its page."""

    at: Mapping[NoticePlace, Sequence[Notice]] = field(default_factory=dict)
    dated: Sequence[Notice] = ()
    """The newest of each class that are told beside the date."""
    marks: Sequence[tuple[int, Notice]] = ()
    """Where the words end that a notice tells of, in the current text."""
    is_all: bool = True
    """Whether there are no older ones."""

    standing: Sequence[Notice] = ()
    """Those that are neither withdrawn nor withheld."""

    def __bool__(self) -> bool:
        return any(self.at.values())


NOTHING = OnArticle()
_DATED = (ChangeClass.CORRECTION, ChangeClass.CLARIFICATION, ChangeClass.UPDATE)
"""In this order; an editor's note says nothing of when the text changed."""


def of(article: Article, now: datetime) -> OnArticle:
    """What the article's page says at a moment."""
    query = (
        select(Notice)
        .where(Notice.article_id == article.id, public_at(now))
        .order_by(Notice.public_at.desc(), Notice.id.desc())
        .limit(NOTICES + 1)
        .options(selectinload(Notice.changes))
    )
    found = list(db.session.scalars(query))
    if not found:
        return NOTHING
    shown = found[:NOTICES]
    at: dict[NoticePlace, list[Notice]] = {place: [] for place in NoticePlace}
    places = house_style.places()
    for notice in shown:
        at[_place(notice, places)].append(notice)
    standing = [notice for notice in shown if _stands(notice)]
    return OnArticle(
        at, _dated(standing), _marks(article, standing), len(found) <= NOTICES, standing
    )


def _place(notice: Notice, places: Mapping[ChangeClass, NoticePlace]) -> NoticePlace:
    """One that is withdrawn is told of at the foot, whatever it was."""
    if notice.withdrawn_at is not None:
        return NoticePlace.FOOT
    return places[ChangeClass(notice.change_class)]


def _stands(notice: Notice) -> bool:
    return notice.withdrawn_at is None and notice.withheld_at is None


def _dated(standing: Sequence[Notice]) -> list[Notice]:
    newest: dict[str, Notice] = {}
    for notice in standing:
        newest.setdefault(notice.change_class, notice)
    return [newest[one] for one in _DATED if one in newest]


def _marks(article: Article, standing: Sequence[Notice]) -> list[tuple[int, Notice]]:
    return [
        (end, notice)
        for notice in standing
        if notice.marks_in == article.head
        for _, end in notice.marks or ()
    ]
