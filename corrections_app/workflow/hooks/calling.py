"""Calls go out: one hook at a time in one worker's hands, each call noted before and after.

No transaction is open while a program is spoken to, and every hook has a thread of its own: one
that hangs keeps neither letters nor other hooks waiting. A worker that is killed leaves a lease
behind that runs out; then the same call is made again, with the same number.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random
from secrets import token_urlsafe
from time import monotonic
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from corrections_app.domain.errors import Busy
from corrections_app.domain.hooks import retrying
from corrections_app.extensions import db
from corrections_app.models import Call, Event, Hook
from corrections_app.sites import calls
from corrections_app.sites.calls import GONE, Answered, Key
from corrections_app.sites.outside import Client
from corrections_app.sites.trouble import Trouble
from corrections_app.workflow import events, gauges, locks
from corrections_app.workflow.clock import now as read_clock
from corrections_app.workflow.hooks import payload, switching
from corrections_app.workflow.hooks.keys import keys_of, way_out
from corrections_app.workflow.transaction import write

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
LEASE = timedelta(seconds=60)
"""How long a hook is one worker's without a word of it; more than a call may take."""
# Written out, so that the index of those that wait is found: it knows no parameters.
_WAITING: ColumnElement[str] = literal_column("'waiting'")
AT_ONCE = 25
"""Calls that one look at the table yields."""
_GONE = "It answered 410, which means that it wants no more calls."
_STATUS = "It answered {}: only 2xx says that it has the call."
_REDIRECT = "It answered {}, a redirect: name the address that it leads to instead."


@dataclass(frozen=True)
class Job:
    """A call in this worker's hands, apart from any session."""

    hook_id: int
    lease: str
    url: str
    keys: tuple[Key, ...]
    call_id: int
    event_id: int
    article_id: int | None
    attempts: int
    """How often it was tried before."""
    uid: str


@dataclass(frozen=True)
class Outcome:
    """What became of a try that was begun ``at`` a moment, after so many seconds."""

    at: datetime
    took: float
    answered: Answered | None = None
    trouble: str | None = None


def release_due(now: datetime) -> None:
    """Make the calls of what can be undone no more."""
    articles = events.held_articles(db.session(), now)
    db.session.rollback()
    for article_id in articles:
        with write(public=False) as session:
            locks.hold_chain(session, article_id)
            events.release(session, article_id, now)


def due(now: datetime) -> list[int]:
    """The hooks that have a call to be made, and are in nobody's hands."""
    waiting = exists().where(Call.hook_id == Hook.id, _is_next(now))
    free = or_(Hook.leased_until.is_(None), Hook.leased_until <= now)
    query = select(Hook.id).where(_is_on(), free, waiting).order_by(Hook.id)
    found = list(db.session.scalars(query))
    db.session.rollback()
    return found


def _is_on() -> ColumnElement[bool]:
    return and_(Hook.off_at.is_(None), Hook.removed_at.is_(None))


def _is_next(now: datetime) -> ColumnElement[bool]:
    """Which calls may be made now: none behind one of the same article that is to wait."""
    before = aliased(Call)
    held_back = exists().where(
        before.hook_id == Call.hook_id,
        before.article_id == Call.article_id,
        before.state == _WAITING,
        before.id < Call.id,
        before.next_attempt_at > now,
    )
    return and_(Call.state == _WAITING, Call.next_attempt_at <= now, ~held_back)


def serve(
    hook_id: int, clock: Clock, stop: threading.Event | None = None, way: Client | None = None
) -> int:
    """Make all calls of one hook that are due, in order; how many were tried."""
    lease, way, count = token_urlsafe(12), way or way_out(), 0
    while not (stop and stop.is_set()) and (jobs := _take(hook_id, lease, clock())):
        tried = _serve(jobs, way, clock, stop)
        count += tried
        if tried == 0:
            break
    _give_back(hook_id, lease)
    return count


def _serve(jobs: Sequence[Job], way: Client, clock: Clock, stop: threading.Event | None) -> int:
    """Make these calls one after the other, while the hook is ours; how many were tried."""
    held_back, count = set[int | None](), 0
    for job in jobs:
        if stop and stop.is_set():
            break
        if job.article_id is not None and job.article_id in held_back:
            continue
        outcome = _tried(job, way, clock())
        count += 1
        if not _record(job, outcome, clock()):
            break
        if outcome.trouble is not None:
            held_back.add(job.article_id)
    return count


def _take(hook_id: int, lease: str, now: datetime) -> list[Job]:
    """Take the hook, or keep it, and the next of its calls; none where it is not for us."""
    with write(public=False) as session:
        hook = session.scalar(
            select(Hook).where(Hook.id == hook_id, _is_on()).with_for_update(skip_locked=True)
        )
        if hook is None or not _is_ours(hook, lease, now):
            return []
        query = (
            select(Call.id, Call.event_id, Call.article_id, Call.attempts, Event.uid)
            .join(Event, Event.id == Call.event_id)
            .where(Call.hook_id == hook_id, _is_next(now))
        )
        calls_due = session.execute(query.order_by(Call.id).limit(AT_ONCE)).all()
        if calls_due:
            hook.lease, hook.leased_until = lease, now + LEASE
        keys = tuple(keys_of(hook, now))
        return [Job(hook_id, lease, hook.url, keys, *one) for one in calls_due]


def _is_ours(hook: Hook, lease: str, now: datetime) -> bool:
    return hook.lease in (None, lease) or hook.leased_until is None or hook.leased_until <= now


def _give_back(hook_id: int, lease: str) -> None:
    with write(public=False) as session:
        ours = update(Hook).where(Hook.id == hook_id, Hook.lease == lease)
        session.execute(ours.values(lease=None, leased_until=None))


def _tried(job: Job, way: Client, now: datetime) -> Outcome:
    begun = monotonic()
    try:
        body = _body_of(job)
        answered = calls.call(way, job.url, job.keys, job.uid, body, now)
    except Trouble as trouble:
        return Outcome(now, monotonic() - begun, trouble=trouble.message)
    except SQLAlchemyError:
        raise
    except Exception as error:  # whatever is wrong with this one, the others must be called
        log.error("call %d of hook %d failed: %s", job.call_id, job.hook_id, type(error).__name__)
        trouble_here = f"It failed here: {type(error).__name__}."
        return Outcome(now, monotonic() - begun, trouble=trouble_here)
    return Outcome(now, monotonic() - begun, answered, _trouble_of(answered))


def _body_of(job: Job) -> bytes:
    """What the call says, read at the last moment; nothing stays open meanwhile."""
    session = db.session()
    body = payload.body_of(session, session.get_one(Event, job.event_id))
    session.rollback()
    return body


def _trouble_of(answered: Answered) -> str | None:
    if answered.took_it:
        return None
    if answered.status == GONE:
        return _GONE
    said = _REDIRECT if 300 <= answered.status < 400 else _STATUS
    return said.format(answered.status)


def _record(job: Job, outcome: Outcome, now: datetime) -> bool:
    """Write down what became of a call, and what follows for its hook; whether to go on."""
    answered = outcome.answered
    values: dict[str, Any] = {
        "attempts": job.attempts + 1,
        "first_attempt_at": func.coalesce(Call.first_attempt_at, outcome.at),
        "tried_at": outcome.at,
        "took": outcome.took,
        "status": answered.status if answered else None,
        "answer": answered.text if answered else None,
        "trouble": outcome.trouble,
    }
    with write(public=False) as session:
        if outcome.trouble is None:
            # It has it, whoever holds the hook by now.
            _note(session, job, {**values, "state": "sent", "closed_at": now})
        if not _is_held(session, job, now):
            return False
        if outcome.trouble is None:
            return True
        asked = answered.retry_after if answered else None
        wait = retrying.pause(job.attempts + 1, random(), asked)
        is_gone = answered is not None and answered.status == GONE
        _note(session, job, {**values, "next_attempt_at": now + (wait or timedelta(0))})
        if is_gone or wait is None:
            hook = session.get_one(Hook, job.hook_id)
            switching.off_by_itself(session, hook, outcome.trouble, now, is_gone=is_gone)
        return wait is not None and not is_gone


def _is_held(session: Session, job: Job, now: datetime) -> bool:
    """Whether the hook is still in our hands, where it then stays a while longer."""
    ours = update(Hook).where(Hook.id == job.hook_id, Hook.lease == job.lease)
    held = session.execute(ours.values(leased_until=now + LEASE))
    return bool(held.rowcount)  # type: ignore[attr-defined]


def _note(session: Session, job: Job, values: dict[str, Any]) -> None:
    this = update(Call).where(Call.id == job.call_id, Call.state == "waiting")
    session.execute(this.values(**values))


def call_due(clock: Clock, way: Client | None = None) -> int:
    """One pass, one hook after the other; how many calls were tried."""
    release_due(clock())
    return sum(serve(hook_id, clock, way=way) for hook_id in due(clock()))


def run(app: Flask, stop: threading.Event, wait: float = 1.0, clock: Clock = read_clock) -> None:
    """Call until ``stop`` is set, looking every ``wait`` seconds for what is due."""
    said, at_work = "", dict[int, threading.Thread]()
    while not stop.is_set():
        trouble = ""
        try:
            with app.app_context():
                gauges.note("hooks", clock())
                release_due(clock())
                for hook_id in due(clock()):
                    if hook_id not in at_work or not at_work[hook_id].is_alive():
                        at_work[hook_id] = _begin(app, hook_id, clock, stop)
        except (SQLAlchemyError, Busy) as error:
            trouble = f"no hook can be called: {str(error).splitlines()[0]}"
        if trouble and trouble != said:
            log.warning("%s; trying again", trouble)
        said = trouble
        stop.wait(wait)


def _begin(app: Flask, hook_id: int, clock: Clock, stop: threading.Event) -> threading.Thread:
    """A thread that ends with the process: what it is about to do is noted first."""

    def work() -> None:
        try:
            with app.app_context():
                serve(hook_id, clock, stop)
        except (SQLAlchemyError, Busy):  # its lease runs out, and it is begun again
            log.warning("hook %d could not be served; trying again", hook_id)

    thread = threading.Thread(target=work, name=f"hook-{hook_id}", daemon=True)
    thread.start()
    return thread
