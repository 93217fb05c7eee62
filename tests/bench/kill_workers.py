"""Workers are killed (SIGKILL) while they send; afterwards every letter is accounted for.

``python -m tests.bench.kill_workers --kills 500 [--database postgresql]
[--plant mark-before-send]``

0 letters may be lost, no more than one may go twice for each kill, and a
letter that goes twice has one Message-ID. ``--plant`` puts a fault into the
workers, which must be found: then the exit status is 1.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from corrections_app import create_app
from corrections_app.domain.lifecycle import LetterState
from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import delivery, outbox, writing
from corrections_app.workflow.letters.outbox import Fate
from corrections_app.workflow.transaction import write
from tests.smtp_sink import Sink

AT_ONCE = 2
LONGEST_LIFE = 0.2
"""Seconds that a worker lives at most once it is at work."""
TOP_UP = 50
# A killed worker's letters must come free within the test, and a living one's must not.
LEASE = timedelta(seconds=3)
SAFELY_LEASED = timedelta(seconds=1)
PATIENCE = 120.0


@dataclass(frozen=True)
class Result:
    """What the kills came to."""

    kills: int
    letters: int
    lost: int
    unsent: int
    doubles: int
    strangers: int

    @property
    def is_fine(self) -> bool:
        """Whether nothing was lost, and nothing went more often than it may."""
        return not (self.lost or self.unsent or self.strangers) and self.doubles <= self.kills

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.letters} letters: {self.lost} lost, {self.unsent} unsent, "
            f"{self.doubles} sent twice, {self.strangers} of unknown Message-ID"
        )


def run(config: dict[str, Any], sink: Sink, kills: int, plant: str | None = None) -> Result:
    """Kill so many workers of the application with this configuration, then look."""
    sink.fail(mail="pause", dot="pause")
    chance = random.Random(kills)
    app = create_app(config)
    running: list[int] = []
    for _ in range(kills):
        with app.app_context():
            if outbox.counts()["due"] < 25:
                _top_up()
            db.session.remove()
            db.engine.dispose()  # nothing may be shared with the child
        running.append(_begin(config, plant))
        if len(running) == AT_ONCE:
            time.sleep(chance.uniform(0, LONGEST_LIFE))
            _kill(running.pop(0))
    for child in running:
        _kill(child)
    sink.fail()
    with app.app_context():
        _drain()
        result = counted(sink, kills)
        db.session.remove()
        db.engine.dispose()
    return result


def _top_up() -> None:
    with write() as session:
        for number in range(TOP_UP):
            letter = writing.Composed(
                "answered", f"reader{number}@reader.example", "Hello", "Hello.\n", "<p>Hello.</p>\n"
            )
            outbox.enqueue(session, letter, now())


def _begin(config: dict[str, Any], plant: str | None) -> int:
    """A worker in a process of its own, which is at work when this returns."""
    read, wrote = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            _work(config, plant, wrote)
        finally:
            os._exit(0)
    os.close(wrote)
    os.read(read, 1)
    os.close(read)
    return child


def _work(config: dict[str, Any], plant: str | None, ready: int) -> None:
    outbox.LEASE, delivery.SAFELY_LEASED = LEASE, SAFELY_LEASED
    if plant == "mark-before-send":
        _mark_before_send()
    app = create_app(config)
    os.write(ready, b".")
    delivery.run(app, threading.Event(), wait=0.01)


def _mark_before_send() -> None:
    send = delivery.Carrier.send

    def planted(carrier: delivery.Carrier, letter: outbox.Claimed) -> Fate | None:
        outbox.record(letter, Fate("sent"), now())
        return send(carrier, letter)

    delivery.Carrier.send = planted


def _kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _drain() -> None:
    """Send what is left, once the leases of the dead have run out."""
    end = time.monotonic() + PATIENCE
    while outbox.counts()["due"] and time.monotonic() < end:
        delivery.deliver(now())
        time.sleep(0.2)


def counted(sink: Sink, kills: int, ends: Collection[str] = (LetterState.SENT,)) -> Result:
    """What arrived, held against what was to be sent: every letter, in one of these states.

    Call it inside the application.
    """
    arrived = Counter(letter["Message-ID"] for letter in sink.letters)
    states = {one.message_id: one.state for one in db.session.scalars(db.select(Letter))}
    return Result(
        kills=kills,
        letters=len(states),
        lost=sum(state == "sent" and not arrived[one] for one, state in states.items()),
        unsent=sum(state not in ends for state in states.values()),
        doubles=sum(arrived.values()) - len(arrived),
        strangers=len(set(arrived) - set(states)),
    )


def main() -> int:
    """Run it by itself, on a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--plant", choices=["mark-before-send"])
    given = parser.parse_args()
    os.environ["CORRECTIONS_TEST_DATABASE"] = given.database
    from tests.applications import TRIAL
    from tests.databases import Databases

    with tempfile.TemporaryDirectory(prefix="corrections-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL's own user must reach its folder
        databases, sink = Databases(folder), Sink(folder / "sink")
        try:
            config = TRIAL | {
                "DATABASE_URL": databases.fresh(),
                "INSTANCE": str(folder / "instance"),
                "MAIL_URL": sink.url,
            }
            result = run(config, sink, given.kills, given.plant)
        finally:
            sink.close()
            databases.close()
    print(f"{given.database}: {result}")
    return 0 if result.is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
