"""How everything stands, in figures for a monitor: by capped queries, so all processes agree.

Nothing is counted in a process. What is noted is when each part of the worker was last at work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from corrections_app.domain.errors import Busy
from corrections_app.domain.lifecycle import IN_HAND, LetterState, OwedState, Status
from corrections_app.domain.writing_back import OPEN, State
from corrections_app.extensions import db
from corrections_app.models import (
    Call,
    Correction,
    Hook,
    Lease,
    Letter,
    Owed,
    Site,
    Worker,
    WriteBack,
)
from corrections_app.models.engine import file_of
from corrections_app.workflow.transaction import write

EVERY = timedelta(minutes=1)
CAPPED = 10_000
"""Up to which anything is counted: asking must cost the same on any day."""
MOST_SITES = 100


class Gauge(NamedTuple):
    """A figure, what it says, and its values by their labels."""

    name: str
    says: str
    values: list[tuple[Mapping[str, str], float]]


def note(name: str, now: datetime) -> None:
    """Note that part of the worker is at work: once a minute, and not while nothing is saved."""
    with suppress(SQLAlchemyError, Busy):
        known = db.session.get(Worker, name)
        if known is not None and timedelta(0) <= now - known.seen_at < EVERY:
            return
        with write(public=False) as session:
            session.merge(Worker(name=name, seen_at=now))


def measured(now: datetime) -> Iterator[Gauge]:
    """Every figure. Counts go up to `CAPPED`, ages are in seconds, moments in Unix time."""
    yield from _corrections(now)
    yield from _letters(now)
    yield from _write_backs(now)
    yield from _calls(now)
    yield _moments(
        "worker_last_seen_timestamp_seconds",
        "When each part of the letters' worker was last at work, to the minute.",
        "worker",
        select(Worker.name, Worker.seen_at).order_by(Worker.name),
    )
    yield _moments(
        "site_last_sync_timestamp_seconds",
        "When each site was last gone through to the end.",
        "site",
        select(Site.name, Site.synced_at).order_by(Site.name).limit(MOST_SITES),
    )
    yield from _database()


def _corrections(now: datetime) -> Iterator[Gauge]:
    leaders = select(Correction.created_at).where(
        Correction.status == Status.PENDING, Correction.leader_id.is_(None)
    )
    held = select(Lease.correction_id).where(Lease.until > now)
    yield _one("corrections_waiting", _UP_TO.format("Corrections that wait"), _count(leaders))
    yield _age(
        "corrections_oldest_waiting_seconds",
        "Age of the correction that has waited longest; 0 where none waits.",
        leaders.order_by(Correction.created_at).limit(1),
        now,
    )
    yield _one("corrections_leased", _UP_TO.format("Cards on somebody's screen"), _count(held))


def _letters(now: datetime) -> Iterator[Gauge]:
    states = {state: select(Letter.id).where(Letter.state == state) for state in LetterState}
    yield _by_state("letters", "Letters, by their state", states)
    waiting = select(Letter.created_at).where(Letter.state.in_(IN_HAND))
    yield _age(
        "letters_oldest_unsent_seconds",
        "Age of the letter that has waited longest to be sent; 0 where none waits.",
        waiting.order_by(Letter.created_at).limit(1),
        now,
    )
    owed = select(Owed.id).where(Owed.state == OwedState.WAITING)
    yield _one("letters_owed", _UP_TO.format("Notifications not yet written"), _count(owed))
    refused = select(Letter.id).where(Letter.refusal == "policy")
    yield _one(
        "letters_refused_for_policy",
        _UP_TO.format("Letters that other sides would not have from this server"),
        _count(refused),
    )


def _write_backs(now: datetime) -> Iterator[Gauge]:
    states = {state: select(WriteBack.id).where(WriteBack.state == state) for state in State}
    yield _by_state("write_backs", "Changes for newsrooms' own pages, by their state", states)
    waiting = select(WriteBack.created_at).where(WriteBack.state.in_(OPEN))
    yield _age(
        "write_backs_oldest_open_seconds",
        "Age of the change that has waited longest to be on its page; 0 where none waits.",
        waiting.order_by(WriteBack.created_at).limit(1),
        now,
    )


def _calls(now: datetime) -> Iterator[Gauge]:
    waiting = select(Call.created_at).where(Call.state == "waiting")
    off = select(Hook.id).where(Hook.removed_at.is_(None), Hook.off_at.is_not(None))
    yield _one("hook_calls_waiting", _UP_TO.format("Calls of hooks that wait"), _count(waiting))
    yield _age(
        "hook_calls_oldest_waiting_seconds",
        "Age of the call of a hook that has waited longest; 0 where none waits.",
        waiting.order_by(Call.created_at).limit(1),
        now,
    )
    yield _one("hooks_off", _UP_TO.format("Hooks that are switched off"), _count(off))


def _database() -> Iterator[Gauge]:
    engine = db.engine
    yield _one("database_bytes", "Size of the database, its log included.", _bytes())
    labels = {"engine": engine.dialect.name, "version": _version()}
    yield Gauge("database_info", "Which engine keeps the database.", [(labels, 1)])


def _bytes() -> float:
    path = file_of(db.engine)
    if path is not None:
        return sum(_size(path.with_name(path.name + ending)) for ending in ("", "-wal"))
    if db.engine.dialect.name == "postgresql":
        size = text("SELECT pg_database_size(current_database())")
        return float(db.session.scalar(size) or 0)
    return 0.0


def _size(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_size
    return 0.0


def _version() -> str:
    with db.engine.connect() as connection:
        found = connection.dialect.server_version_info or ()
    return ".".join(map(str, found))


_UP_TO = "{}, counted up to " + f"{CAPPED}."


def _count(query: Select[Any]) -> float:
    few = query.limit(CAPPED).subquery()
    return float(db.session.scalar(select(func.count()).select_from(few)) or 0)


def _one(name: str, says: str, value: float) -> Gauge:
    return Gauge(name, says, [({}, value)])


def _by_state(name: str, says: str, states: Mapping[Any, Select[Any]]) -> Gauge:
    values = [({"state": state.value}, _count(query)) for state, query in states.items()]
    return Gauge(name, _UP_TO.format(says), list(values))


def _age(name: str, says: str, oldest: Select[Any], now: datetime) -> Gauge:
    found = db.session.scalar(oldest)
    return _one(name, says, max((now - found).total_seconds(), 0.0) if found else 0.0)


def _moments(name: str, says: str, label: str, query: Select[Any, Any]) -> Gauge:
    rows = db.session.execute(query)
    return Gauge(name, says, [({label: str(one)}, at.timestamp()) for one, at in rows if at])
