"""House style of notices: where each class stands, and how each kind of change is worded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app import language
from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.domain.lifecycle import NOTICE_PLACES, ChangeClass, NoticePlace
from corrections_app.domain.text.body import tidy
from corrections_app.domain.warnings import wordings
from corrections_app.domain.warnings.notices import WAYS, Notice
from corrections_app.extensions import db
from corrections_app.language import gettext
from corrections_app.models import Article, NoticePlacing, NoticeWording, User
from corrections_app.workflow import audit, dates
from corrections_app.workflow.transaction import write


@dataclass(frozen=True)
class Wording:
    """How one kind of change is told: the newsroom's own sentence, or the default one."""

    way: str
    sentence: str
    is_own: bool
    placeholders: tuple[str, ...]


def places() -> dict[ChangeClass, NoticePlace]:
    """Where the notices of each class stand on their article."""
    chosen = db.session.execute(select(NoticePlacing.change_class, NoticePlacing.place))
    own = {ChangeClass(one): NoticePlace(place) for one, place in chosen}
    return NOTICE_PLACES | own


def place(change_class: str, chosen: str, *, by: User, now: datetime) -> None:
    """Let the notices of a class stand somewhere else. Raises `Invalid` and `NotFound`."""
    if change_class not in NOTICE_PLACES:
        raise NotFound("There is no such kind of notice.")
    if chosen not in list(NoticePlace):
        raise Invalid.at("place", "Choose one of the places offered.")
    with write() as session:
        row = session.get(NoticePlacing, change_class) or NoticePlacing(change_class=change_class)
        row.place = chosen
        session.add(row)
        said: dict[str, Any] = {"class": change_class, "place": chosen}
        audit.record(session, "place_notices", by_id=by.id, now=now, **said)


def everything() -> list[Wording]:
    """How each kind of change is worded, the newsroom's own sentences marked."""
    own = _own(db.session())
    return [
        Wording(way, own.get(way) or standard(way), way in own, wordings.placeholders(way))
        for way in WAYS
    ]


def standard(way: str) -> str:
    """The default sentence, in the newsroom's own language: only there its own take its place."""
    with language.speaking(language.offered()):
        return wordings.default(way, gettext)


def wording(way: str) -> Wording:
    """How one kind of change is worded. Raises `NotFound`."""
    found = next((one for one in everything() if one.way == way), None)
    if found is None:
        raise NotFound("There is no such kind of change.")
    return found


def word(way: str, sentence: str, *, by: User, now: datetime) -> None:
    """Word a kind of change anew; without a word the default sentence stands again.

    Raises `Invalid` for names in braces that are not known, `TooLong` and `NotFound`.
    """
    before, is_own = wording(way), tidy(sentence).strip() != tidy(standard(way)).strip()
    sentence = tidy(sentence).strip() if is_own else ""
    if sentence:
        wordings.check(way, sentence)
    with write() as session:
        row = session.get(NoticeWording, way)
        if sentence:
            row = row or NoticeWording(way=way)
            row.sentence = sentence
            session.add(row)
        elif row is not None:
            session.delete(row)
        said: dict[str, Any] = {"way": way, "before": before.sentence, "sentence": sentence or None}
        audit.record(session, "word_notices", by_id=by.id, now=now, **said)


def sentence_of(prepared: Notice, article: Article) -> str:
    """A prepared notice in the article's language, as a form's field gives it back.

    In the newsroom's own language it is in the newsroom's own words, where it has some; where
    those come out too long to be published, the default ones stand.
    """
    told = (prepared, *prepared.further)
    lang = language.offered(article.lang)
    own = _own(db.session()) if lang == language.offered() else {}
    with language.speaking(lang):
        return _worded(told, own, article)


def _worded(told: Sequence[Notice], own: Mapping[str, str], article: Article) -> str:
    title, date = article.current.title, dates.day(article.published_at or article.created_at)
    worded = [
        wordings.filled(own[one.way], one, title=title, date=date)
        if one.way in own
        else _default(one)
        for one in told
    ]
    words = tidy(" ".join(worded)).strip()
    return words if len(words) <= limits.NOTICE else tidy(" ".join(map(_default, told))).strip()


def _default(one: Notice) -> str:
    return gettext(one.sentence) % one.words


def _own(session: Session) -> dict[str, str]:
    rows = session.execute(select(NoticeWording.way, NoticeWording.sentence))
    return {way: sentence for way, sentence in rows}
