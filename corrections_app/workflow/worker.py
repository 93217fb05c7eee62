"""The letters' worker: a loop that sends what is due, whatever happens around it."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from corrections_app.domain.errors import Busy
from corrections_app.workflow import delivery
from corrections_app.workflow.times import now as read_clock

LONGEST_PAUSE = 60.0
"""Seconds between tries while the mail server or the database is away."""


def run(
    app: Flask,
    stop: threading.Event,
    wait: float = 1.0,
    clock: Callable[[], datetime] = read_clock,
) -> None:
    """Deliver until ``stop`` is set, looking every ``wait`` seconds for something due.

    A letter in hand is finished, whatever else was claimed is given back.
    While the mail server or the database is away it goes on trying, ever more
    seldom, and says so on standard error once, not each time.
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
            due = delivery.next_due(clock())
            if due is None or due > clock():
                return None
            trouble = delivery.deliver(clock(), stop).trouble
    except (SQLAlchemyError, Busy) as error:
        return f"the database cannot be used: {str(error).splitlines()[0]}"
    return f"letters cannot be delivered: {trouble}" if trouble else ""


def _until_due(app: Flask, clock: Callable[[], datetime], most: float) -> float:
    """Seconds until something is due, ``most`` at most."""
    try:
        with app.app_context():
            due = delivery.next_due(clock())
    except SQLAlchemyError:
        return most
    return most if due is None else min(max((due - clock()).total_seconds(), 0.0), most)


def _say(trouble: str) -> None:
    said = f"corrections: {trouble}; trying again." if trouble else "corrections: letters go again."
    print(said, file=sys.stderr, flush=True)
