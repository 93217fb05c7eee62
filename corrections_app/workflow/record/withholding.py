"""The words of a public notice are shown no more; that it stands there, since when and why, is.

They leave the rows that pages, feeds and programs read, and stay in the audit: so nothing that
is ever written to show notices can show these.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import AlreadyDecided, Invalid, NeedsConfirmation, NotFound
from corrections_app.domain.lifecycle import NoticeChangeKind
from corrections_app.domain.roles import Ability
from corrections_app.models import Notice, NoticeChange
from corrections_app.workflow import audit, dates, locks, permission, taken_down
from corrections_app.workflow.record.notices import note_change
from corrections_app.workflow.transaction import Act, write

_SURE = (
    "Look at what will be shown instead of the notice, then confirm. Its words cannot be shown "
    "again: a new notice can be published instead."
)


@dataclass(frozen=True)
class NoticeWithheld:
    """Whose words were withheld, by its number; ``at`` in ISO 8601, UTC."""

    notice: int
    at: str


def withhold(notice_id: int, reason: str, act: Act, *, confirmed: bool = False) -> NoticeWithheld:
    """Show the words of a public notice, and its earlier wordings, to nobody any more.

    Raises `NeedsConfirmation`, `Invalid` for one that is not public or no reason,
    `AlreadyDecided`, `NotPermitted`, `NotFound`, `TooLong`, `BadKey`.
    """
    reason = taken_down.checked_reason(reason)
    request = act.once({"withhold_notice": notice_id, "reason": reason})
    with write() as session:
        if answered := request.answered(session):
            return NoticeWithheld(**answered)
        notice = _public_notice(session, notice_id, act)
        if not confirmed:
            raise NeedsConfirmation(_SURE)
        said = _taken_out(session, notice)
        notice.withheld_at, notice.withheld_reason = act.now, reason
        kind = NoticeChangeKind.WITHHELD
        note_change(session, notice, kind, note=reason, by_id=act.by.id, now=act.now)
        audit.record(
            session,
            "withhold_notice",
            article_id=notice.article_id,
            by_id=act.by.id,
            now=act.now,
            notice=notice.id,
            reason=reason,
            **said,
        )
        outcome = NoticeWithheld(notice.id, act.now.isoformat())
        request.keep(session, asdict(outcome), act.now)
    return outcome


def _public_notice(session: Session, notice_id: int, act: Act) -> Notice:
    article_id = session.scalar(select(Notice.article_id).filter_by(id=notice_id))
    if article_id is None:
        raise NotFound("There is no such notice.")
    article = locks.hold_article(session, article_id)
    permission.confirmed_for(session, act.by, Ability.TAKE_DOWN, article)
    notice = session.get_one(Notice, notice_id, populate_existing=True)
    if notice.withheld_at is not None:
        raise AlreadyDecided(
            "The words of this notice were withheld already, on %(day)s.",
            day=dates.day(notice.withheld_at),
            at=notice.withheld_at.isoformat(),
            same_outcome=True,
        )
    if notice.cancelled_at is not None:
        raise Invalid("This notice never was public: its decision was undone.")
    if act.now < notice.public_at:
        raise Invalid("This notice is not public yet: reword it, or undo its decision.")
    return notice


def _taken_out(session: Session, notice: Notice) -> dict[str, Any]:
    """What the rows said, as the audit keeps it; they say it no more.

    But for the names of readers, who may wish to be forgotten: the audit forgets nothing.
    """
    changes = session.scalars(
        select(NoticeChange).filter_by(notice_id=notice.id).order_by(NoticeChange.id)
    ).all()
    earlier = [{"change": one.id, "words": one.words, "note": one.note} for one in changes]
    said = {"words": notice.words, "thanks": len(notice.thanks or ()), "earlier": earlier}
    notice.words, notice.thanks = "", None
    notice.marks = notice.marks_in = None
    for one in changes:
        one.words = one.note = None
    return said
