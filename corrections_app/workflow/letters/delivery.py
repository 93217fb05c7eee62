"""Delivery: letters are written when due, sent over one connection, and marked after sending.

No transaction is open while a mail server is spoken to, and a letter that
cannot go delays no other.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from corrections_app.domain.errors import Busy
from corrections_app.domain.lifecycle import IN_HAND, AddressState, LetterState, OwedState
from corrections_app.extensions import db
from corrections_app.models import Letter, Owed
from corrections_app.workflow.clock import now as read_clock
from corrections_app.workflow.letters import addresses, confirmed, grouping, newsroom, outbox
from corrections_app.workflow.letters.mime import Sender
from corrections_app.workflow.letters.outbox import Claimed, Fate
from corrections_app.workflow.letters.smtp import Refused, Undelivered, Unknown, Unreachable
from corrections_app.workflow.letters.transport import Post, open_post, sender_of

log = logging.getLogger(__name__)

BATCH = 10
SAFELY_LEASED = timedelta(seconds=25)
"""How old a lease may be when a letter is begun: what remains outlasts the slowest server."""

_UNKNOWN_TWICE = "given up: twice the answer to the whole letter was lost, so it may have arrived"


@dataclass(frozen=True)
class Counts:
    """What one pass did; ``trouble`` is why letters had to stay, where none could go."""

    composed: int = 0
    sent: int = 0
    later: int = 0
    dead: int = 0
    trouble: str | None = None
    kept_here: bool = False
    """Whether ``sent`` letters only went into the instance's maildir."""

    def __str__(self) -> str:
        sent = "kept here, as there is no mail server" if self.kept_here else "sent"
        said = (
            f"{self.composed} written, {self.sent} {sent}, {self.later} later, {self.dead} given up"
        )
        return f"{said}; letters cannot be delivered: {self.trouble}" if self.trouble else said


def deliver(now: datetime, stop: Event | None = None) -> Counts:
    """One pass: write what is due, then send all that is due, over one connection.

    ``stop`` ends it after the letter in hand; whatever else was claimed is given back.
    """
    clock = _running_from(now)
    composed = grouping.compose_due(now) + newsroom.compose_due(now)
    sent: Counter[str] = Counter()
    trouble = None
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with open_post(app) as post:
        while not trouble and not _is_set(stop):
            claimed = outbox.claim(BATCH, clock())
            if not claimed:
                break
            trouble = _send_batch(post, claimed, sender_of(app), clock, stop, sent)
    gone, later, dead = (sent[s] for s in (LetterState.SENT, LetterState.READY, LetterState.DEAD))
    return Counts(composed, gone, later, dead, trouble, post.keeps)


def next_due(now: datetime) -> datetime | None:
    """When there is next something to do, which may be past; None when nothing waits."""
    waiting = select(Owed.due_at).where(Owed.state == OwedState.WAITING, ~confirmed.is_awaited())
    owed = waiting.order_by(Owed.due_at).limit(1)  # stops at the first, as the index has them
    letter = select(func.min(Letter.next_attempt_at)).where(Letter.state.in_(IN_HAND))
    times = [db.session.scalar(query) for query in (owed, letter)]
    times.append(now if newsroom.is_due(now) else None)
    db.session.rollback()
    return min((time for time in times if time is not None), default=None)


def _send_batch(
    post: Post,
    claimed: Sequence[Claimed],
    sender: Sender,
    clock: Callable[[], datetime],
    stop: Event | None,
    sent: Counter[str],
) -> str | None:
    """Send letters while their lease is young; why none could go, if none could."""
    begun = clock()
    for index, letter in enumerate(claimed):
        trouble = None if _is_set(stop) else _trouble_of(post)
        if trouble or _is_set(stop) or clock() - begun > SAFELY_LEASED:
            outbox.give_back(claimed[index:], begun, trouble)
            return trouble
        fate = _stopped(letter) or _try(post, letter, sender)
        sent[outbox.record(letter, fate, clock())] += 1
    return None


def _trouble_of(post: Post) -> str | None:
    try:
        post.connect()
    except Unreachable as error:
        return str(error)
    return None


def _stopped(letter: Claimed) -> Fate | None:
    """The fate of a letter whose reader has asked for none since it was written."""
    if letter.address_key is None:
        return None
    state = addresses.state_of(letter.address_key)
    db.session.rollback()
    return Fate(LetterState.SUPPRESSED) if state == AddressState.STOPPED else None


def _try(post: Post, letter: Claimed, sender: Sender) -> Fate:
    try:
        message = letter.message(sender)
    except Exception as error:  # whatever is wrong with this row, the others must go
        return Fate(LetterState.DEAD, f"cannot be sent as it is: {error}"[:500])
    try:
        post.send(message)
    except Refused as error:
        return Fate(LetterState.DEAD if error.permanent else LetterState.READY, str(error))
    except Unknown as error:
        if letter.unknowns:
            return Fate(LetterState.DEAD, _UNKNOWN_TWICE, is_unknown=True)
        return Fate(LetterState.READY, str(error), is_unknown=True)
    except Undelivered as error:
        return Fate(LetterState.READY, str(error))
    return Fate(LetterState.SENT, kept_here=post.keeps)


def _running_from(now: datetime) -> Callable[[], datetime]:
    """The time as it passes from ``now`` on: a pass may be long, and leases are not."""
    begun = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - begun)


def _is_set(stop: Event | None) -> bool:
    return stop is not None and stop.is_set()


LONGEST_PAUSE = 60.0
"""Seconds between tries while the mail server or the database is away."""


def run(
    app: Flask, stop: threading.Event, wait: float = 1.0, clock: Callable[[], datetime] = read_clock
) -> None:
    """Deliver until ``stop`` is set, looking every ``wait`` seconds for something due.

    A letter in hand is finished, whatever else was claimed is given back.
    While the mail server or the database is away it goes on trying, ever more
    seldom, and says so in the log once, not each time.
    """
    pause, said = wait, ""
    while not stop.is_set():
        trouble = _pass(app, stop, clock)
        if stop.is_set():
            break  # a pass that was cut short says nothing of the mail server
        if trouble is not None and trouble != said:
            _say(trouble)
            said = trouble
        pause = min(pause * 2, LONGEST_PAUSE) if trouble else wait
        stop.wait(pause if trouble else _until_due(app, clock, wait))


def stop_on_signals(stop: threading.Event) -> None:
    """Let SIGTERM and SIGINT end `run` after the letter in hand. Call it in the main thread."""

    def heard(_signal: int, _frame: object) -> None:
        # In a thread of its own: the main thread may hold the event's lock at this moment.
        threading.Thread(target=stop.set).start()

    signal.signal(signal.SIGTERM, heard)
    signal.signal(signal.SIGINT, heard)


def _pass(app: Flask, stop: threading.Event, clock: Callable[[], datetime]) -> str | None:
    """One pass, if anything is due; the trouble it met, empty when all went well."""
    try:
        with app.app_context():
            due = next_due(clock())
            if due is None or due > clock():
                return None
            trouble = deliver(clock(), stop).trouble
    except (SQLAlchemyError, Busy) as error:
        return f"the database cannot be used: {str(error).splitlines()[0]}"
    return f"letters cannot be delivered: {trouble}" if trouble else ""


def _until_due(app: Flask, clock: Callable[[], datetime], most: float) -> float:
    """Seconds until something is due, ``most`` at most."""
    try:
        with app.app_context():
            due = next_due(clock())
    except SQLAlchemyError:
        return most
    return most if due is None else min(max((due - clock()).total_seconds(), 0.0), most)


def _say(trouble: str) -> None:
    if trouble:
        log.warning("%s; trying again", trouble)
    else:
        log.info("letters go again")
