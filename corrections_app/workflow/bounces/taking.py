"""What follows from letters that come back: of the letter, of its address, for the operator."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import random
from typing import Any

from flask import Flask, current_app
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from corrections_app.domain.bounces.refusals import Cause, cause_of
from corrections_app.domain.bounces.reports import Outcome, Report, read
from corrections_app.domain.bounces.source import Source, source_of
from corrections_app.domain.errors import Busy
from corrections_app.domain.lifecycle import LetterState
from corrections_app.domain.mailbox import mailbox_of
from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.models.outage import outage_of
from corrections_app.workflow import gauges
from corrections_app.workflow.bounces import boxes
from corrections_app.workflow.clock import now as read_clock
from corrections_app.workflow.letters import addresses, envelope, outbox
from corrections_app.workflow.transaction import write

EVERY = timedelta(minutes=1)
"""How often the box is looked into."""
_LONGEST_ERROR = 500

log = logging.getLogger(__name__)


def source() -> Source | None:
    """Where this newsroom's bounces are found; None where they are not read."""
    named = current_app.config["BOUNCE_SOURCE"]
    return source_of(named) if named else None


def look(now: datetime, stop: threading.Event | None = None) -> Counter[str]:
    """Look at every new message; how many were of which cause, delays, or no reports of ours.

    A message that cannot be understood is marked like any other. Raises `boxes.Trouble`.
    """
    found: Counter[str] = Counter()
    place = source()
    if place is None:
        return found
    with boxes.opened(place, current_app.config["MAIL_CAFILE"]) as box:
        for name, raw in box.new():
            if stop is not None and stop.is_set():
                break
            found[_taken(raw, now)] += 1
            box.looked_at(name)
    return found


def _taken(raw: bytes, now: datetime) -> str:
    """What `take` says; nothing that somebody sends may end the reading, nor come again."""
    try:
        return take(raw, now)
    except Exception as error:
        if isinstance(error, Busy) or outage_of(error):
            raise  # it is not the message's fault
        log.exception("a message in the box of bounces could not be taken in")
        db.session.rollback()
        return "none"


def take(raw: bytes, now: datetime) -> str:
    """What one message leads to: a cause, ``delayed``, or ``none`` for what is no report of ours.

    A report that comes twice changes nothing the second time.
    """
    report = read(raw)
    letter = _letter_of(report) if report else None
    if report is None or letter is None:
        return "none"
    outcome, is_whom = _outcome_for(report, letter)
    if outcome.action != "failed":
        return "delayed"
    cause = cause_of(outcome.status, outcome.words)
    _came_back(letter, cause, outcome, is_whom, now)
    return cause


def run(
    app: Flask,
    stop: threading.Event,
    every: timedelta = EVERY,
    clock: Callable[[], datetime] = read_clock,
) -> None:
    """Look into the box until ``stop`` is set; say once, not each time, what is wrong with it."""
    said = ""
    while not stop.is_set():
        trouble = _pass(app, stop, clock)
        if trouble and trouble != said:
            log.warning("letters that came back cannot be read: %s; trying again", trouble)
        said = trouble
        stop.wait(every.total_seconds())


def _pass(app: Flask, stop: threading.Event, clock: Callable[[], datetime]) -> str:
    try:
        with app.app_context():
            if source() is not None:
                gauges.note("bounces", clock())
                look(clock(), stop)
    except boxes.Trouble as trouble:
        return str(trouble)
    except (SQLAlchemyError, Busy) as error:
        return f"the database cannot be used: {str(error).splitlines()[0]}"
    return ""


def _letter_of(report: Report) -> Letter | None:
    """The letter that a report is about, by the address that only it came from."""
    found = (envelope.letter_of(address) for address in report.to)
    return next((letter for letter in found if letter is not None), None)


def _outcome_for(report: Report, letter: Letter) -> tuple[Outcome, bool]:
    """What became of the letter, and whether that is said of its own recipient.

    Where it was sent on to another address, that one may be gone and its own be well.
    """
    own = mailbox_of(letter.recipient)
    for outcome in report.outcomes:
        if any(_mailbox(one) == own for one in outcome.recipients):
            return outcome, True
    failed = (one for one in report.outcomes if one.action == "failed")
    return next(failed, report.outcomes[0]), not any(one.recipients for one in report.outcomes)


def _mailbox(address: str) -> str:
    try:
        return mailbox_of(address.strip("<> "))
    except UnicodeError:
        return ""


def _came_back(
    letter: Letter, cause: Cause, outcome: Outcome, is_whom: bool, now: datetime
) -> None:
    """Note it at the letter, once, and end its address if nobody is there."""
    letter_id, key, tried = letter.id, letter.address_key, letter.attempts
    values: dict[str, Any] = {"error": _words(outcome)}
    begun = letter.first_attempt_at or now
    may_go_again = now - begun < outbox.GIVEN_UP_AFTER and not outbox.has_lost_its_link(letter)
    if cause == Cause.FOR_NOW and may_go_again:
        later = now + outbox.wait(tried, random())
        values |= {"state": LetterState.READY, "sent_at": None, "next_attempt_at": later}
    else:
        values |= {"state": LetterState.DEAD, "refusal": cause, "refused_at": now}
    with write(public=False) as session:
        changed = session.execute(
            update(Letter)
            # Of one that was erased nothing is written down again: its words name its recipient.
            .where(Letter.id == letter_id, Letter.state == LetterState.SENT, Letter.recipient > "")
            .values(**values)
        )
        is_new = changed.rowcount == 1  # type: ignore[attr-defined]
        if is_new and cause == Cause.NO_MAILBOX and is_whom and key is not None:
            addresses.end(session, key, now)
    if is_new:
        log.info("letter %d came back: %s", letter_id, cause)


def _words(outcome: Outcome) -> str:
    said = " ".join("".join(c if c.isprintable() else " " for c in outcome.words).split())
    return f"came back: {outcome.status} {said}".strip()[:_LONGEST_ERROR]
