"""What is to be written back into an article's site: a row in the transaction of its change.

What becomes of it is `workflow.sites.writing_back`'s to do; here, too, every move of a row is
made, by the one table of `domain.writing_back`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from corrections_app.domain import writing_back as rules
from corrections_app.domain.errors import Invalid
from corrections_app.domain.hooks.kinds import EventType
from corrections_app.domain.writing_back import Code, State, Step
from corrections_app.models import Revision, SiteArticle, WriteBack
from corrections_app.workflow import audit, events
from corrections_app.workflow.events import Told

_CLOSED = (State.WRITTEN, State.CANCELLED)


def note(session: Session, revision: Revision, *, takes_back: int | None, now: datetime) -> None:
    """Note that a revision is to be written into its article's site, where it lives at one.

    What ``takes_back`` a change that never went there goes nowhere either.
    """
    there = session.execute(_THERE, {"article": revision.article_id}).first()
    if there is None:
        return
    row = WriteBack(
        article_id=revision.article_id,
        revision=revision.number,
        state=State.WAITING,
        next_attempt_at=now + rules.DEBOUNCE,
        created_at=now,
    )
    if takes_back is not None and _drop(session, revision.article_id, takes_back, now):
        row.state, row.closed_at = State.CANCELLED, now
    elif not there.known:  # of such a site only the page is known, nothing that could be changed
        row.state, row.code = State.BY_HAND, Code.NO_WRITING
    session.add(row)
    session.flush()
    if row.state != State.CANCELLED:
        told = Told(EventType.REQUESTED, write_back_id=row.id, revision=row.revision)
        events.tell(session, row.article_id, told, now=now)


# Built once: every change of an article asks it. Not the source itself, which is long.
_THERE = select(SiteArticle.raw.is_not(None).label("known")).where(
    SiteArticle.article_id == bindparam("article")
)


def move(
    session: Session,
    row: WriteBack,
    step: Step,
    *,
    now: datetime,
    by_id: int | None = None,
    code: Code | None = None,
    said: str | None = None,
    **more: Any,
) -> None:
    """Let something happen to a write-back that is as it was read, and write it down.

    Raises `Invalid` where nothing of the kind can happen to it, or somebody was faster.
    """
    state = rules.after(row.state, step)
    values: dict[str, Any] = {"state": state, "code": code, "said": said, **more}
    values["closed_at"] = now if state in _CLOSED else None
    if state != State.WRITING:
        values["lease"] = None
    if by_id is not None and state == State.WRITTEN:
        values["by_id"] = by_id
    moved = session.execute(
        update(WriteBack)
        .where(WriteBack.id == row.id, WriteBack.state == row.state)
        .where(WriteBack.lease.is_not_distinct_from(row.lease))
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Invalid("This change moved on while you looked at it. Look at it again.")
    if step not in (Step.TAKE, Step.PUT_OFF):
        _tell(session, row, step, code, by_id, now)
    session.expire(row)


def _tell(
    session: Session,
    row: WriteBack,
    step: Step,
    code: Code | None,
    by_id: int | None,
    now: datetime,
) -> None:
    about: dict[str, Any] = {"write_back": row.id, "of_revision": row.revision, "step": step}
    if code is not None:
        about["code"] = code
    audit.record(session, "write_back", article_id=row.article_id, by_id=by_id, now=now, **about)


def _drop(session: Session, article_id: int, number: int, now: datetime) -> bool:
    """Whether a revision's change never went to the site, and now never will."""
    query = select(WriteBack).filter_by(article_id=article_id, revision=number)
    row = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None or row.in_doubt or row.state not in rules.sources_of(Step.DROP):
        return False
    move(session, row, Step.DROP, now=now)
    return True


def forget(session: Session, article_ids: Select[Any], now: datetime) -> None:
    """Cancel all that is open of articles whose site is forgotten."""
    query = select(WriteBack).where(WriteBack.article_id.in_(article_ids))
    rows = session.scalars(query.where(WriteBack.state.in_(rules.OPEN)).order_by(WriteBack.id))
    for row in rows.all():
        move(session, row, Step.FORGET, now=now, in_doubt=False)
