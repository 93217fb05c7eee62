"""What programs hear of: an event in the transaction of what happens, and who is told of it.

Most events are told by the audit itself, which every act writes in its own transaction; the
table is `domain.hooks.kinds.ACTS`. What an undo would still take back is held until it cannot.
Where there is no hook, nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from corrections_app.domain.hooks.kinds import ACTS, EventType
from corrections_app.domain.writing_back import Step
from corrections_app.models import Article, Call, Decision, Event, Hook, Notice
from corrections_app.models.engine import ask, portions
from corrections_app.workflow import locks

AT_ONCE = 200
"""Events that one transaction releases."""
_REFUSING = (Step.REFUSE, Step.HAND_OVER)


@dataclass(frozen=True)
class Told:
    """One event: its kind and the numbers of what it is about.

    ``until``: when it is final, where it can still be taken back.
    """

    type: EventType
    correction_id: int | None = None
    decision_id: int | None = None
    notice_id: int | None = None
    write_back_id: int | None = None
    revision: int | None = None
    until: datetime | None = None


Act = tuple[str, int | None, Mapping[str, Any]]
"""As the audit has it: the action, the correction's number, what else it says."""


def of_acts(session: Session, article_id: int | None, acts: Iterable[Act], now: datetime) -> None:
    """Tell of what acts in one article come to; the audit calls it for all that it is given."""
    if article_id is None or not (hooks := _hooks(session)):
        return
    acts = list(acts)
    told = [*_of_corrections(session, acts, now), *_of_write_backs(acts)]
    told += _revised(session, article_id, acts)
    _tell(session, hooks, article_id, told, now)


def tell(session: Session, article_id: int, *told: Told, now: datetime) -> None:
    """Tell of events in an article, inside the write transaction in which they happen."""
    if hooks := _hooks(session):
        _tell(session, hooks, article_id, told, now)


def _hooks(session: Session) -> Sequence[Any]:
    """Those that hear anything: one that is switched off hears later."""
    return ask(session, _HEARING).all()


# Built once: every act asks it.
_HEARING = (
    select(Hook.id, Hook.events, Hook.section, Hook.created_at)
    .where(Hook.removed_at.is_(None))
    .order_by(Hook.id)
)


def _of_corrections(session: Session, acts: Sequence[Act], now: datetime) -> Iterator[Told]:
    decisions = _decisions(session, acts)
    for action, correction_id, said in acts:
        kind = ACTS.get(action)
        if kind is EventType.DECIDED:
            made = decisions[said["decision"]]
            yield Told(kind, correction_id, made.id, revision=made.revision, until=made.undo_until)
        elif kind is EventType.UNDONE:
            # Of one that nobody heard of, nobody hears that it was taken back.
            back = (decisions[one] for one in said.get("taken_back", ()))
            yield from (
                Told(kind, one.correction_id, one.id) for one in back if now >= one.undo_until
            )
        elif kind is not None:
            yield Told(kind, correction_id)


def _decisions(session: Session, acts: Sequence[Act]) -> dict[int, Any]:
    wanted = {
        one
        for action, _, said in acts
        if ACTS.get(action) in (EventType.DECIDED, EventType.UNDONE)
        for one in said.get("taken_back", [said.get("decision")])
        if one is not None
    }
    found: dict[int, Any] = {}
    for some in portions(sorted(wanted)):
        query = select(
            Decision.id, Decision.correction_id, Decision.revision, Decision.undo_until
        ).where(Decision.id.in_(some))
        found |= {row.id: row for row in session.execute(query)}
    return found


def _of_write_backs(acts: Sequence[Act]) -> Iterator[Told]:
    for action, _, said in acts:
        if action == "write_back" and said["step"] in _REFUSING:
            number, revision = said["write_back"], said["of_revision"]
            yield Told(EventType.REFUSED, write_back_id=number, revision=revision)


def _revised(session: Session, article_id: int, acts: Sequence[Act]) -> Iterator[Told]:
    """The revisions that acts made, each once: several acts may name the same one."""
    numbers = sorted({said["revision"] for _, _, said in acts if said.get("revision") is not None})
    if not numbers:
        return
    known = select(Event.revision).where(
        Event.article_id == article_id,
        Event.type == EventType.REVISED,
        Event.revision.in_(numbers),
    )
    told = set(session.scalars(known))
    yield from (Told(EventType.REVISED, revision=one) for one in numbers if one not in told)


def _tell(
    session: Session,
    hooks: Sequence[Any],
    article_id: int,
    told: Sequence[Told],
    now: datetime,
) -> None:
    section = session.scalar(select(Article.section).where(Article.id == article_id))
    heard = [one for one in told if any(_hears(hook, one.type, section) for hook in hooks)]
    if not heard:
        return
    locks.hold_chain(session, article_id)
    # What is final by now comes before what happens now, though no worker came by.
    release(session, article_id, now)
    session.execute(insert(Event.__table__), [_row(article_id, one, now) for one in heard])
    if any(one.until is None or one.until <= now for one in heard):
        release(session, article_id, now)


def _row(article_id: int, told: Told, now: datetime) -> dict[str, Any]:
    return {
        "uid": f"evt_{token_urlsafe(16)}",
        "type": told.type,
        "article_id": article_id,
        "correction_id": told.correction_id,
        "decision_id": told.decision_id,
        "notice_id": told.notice_id,
        "write_back_id": told.write_back_id,
        "revision": told.revision,
        "due_at": now if told.until is None else told.until,
        "created_at": now,
    }


def _hears(hook: Any, kind: str, section: str | None) -> bool:
    return kind in hook.events and hook.section in (None, section)


def release(session: Session, article_id: int, now: datetime) -> int:
    """Make the calls of an article's events that are final, in their order; how many events.

    Stands inside a write transaction with the article's chain held (`locks.hold_chain`), so
    that the calls' numbers come in the order of the commits. What was taken back before its
    hold ended is told to nobody.
    """
    section = session.scalar(select(Article.section).where(Article.id == article_id))
    due = (
        select(Event.id, Event.type, Event.due_at, Decision.undone_at, Notice.cancelled_at)
        .outerjoin(Decision, Decision.id == Event.decision_id)
        .outerjoin(Notice, Notice.id == Event.notice_id)
        .where(Event.article_id == article_id, Event.released_at.is_(None), Event.due_at <= now)
        .order_by(Event.due_at, Event.id)
    )
    found = session.execute(due).all()
    if not found:
        return 0
    gone = [one.id for one in found if _is_taken_back(one)]
    final = [one for one in found if one.id not in gone]
    hooks = _hooks(session)
    calls = [
        _call(hook.id, event.id, article_id, now)
        for event in final
        for hook in hooks
        if _hears(hook, event.type, section)
    ]
    if calls:
        session.execute(insert(Call.__table__), calls)
    for some in portions(gone):
        session.execute(delete(Event).where(Event.id.in_(some)))
    for some in portions([one.id for one in final]):
        session.execute(update(Event).where(Event.id.in_(some)).values(released_at=now))
    return len(final)


def _is_taken_back(event: Any) -> bool:
    if event.type == EventType.DECIDED:
        return event.undone_at is not None and event.undone_at < event.due_at
    return event.type == EventType.NOTICE and event.cancelled_at is not None


def _call(hook_id: int, event_id: int, article_id: int | None, now: datetime) -> dict[str, Any]:
    return {
        "hook_id": hook_id,
        "event_id": event_id,
        "article_id": article_id,
        "state": "waiting",
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
    }


def held_articles(session: Session, now: datetime) -> list[int]:
    """The articles that have events which are final and not released, the longest due first."""
    query = select(Event.article_id).where(Event.released_at.is_(None), Event.due_at <= now)
    due = query.group_by(Event.article_id).order_by(func.min(Event.due_at), Event.article_id)
    return [one for one in session.scalars(due.limit(AT_ONCE)) if one is not None]


def test_of(session: Session, hook_id: int, now: datetime) -> int:
    """Tell one hook that somebody tries it; the call's number."""
    event = Event(
        uid=f"evt_{token_urlsafe(16)}",
        type=EventType.TEST,
        hook_id=hook_id,
        due_at=now,
        released_at=now,
        created_at=now,
    )
    session.add(event)
    session.flush()
    call = Call(**_call(hook_id, event.id, None, now))
    session.add(call)
    session.flush()
    return call.id
