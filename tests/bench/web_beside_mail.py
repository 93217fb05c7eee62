"""What the web loses while the mail server is silent: ``python -m tests.bench.web_beside_mail``.

The same load on the same instance, now with nothing to send, now with letters
due and a mail server that takes the connection and says no word; in turns, so
that whatever else the machine does falls on both. The medians may differ by 5 %.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from corrections_app import create_app, schema
from corrections_app.extensions import db
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import outbox, writing
from corrections_app.workflow.transaction import write
from tests.builders import an_article
from tests.processes import serving
from tests.smtp_sink import Sink

CLIENTS = 2
ALLOWED = 5.0
FIELDS = {"revision": 1, "start": 22, "end": 29, "exact": "council", "kind": "typo"}


def main() -> int:
    """Measure in turns and say both medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    given = parser.parse_args()
    found: dict[bool, list[float]] = {False: [], True: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(given.rounds):
            for silent in (False, True) if number % 2 else (True, False):
                rate = _measured(folder / f"{number}{silent}", silent, given.seconds)
                found[silent].append(rate)
    idle, blocked = statistics.median(found[False]), statistics.median(found[True])
    lost = 100 * (idle - blocked) / idle
    print(f"{idle:.0f} requests/s with nothing to send, {blocked:.0f} beside a silent mail server")
    print(f"lost: {lost:.1f} % (allowed: {ALLOWED:.0f} %)")
    return 0 if lost <= ALLOWED else 1


def _measured(folder: Path, silent: bool, seconds: float) -> float:
    """Requests a second that one instance answers."""
    folder.mkdir()
    _prepare(folder, letters=50 if silent else 0)
    sink = Sink(folder / "sink")
    sink.fail(connect="silent")
    try:
        with serving(folder, MAIL_URL=sink.url, LIMITS="off") as served:
            while silent and not sink.connections:
                time.sleep(0.05)
            return _load(served.url, seconds)
    finally:
        sink.close()


def _prepare(folder: Path, letters: int) -> None:
    app = create_app({"INSTANCE": str(folder)})
    with app.app_context():
        schema.ready()
        an_article()
        with write() as session:
            for number in range(letters):
                letter = writing.Composed(
                    "answered", f"reader{number}@reader.example", "Hello", "Hello.\n", "<p>.</p>\n"
                )
                outbox.enqueue(session, letter, now())
        db.session.remove()
        db.engine.dispose()


def _load(url: str, seconds: float) -> float:
    """Articles read, and every tenth time a correction sent, by a few readers at once."""
    done: list[int] = []
    end = time.monotonic() + seconds

    def read(reader: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        count = 0
        while time.monotonic() < end:
            if count % 10 == 9:
                _send(connection, f"{reader}-{count}")
            else:
                connection.request("GET", "/articles/harbour-wall")
            answer = connection.getresponse()
            answer.read()
            assert answer.status in (200, 201), answer.status
            count += 1
        connection.close()
        done.append(count)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(CLIENTS)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    assert len(done) == CLIENTS
    return sum(done) / seconds


def _send(connection: http.client.HTTPConnection, word: str) -> None:
    body = urlencode(FIELDS | {"replacement": f"council {word}", "key": word})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    connection.request("POST", "/articles/harbour-wall/corrections", body, headers)


if __name__ == "__main__":
    sys.exit(main())
