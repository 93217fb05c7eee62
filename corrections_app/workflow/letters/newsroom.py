"""Letters to the newsroom: what waits in the queue, and facts whose check is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Select, exists, func, select
from sqlalchemy.exc import IntegrityError

from corrections_app.domain.lifecycle import Role, Status
from corrections_app.extensions import db
from corrections_app.models import Correction, Enquiry, Hold, Letter, User
from corrections_app.workflow import dates
from corrections_app.workflow.letters import outbox, writing
from corrections_app.workflow.letters.contents import site, title_of
from corrections_app.workflow.letters.writing import Composed
from corrections_app.workflow.transaction import write

MORNING = 8
"""The hour, in the newsroom's time zone, at which the daily digest goes."""
SHOWN = 8
"""How many corrections such a letter names; the rest are a number."""
CAPPED = 1_000


class News(NamedTuple):
    """What colleagues are to hear: the letter's kind, which one it is, of what, and who."""

    kind: str
    mark: str
    about: Select[Any]
    roles: tuple[Role, ...]


def compose_due(now: datetime) -> int:
    """Write the digests and alerts that are due; how many. Several workers write each once."""
    letters = [letter for news in _news(now) for letter in _letters(news, now)]
    return sum(_post(letter, now) for letter in letters)


def is_due(now: datetime) -> bool:
    """Whether there is a digest or an alert to write."""
    return any(_not_told(news) for news in _news(now))


def _news(now: datetime) -> Iterator[News]:
    """The digest of what waited when its hour struck, and the newest check that ran out."""
    begin = _begin(now)
    if begin is not None:
        # What waits for its reader's answer is nobody's to decide yet, as the queue has it.
        asked = select(Enquiry.correction_id).where(
            Enquiry.answered_at.is_(None), Enquiry.until > now
        )
        waiting = (
            select(Correction.id)
            .where(
                Correction.status == Status.PENDING,
                Correction.leader_id.is_(None),
                Correction.created_at <= begin,
                Correction.id.not_in(asked),
            )
            .order_by(Correction.created_at, Correction.id)
        )
        if db.session.scalar(select(exists(waiting))):
            yield News("digest", f"digest:{begin.isoformat()}", waiting, tuple(Role))
    overdue = (
        select(Correction.id)
        .join(Hold, Hold.correction_id == Correction.id)
        .where(Correction.status == Status.PENDING, Hold.until <= now)
        .order_by(Hold.until, Correction.id)
    )
    newest = db.session.scalar(overdue.with_only_columns(func.max(Hold.until)).order_by(None))
    if newest is not None:
        mark = f"overdue:{newest.isoformat()}"
        yield News("overdue", mark, overdue, (Role.EDITOR, Role.ADMIN))


def _begin(now: datetime) -> datetime | None:
    """When the current digest's hour struck; None where nobody wants one."""
    local = dates.local_time(now)
    hour = local.replace(minute=0, second=0, microsecond=0)
    if current_app.config["DIGEST"] == "hourly":
        return hour
    if current_app.config["DIGEST"] == "daily":
        morning = hour.replace(hour=MORNING)
        return morning if morning <= local else morning - timedelta(days=1)
    return None


def _not_told(news: News) -> dict[str, User]:
    """The colleagues who have not got this letter yet, by what would mark it as theirs."""
    people = db.session.scalars(select(User).where(User.active, User.role.in_(news.roles)))
    # An account of this machine has no letter box at any mail server.
    is_local = not current_app.config["HAS_MAIL_SERVER"]
    marks = {
        f"{news.mark}:{one.id}": one
        for one in people
        if is_local or not one.email.endswith("@localhost")
    }
    told = set(db.session.scalars(select(Letter.once).where(Letter.once.in_(marks))))
    return {mark: person for mark, person in marks.items() if mark not in told}


def _letters(news: News, now: datetime) -> Iterator[Composed]:
    people = _not_told(news)
    if not people:
        return
    ids = db.session.scalars(news.about.limit(CAPPED)).all()
    rows = [_row(db.session.get_one(Correction, one), now) for one in ids[:SHOWN]]
    for mark, person in people.items():
        yield writing.to_desk(
            news.kind,
            person.email,
            person.name,
            once=mark,
            lang=person.lang,
            rows=rows,
            count=len(ids),
            more=len(ids) - len(rows),
            is_capped=len(ids) == CAPPED,
        )


def _row(correction: Correction, now: datetime) -> dict[str, Any]:
    """What a colleague is told of a correction: no word of the reader's."""
    hold = db.session.get(Hold, correction.id)
    return {
        "title": title_of(correction.article),
        "reference": correction.reference,
        "link": f"{site()}/queue/{correction.id}",
        "days": (now - correction.created_at).days,
        "holder": hold.by.name if hold else None,
        "note": hold.note if hold else None,
    }


def _post(letter: Composed, now: datetime) -> int:
    try:
        with write(public=False) as session:
            outbox.enqueue(session, letter, now)
    except IntegrityError:  # another worker was faster
        return 0
    return 1
