"""A notice is made with the change that it tells, and is never scrubbed after it was public.

Whoever makes a revision of a class that readers are told of makes its notice in the same
transaction (`pending.publishing`): there is no second step that could be forgotten.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from corrections_app.domain.hooks.kinds import EventType
from corrections_app.domain.lifecycle import ChangeClass, NoticeChangeKind
from corrections_app.models import Article, Decision, Notice, NoticeChange, Revision
from corrections_app.workflow import events
from corrections_app.workflow.events import Told
from corrections_app.workflow.locks import Spans


def public_at(now: datetime) -> ColumnElement[bool]:
    """Which notices are public at a moment: the one place that says so.

    Those whose hold has ended and that were not taken back before. Withdrawn ones and those
    whose words are withheld are among them: each stands with a word about it.
    """
    return and_(Notice.cancelled_at.is_(None), Notice.public_at <= now)


def make(
    session: Session,
    article: Article,
    revision: Revision,
    decision_id: int | None,
    changed: Spans,
) -> None:
    """Tell readers of a revision, once it can no longer be undone; a silent one is not told.

    ``decision_id``: the decision that made the revision, if one did; its hold is the notice's.
    ``changed``: where the words stand that it put there. Raises ValueError for a class that
    readers are told of without words to tell it.
    """
    if revision.change_class == ChangeClass.SILENT:
        return
    if not (revision.notice or "").strip():
        raise ValueError(f"a {revision.change_class} that readers are not told of")
    decision = session.get_one(Decision, decision_id) if decision_id is not None else None
    add(
        session,
        Notice(
            article_id=article.id,
            revision=revision.number,
            decision_id=decision_id,
            change_class=revision.change_class,
            words=revision.notice,
            thanks=revision.thanks,
            section=article.section,
            by_id=revision.author_id,
            created_at=revision.created_at,
            marks=changed,
            marks_in=revision.number,
            public_at=decision.undo_until if decision else revision.created_at,
        ),
    )


def add(session: Session, notice: Notice) -> None:
    """Store a notice, and tell programs of it once it is public."""
    session.add(notice)
    session.flush()
    told = Told(EventType.NOTICE, notice_id=notice.id, until=notice.public_at)
    events.tell(session, notice.article_id, told, now=notice.created_at)


def take_back(
    session: Session, decisions: Collection[Decision], *, by_id: int | None, now: datetime
) -> None:
    """Note that decisions were taken back, inside the transaction that does it.

    A notice that is not public yet never will be; a public one stays, with a word about it.
    """
    ids = [decision.id for decision in decisions]
    standing = select(Notice).where(Notice.decision_id.in_(ids), Notice.cancelled_at.is_(None))
    for notice in session.scalars(standing):
        if now < notice.public_at:
            notice.cancelled_at = now
        else:
            note_change(session, notice, NoticeChangeKind.DECISION_REOPENED, by_id=by_id, now=now)
    session.flush()


def note_change(
    session: Session,
    notice: Notice,
    kind: NoticeChangeKind,
    *,
    words: str | None = None,
    note: str | None = None,
    by_id: int | None,
    now: datetime,
) -> None:
    """Write down for readers what became of a notice; ``words``: what it said before."""
    session.add(
        NoticeChange(
            notice_id=notice.id, kind=kind, words=words, note=note, by_id=by_id, created_at=now
        )
    )
