"""10,000 corrections from 1,000 networks, and a moderator who goes on working meanwhile.

    python -m tests.bench.flood [--database postgresql] [--corrections 10000] [--networks 1000]

Against ``corrections serve`` as it is, behind a proxy that says whom each came from. Only the
rates of an article and of the site are lifted, which would end it sooner: so it is the number
of those that wait which has to hold. Prints that number beside its limit, and the median time of
the moderator's next card during the flood beside that of the undisturbed server (before and
after, since a long queue costs too); ends with 1 where more wait than may, or the card takes
more than twice as long.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit

from corrections_app.config import SETTINGS
from tests.processes import Served, serving

FACTOR = 2.0
SENDERS = 8
ARTICLES = 10
WORDS = 300
"""Of each article; every correction is of one of them, and says something else."""
LIFTED = {"LIMITS_PER_ARTICLE": "100000/hour", "LIMITS_PER_SITE": "100000/hour"}
FIRST = 60
"""Corrections that wait before the flood, so that there is a next card at all."""
PAUSE = 0.05  # seconds between two cards of the moderator
CALM_SECONDS = 8.0
PATIENCE = 60.0
TITLE = "The title"
PARAGRAPH = "".join(f"word{number} " for number in range(WORDS)) + "and the end."
TEXT = f"{TITLE}\n\n{PARAGRAPH}"
OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Site:
    """Where the server is."""

    address: tuple[str, int]

    def ask(
        self, method: str, path: str, body: str | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Status, headers and body of the answer, on a connection of its own."""
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, OURS | {"Connection": "close"} | named)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def send(self, number: int, networks: int) -> int:
        """The status of one correction; each says something else."""
        network, word = number % networks, f"word{number // ARTICLES % WORDS}"
        start = TEXT.index(f"{word} ")
        fields = {
            "revision": 1,
            "start": start,
            "end": start + len(word),
            "exact": word,
            "replacement": f"other{number}",
            "email": f"reader{number}@reader.example",
            "key": f"a key of twenty-two letters {number}",
        }
        return self.ask(
            "POST",
            f"/articles/article-{number % ARTICLES}/corrections",
            json.dumps(fields),
            Accept="application/json",
            Content_Type="application/json",
            X_Forwarded_For=f"10.{network // 256}.{network % 256}.7",
        )[0]


def main() -> int:
    """Flood it, print the figures, and say whether the bars hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--corrections", type=int, default=10_000)
    parser.add_argument("--networks", type=int, default=1_000)
    asked = parser.parse_args()
    os.environ["CORRECTIONS_TEST_DATABASE"] = asked.database
    most = int(SETTINGS["MOST_WAITING"].default)
    with _site(asked.database) as (site, served, count):
        for number in range(FIRST):
            site.send(-1 - number, asked.networks)
        cookie = _signed_in(site, served)
        before = _cards(site, cookie, CALM_SECONDS)
        during, told = _flooded(site, cookie, asked.corrections, asked.networks)
        after = _cards(site, cookie, CALM_SECONDS)
        stored = count()
    calm, disturbed = statistics.median(before + after), statistics.median(during)
    fine = stored <= most and disturbed <= FACTOR * calm
    print(f"{asked.database}: answers {dict(told)}")
    print(f"waiting: {stored} of {most} at most, of {asked.corrections + FIRST} sent")
    print(
        f"next card: {disturbed * 1e3:.1f} ms during the flood, {calm * 1e3:.1f} undisturbed "
        f"({statistics.median(before) * 1e3:.1f} before, {statistics.median(after) * 1e3:.1f} "
        f"after), ratio {disturbed / calm:.2f} of {FACTOR} at most; slowest "
        f"{max(during) * 1e3:.0f} of {len(during)}"
    )
    return 0 if fine else 1


@contextmanager
def _site(database: str) -> Iterator[tuple[Site, Served, Callable[[], int]]]:
    """The server on a database of its own, and what counts the rows that wait in it."""
    from tests.databases import Databases

    with tempfile.TemporaryDirectory(prefix="corrections-flood-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own user must reach it
        databases = Databases(Path(folder))
        url, instance = databases.fresh(), Path(folder) / "instance"
        _bring_in(url, instance)
        try:
            with serving(instance, DATABASE_URL=url, PROXY_HOPS="1", **LIFTED) as served:
                # What it says must be read, or it would wait for that in the end.
                threading.Thread(target=lambda: list(served.process.stdout or ())).start()
                parts = urlsplit(served.url)
                site = Site((parts.hostname or "", parts.port or 0))
                yield site, served, lambda: _counted(url)
        finally:
            databases.close()


def _bring_in(url: str, instance: Path) -> None:
    from corrections_app import create_app
    from corrections_app.extensions import db
    from tests.builders import an_article

    app = create_app({"DATABASE_URL": url, "INSTANCE": str(instance), "LIMITS": "off"})
    with app.app_context():
        for number in range(ARTICLES):
            an_article(TITLE, PARAGRAPH, slug=f"article-{number}")
        db.session.remove()
        db.engine.dispose()


def _counted(url: str) -> int:
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT count(*) FROM corrections WHERE status = 'pending' AND leader_id IS NULL")
        ).scalar()
    engine.dispose()
    return int(found or 0)


def _signed_in(site: Site, served: Served) -> str:
    path = urlsplit(served.link).path
    form = {"Content_Type": "application/x-www-form-urlencoded", "X_Forwarded_For": "192.0.2.1"}
    status, headers, _ = site.ask("POST", path, "", **form)
    if status != 303:
        raise SystemExit(f"nobody signed in: {status}")
    cookies = [line.partition(";")[0] for line in headers.get_all("Set-Cookie") or []]
    return "; ".join(cookie for cookie in cookies if "-device" not in cookie)


def _cards(site: Site, cookie: str, seconds: float) -> list[float]:
    """How long the next card took, again and again, by a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as moderator:
        return moderator.submit(_next_cards, site, cookie, seconds).result()


def _flooded(
    site: Site, cookie: str, corrections: int, networks: int
) -> tuple[list[float], Counter[int]]:
    """The same while so many corrections come in, as fast as they are answered."""
    took: list[float] = []
    told: Counter[int] = Counter()
    with ProcessPoolExecutor(2, get_context("spawn")) as crowd:
        sending = crowd.submit(_send_all, site, corrections, networks)
        while not sending.done():
            took += crowd.submit(_next_cards, site, cookie, 2.0).result()
        told.update(sending.result())
    return took, told


def _next_cards(site: Site, cookie: str, seconds: float) -> list[float]:
    took = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        status, headers, _ = site.ask("GET", "/queue/next", Cookie=cookie)
        if status in (302, 303):
            status, _, _ = site.ask("GET", headers["Location"], Cookie=cookie)
        took.append(time.perf_counter() - began if status == 200 else PATIENCE)
        time.sleep(PAUSE)
    return took


def _send_all(site: Site, corrections: int, networks: int) -> dict[int, int]:
    """What was answered how often; some at a time, each after the answer to the one before."""
    told: Counter[int] = Counter()
    numbers = iter(range(corrections))
    lock = threading.Lock()

    def send() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                status = site.send(number, networks)
            except OSError:
                status = 0
            with lock:
                told[status] += 1

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    return dict(told)


if __name__ == "__main__":
    sys.exit(main())
