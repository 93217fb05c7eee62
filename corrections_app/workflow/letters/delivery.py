"""Delivery: letters are written when due, sent over one connection, and marked after sending.

No transaction is open while a mail server is spoken to, and a letter that
cannot go, or does not come to an end, delays no other.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent import futures
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from corrections_app.domain.bounces.refusals import Cause, cause_of
from corrections_app.domain.errors import Busy
from corrections_app.domain.lifecycle import IN_HAND, AddressState, LetterState, OwedState
from corrections_app.extensions import db
from corrections_app.models import Letter, Owed
from corrections_app.workflow import clock as clocks
from corrections_app.workflow import gauges
from corrections_app.workflow.clock import now as read_clock
from corrections_app.workflow.letters import (
    addresses,
    confirmed,
    grouping,
    held,
    newsroom,
    outbox,
)
from corrections_app.workflow.letters.letter import sender_of
from corrections_app.workflow.letters.mime import Message
from corrections_app.workflow.letters.outbox import Claimed, Fate
from corrections_app.workflow.letters.owed import QUESTION, is_put_off, withhold_overtaken
from corrections_app.workflow.letters.smtp import Refused, Undelivered, Unknown, Unreachable
from corrections_app.workflow.letters.transport import Post, post_of
from corrections_app.workflow.letters.writing import SEVERAL

log = logging.getLogger(__name__)

BATCH = 10
SAFELY_LEASED = timedelta(seconds=25)
"""How old a lease may be when a letter is begun: what remains outlasts the slowest server."""

MOST_APART = timedelta(seconds=2)
"""From the database's clock: leases are by each worker's own, and one whose clock is fast would
take letters that another one is sending."""

PATIENCE = 1.0
"""Seconds that a letter may take before the next one goes over another line."""
LINES = 5
"""How many letters may dawdle at once; one more, and the others wait for one of them."""
_LOOK = 0.2

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


def deliver(now: datetime, stop: Event | None = None, carrier: Carrier | None = None) -> Counts:
    """One pass: write what is due, then send all that is due, over one connection.

    ``stop`` ends it after the letter in hand; whatever else was claimed is given back. With a
    ``carrier`` of the caller's it does not wait for letters that dawdle.
    """
    if held.since():
        return Counts(trouble=held.WORDS)
    if wrong := clock_trouble():
        return Counts(trouble=wrong)
    clock = _running_from(now)
    composed = grouping.compose_due(now) + newsroom.compose_due(now)
    sent: Counter[str] = Counter()
    trouble = None
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    lines = carrier or Carrier(app)
    try:
        while not trouble and not _is_set(stop):
            claimed = outbox.claim(BATCH, clock())
            if not claimed:
                break
            trouble = _send_batch(lines, claimed, clock, stop, sent)
    finally:
        if carrier is None:
            lines.finish(clock, sent)
        else:
            lines.rest()
    gone, later, dead = (sent[s] for s in (LetterState.SENT, LetterState.READY, LetterState.DEAD))
    return Counts(composed, gone, later, dead, trouble, not app.config["HAS_MAIL_SERVER"])


def next_due(now: datetime) -> datetime | None:
    """When there is next something to do, which may be past; None when nothing waits."""
    waiting = select(Owed.due_at).where(
        Owed.state == OwedState.WAITING, ~confirmed.is_awaited(), ~is_put_off()
    )
    owed = waiting.order_by(Owed.due_at).limit(1)  # stops at the first, as the index has them
    letter = select(func.min(Letter.next_attempt_at)).where(Letter.state.in_(IN_HAND))
    times = [db.session.scalar(query) for query in (owed, letter)]
    times.append(now if newsroom.is_due(now) else None)
    db.session.rollback()
    return min((time for time in times if time is not None), default=None)


class Carrier:
    """Hands letters over one after the other, and leaves one that dawdles to a line of its own.

    A recipient for whom the mail server falls silent so delays nobody else. No thread of it
    touches the database: what became of a letter is recorded by whoever calls.
    """

    def __init__(self, app: Flask, patience: float = PATIENCE, lines: int = LINES) -> None:
        self._app, self._patience, self._lines = app, patience, lines
        self._sender = sender_of(app)
        self._threads = futures.ThreadPoolExecutor(2 * lines, thread_name_prefix="letters")
        self._idle: list[Post] = []
        self._handed: dict[Future[Fate], tuple[Claimed, Post]] = {}

    def trouble(self, stop: Event | None = None) -> str | None:
        """Why no letter could go now; None when there is a line for the next one, or at the end.

        A server that says nothing does not hold up the end: no letter is in its hands yet.
        """
        if not self._idle:
            self._idle.append(post_of(self._app))
        # A daemon, and none of the executor's threads, because the process would wait for those.
        trying: Future[str | None] = Future()
        threading.Thread(target=self._try, args=(self._idle[-1], trying), daemon=True).start()
        while not futures.wait([trying], _LOOK).done:
            if _is_set(stop):
                self._idle.pop()
                return None
        return trying.result()

    def send(self, letter: Claimed) -> Fate | None:
        """Hand a letter over; what became of it where it cannot be, else `record` will know."""
        try:
            message = Message(outbox.written(letter), self._sender)
        except Exception as error:  # whatever is wrong with this row, the others must go
            return Fate(LetterState.DEAD, f"cannot be sent as it is: {error}"[:500])
        post = self._idle.pop()
        handing = self._threads.submit(self._hand_over, post, message, letter)
        self._handed[handing] = letter, post
        futures.wait([handing], self._patience)
        return None

    def record(self, now: datetime, sent: Counter[str]) -> None:
        """Write down what has become of letters, where it is known by now.

        While the database is away that is kept: a letter that went must not go again for it.
        """
        for handing in [one for one in self._handed if one.done()]:
            letter, post = self._handed[handing]
            sent[outbox.record(letter, handing.result(), now)] += 1
            del self._handed[handing]
            self._idle.append(post)

    def wait_for_line(self, stop: Event | None) -> None:
        """Wait while as many letters dawdle as there are lines."""
        while len(self._handed) >= self._lines and not _is_set(stop):
            if futures.wait(self._handed, _LOOK, futures.FIRST_COMPLETED).done:
                return

    def rest(self) -> None:
        """End the lines that nothing goes over; a server need not answer that."""
        while self._idle:
            self._threads.submit(self._idle.pop().close)

    def finish(self, clock: Callable[[], datetime], sent: Counter[str]) -> None:
        """Wait for all letters in hand, and end all lines."""
        futures.wait(self._handed)
        self.record(clock(), sent)
        self.rest()
        self._threads.shutdown()

    def _try(self, post: Post, trying: Future[str | None]) -> None:
        try:
            with self._app.app_context():
                post.connect()
        except Unreachable as error:
            trying.set_result(str(error))
        except BaseException as error:  # is raised where it is waited for
            trying.set_exception(error)
        else:
            trying.set_result(None)

    def _hand_over(self, post: Post, message: Message, letter: Claimed) -> Fate:
        with self._app.app_context():  # Flask-Mail looks for it
            return _fate_of(post, message, letter)


def _send_batch(
    carrier: Carrier,
    claimed: Sequence[Claimed],
    clock: Callable[[], datetime],
    stop: Event | None,
    sent: Counter[str],
) -> str | None:
    """Send letters while their lease is young; why none could go, if none could."""
    begun = clock()
    for index, letter in enumerate(claimed):
        carrier.wait_for_line(stop)
        carrier.record(clock(), sent)
        trouble = None if _is_set(stop) else carrier.trouble(stop)
        if trouble or _is_set(stop) or clock() - begun > SAFELY_LEASED:
            outbox.give_back(claimed[index:], begun, trouble)
            return trouble
        fate = _stopped(letter, begun) or carrier.send(letter)
        if fate is not None:
            sent[outbox.record(letter, fate, clock())] += 1
        carrier.record(clock(), sent)
    return None


def _stopped(letter: Claimed, now: datetime) -> Fate | None:
    """The fate of a letter that must not go any more since it was written, or was claimed."""
    if not outbox.is_held(letter):
        return Fate(LetterState.SUPPRESSED)
    if letter.kind in (QUESTION, SEVERAL) and withhold_overtaken(letter.id, now):
        return Fate(LetterState.SUPPRESSED)
    if letter.address_key is None:
        return None
    state = addresses.state_of(letter.address_key)
    db.session.rollback()
    if state == addresses.UNREACHABLE:
        return Fate(LetterState.SUPPRESSED, addresses.NO_MAILBOX)
    return Fate(LetterState.SUPPRESSED) if state == AddressState.STOPPED else None


def _fate_of(post: Post, message: Message, letter: Claimed) -> Fate:
    try:
        post.send(message)
    except Refused as error:
        if not error.permanent:
            return Fate(LetterState.READY, str(error))
        cause = cause_of("", str(error))
        # The server's own word is that it is for good, whatever code it put behind that.
        cause = Cause.OTHER if cause == Cause.FOR_NOW else cause
        return Fate(LetterState.DEAD, str(error), cause=cause)
    except Unknown as error:
        return _unknown(letter, str(error))
    except Undelivered as error:
        return Fate(LetterState.READY, str(error))
    except Exception as error:  # a fault of ours: it may have gone, and the others must go
        log.exception("letter %d could not be handed over", letter.id)
        return _unknown(letter, f"{type(error).__name__}: {error}"[:500])
    return Fate(LetterState.SENT, kept_here=post.keeps)


def _unknown(letter: Claimed, words: str) -> Fate:
    if letter.unknowns:
        return Fate(LetterState.DEAD, _UNKNOWN_TWICE, is_unknown=True)
    return Fate(LetterState.READY, words, is_unknown=True)


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
    pause, said, carrier = wait, "", Carrier(app)
    while not stop.is_set():
        trouble = _pass(app, stop, clock, carrier)
        if stop.is_set():
            break  # a pass that was cut short says nothing of the mail server
        if trouble is not None and trouble != said:
            _say(trouble)
            said = trouble
        pause = min(pause * 2, LONGEST_PAUSE) if trouble else wait
        stop.wait(pause if trouble else _until_due(app, clock, wait))
    # What cannot be written down goes again when its lease has run out, under the same Message-ID.
    with suppress(SQLAlchemyError, Busy), app.app_context():
        carrier.finish(clock, Counter())


def stop_on_signals(stop: threading.Event) -> None:
    """Let SIGTERM and SIGINT end `run` after the letter in hand. Call it in the main thread."""

    def heard(_signal: int, _frame: object) -> None:
        # In a thread of its own: the main thread may hold the event's lock at this moment.
        threading.Thread(target=stop.set).start()

    signal.signal(signal.SIGTERM, heard)
    signal.signal(signal.SIGINT, heard)


def _pass(
    app: Flask, stop: threading.Event, clock: Callable[[], datetime], carrier: Carrier
) -> str | None:
    """One pass, if anything is due; the trouble it met, empty when all went well."""
    try:
        with app.app_context():
            begun = clock()
            gauges.note("letters", begun)
            carrier.record(begun, Counter())
            due = next_due(begun)
            if due is None or due > begun:
                return None
            trouble = deliver(clock(), stop, carrier).trouble
    except (SQLAlchemyError, Busy) as error:
        return f"the database cannot be used: {str(error).splitlines()[0]}"
    return f"letters cannot be delivered: {trouble}" if trouble else ""


def clock_trouble() -> str:
    """Why no lease of this machine's can be trusted; empty where its clock is right."""
    ahead = clocks.ahead()
    if abs(ahead) <= MOST_APART:
        return ""
    which = "ahead of" if ahead > timedelta(0) else "behind"
    seconds = abs(ahead).total_seconds()
    return (
        f"this machine's clock is {seconds:.0f} seconds {which} the database's, so no letter goes "
        "from here: set it (timedatectl set-ntp true)"
    )


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
