"""An article is taken down, openly, and may be brought back; its revisions all stay.

What waits on it is closed in the same transaction, and each reader gets the letter owed.
Brought back, all of that waits again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import AlreadyDecided, NeedsConfirmation
from corrections_app.domain.lifecycle import ARTICLE_RETIRED, Action, Status
from corrections_app.domain.roles import Ability
from corrections_app.extensions import db
from corrections_app.models import Appeal, Article, Contact, Correction, Decision, Retirement
from corrections_app.workflow import audit, dates, locks, permission, taken_down
from corrections_app.workflow.articles.reading import kept_at
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.letters import owed
from corrections_app.workflow.pending import closing, clusters, placing
from corrections_app.workflow.pending.closing import Closing
from corrections_app.workflow.transaction import Act, write

_SURE_DOWN = "Look at what readers will see, then confirm that the article is taken down."
_SURE_BACK = "Confirm that the article is brought back: everybody can read it again at once."
_APPEAL_ENDED = "retired"


@dataclass(frozen=True)
class Retired:
    """What taking an article down, or bringing it back, came to; ``at`` is in ISO 8601, UTC.

    ``closed`` counts the corrections and appeals that were closed with it, or wait again.
    """

    slug: str
    at: str
    closed: int


@dataclass(frozen=True)
class Waiting:
    """What taking an article down would close."""

    corrections: int
    appeals: int
    letters: int
    """How many readers left an address; no more than so many letters go out."""


def retire(slug: str, reason: str, act: Act, *, confirmed: bool = False) -> Retired:
    """Take an article down: every address of it says since when and why.

    ``confirmed``: what readers will see was looked at. Raises `NeedsConfirmation` without it,
    `AlreadyDecided` where it is down, `NotPermitted`, `NotFound`, `Invalid`, `TooLong`, `BadKey`.
    """
    reason = taken_down.checked_reason(reason)
    article_id = kept_at(slug).id
    request = act.once({"retire": slug, "reason": reason})
    with write() as session:
        if answered := request.answered(session):
            return Retired(**answered)
        article = _held(session, article_id, act)
        if article.retired_at is not None:
            raise _already_down(session, article)
        if not confirmed:
            raise NeedsConfirmation(_SURE_DOWN, **asdict(waiting(session, article)))
        article.retired_at = act.now
        session.add(
            Retirement(article_id=article.id, reason=reason, by_id=act.by.id, created_at=act.now)
        )
        session.flush()
        _record(session, "retire", article, act, reason=reason)
        taken_down.settle_pictures(session, article, act.now)
        closed = _close_all(session, article, act.now) + _end_appeals(session, article, act)
        outcome = Retired(slug, act.now.isoformat(), closed)
        request.keep(session, asdict(outcome), act.now)
    return outcome


def bring_back(slug: str, act: Act, *, confirmed: bool = False) -> Retired:
    """Let an article be read again; what waited on it waits again, and letters not sent stay.

    Raises `NeedsConfirmation`, `AlreadyDecided` where it is not down, `NotPermitted`,
    `NotFound`, `BadKey`.
    """
    article_id = kept_at(slug).id
    request = act.once({"bring_back": slug})
    with write() as session:
        if answered := request.answered(session):
            return Retired(**answered)
        article = _held(session, article_id, act)
        if article.retired_at is None:
            raise AlreadyDecided("This article is not taken down.", same_outcome=True)
        if not confirmed:
            raise NeedsConfirmation(_SURE_BACK)
        retirement = taken_down.standing(session, article.id)
        if retirement is not None:
            retirement.ended_at, retirement.ended_by_id = act.now, act.by.id
        article.retired_at = None
        taken_down.settle_pictures(session, article, act.now)
        opened, closed = _open_all(session, article, act)
        appeals = _resume_appeals(session, article, act.now)
        ids = [one.id for one in opened]
        _record(session, "bring_back", article, act, taken_back=closed, opened=ids)
        outcome = Retired(slug, act.now.isoformat(), len(opened) + appeals)
        request.keep(session, asdict(outcome), act.now)
    return outcome


def waiting(session: Session, article: Article) -> Waiting:
    """What waits on an article, and how many of its readers hear of it."""
    pending = (Correction.article_id == article.id, Correction.status == Status.PENDING)
    counts = (
        select(func.count(Correction.id), func.count(Contact.email.distinct()))
        .outerjoin(Contact, Contact.correction_id == Correction.id)
        .where(*pending)
    )
    corrections, letters = session.execute(counts).one()
    return Waiting(corrections, len(_open_appeals(session, article)), letters)


def retirements(article: Article) -> Sequence[Retirement]:
    """Each time that an article was taken down, the newest first."""
    query = select(Retirement).where(Retirement.article_id == article.id)
    return db.session.scalars(query.order_by(Retirement.id.desc())).all()


def _held(session: Session, article_id: int, act: Act) -> Article:
    article = locks.hold_article(session, article_id)
    permission.confirmed_for(session, act.by, Ability.TAKE_DOWN, article)
    return article


def _already_down(session: Session, article: Article) -> AlreadyDecided:
    standing = taken_down.standing(session, article.id)
    who = standing.by.name if standing and standing.by else "The newsroom"
    assert article.retired_at is not None
    return AlreadyDecided(
        "%(who)s has taken this article down already, at %(when)s.",
        who=who,
        when=dates.time_lately(article.retired_at),
        at=article.retired_at.isoformat(),
        same_outcome=True,
    )


def _record(session: Session, action: str, article: Article, act: Act, **data: Any) -> None:
    audit.record(session, action, article_id=article.id, by_id=act.by.id, now=act.now, **data)


def _close_all(session: Session, article: Article, now: datetime) -> int:
    """Close what waits, each cluster as one; nobody's decision, but that of the article's end."""
    pending = select(Correction).where(
        Correction.article_id == article.id, Correction.status == Status.PENDING
    )
    waiting = session.scalars(pending.order_by(Correction.id)).all()
    leaders = [one for one in waiting if one.leader_id is None]
    causes = closing.close_all(session, [(leader, _terms(now)) for leader in leaders])
    behind = [one for one in waiting if one.leader_id in causes]
    terms = [_terms(now, causes[one.leader_id]) for one in behind if one.leader_id is not None]
    closing.close_all(session, list(zip(behind, terms, strict=True)))
    return len(leaders) + len(behind)


def _terms(now: datetime, caused_by_id: int | None = None) -> Closing:
    return Closing(Action.SUPERSEDE, None, now, reason=ARTICLE_RETIRED, caused_by_id=caused_by_id)


def _open_all(session: Session, article: Article, act: Act) -> tuple[list[Correction], list[int]]:
    """Let all that was closed with the article wait again: the corrections, the decisions."""
    query = (
        select(Decision)
        .join(Correction, Correction.id == Decision.correction_id)
        .where(
            Correction.article_id == article.id,
            Decision.reason == ARTICLE_RETIRED,
            Decision.undone_at.is_(None),
        )
    )
    closed = session.scalars(query.order_by(Decision.id)).all()
    ids = [one.id for one in closed]
    owed.cancel(session, ids, act.now, must=False)
    by: dict[str, Any] = {"by_id": act.by.id, "now": act.now}
    opened = undoing.open_again(session, closed, Action.REOPEN, **by)
    placing.place_again(session, article, opened)
    clusters.rejoin(session, article, opened)
    return opened, ids


def _open_appeals(session: Session, article: Article) -> Sequence[Appeal]:
    return _appeals(session, article, Appeal.outcome.is_(None))


def _appeals(session: Session, article: Article, which: object) -> Sequence[Appeal]:
    query = select(Appeal).join(Correction, Correction.id == Appeal.correction_id)
    theirs = query.where(Correction.article_id == article.id, which)  # type: ignore[arg-type]
    return session.scalars(theirs.order_by(Appeal.decision_id)).all()


def _end_appeals(session: Session, article: Article, act: Act) -> int:
    """Close the appeals that wait: there is nothing left to look at, and their readers hear so."""
    found = _open_appeals(session, article)
    for appeal in found:
        appeal.outcome, appeal.judged_at = _APPEAL_ENDED, act.now
        owed.owe_taken_down(session, appeal, now=act.now)
        act.record(session, "end_appeal", appeal.correction, decision=appeal.decision_id)
    return len(found)


def _resume_appeals(session: Session, article: Article, now: datetime) -> int:
    found = _appeals(session, article, Appeal.outcome == _APPEAL_ENDED)
    for appeal in found:
        appeal.outcome = appeal.judged_at = None
        owed.cancel_of_appeal(session, appeal, now)
    return len(found)
