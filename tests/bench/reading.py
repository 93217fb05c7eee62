"""What readers open, beside a bare Flask "hello" on the same server in the same rounds."""

from __future__ import annotations

import re
import statistics
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import update

from corrections_app.models import Article
from corrections_app.workflow.transaction import write
from tests.bench import siege
from tests.bench.bars import Row, between, ratio, spread, tried
from tests.bench.load import Load, press
from tests.bench.newsroom import Newsroom
from tests.processes import Served

BARS = {"article": 1.5, "article, gzip": 1.5, "article, 304": 1.8, "static": 1.5, "/healthz": 0.5}
"""Times hello, at least."""
LEFT_OUT = frozenset({"front page", "article, gzip"})
"""What ``--quick`` passes over: it has no bar, or that of a page much like it."""
GZIP = {"Accept-Encoding": "gzip"}
UNDISTURBED = 0.95
COMMITS = 100
SETTLED = 0.2
"""Seconds after which two hundred requests have come, or have gone."""
HALF_OPEN = f"article beside {siege.HALF_SENT} half-open requests"


@dataclass(frozen=True)
class Asked:
    """One address, and what else is said when asking for it."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def press(self, seconds: int) -> Load:
        """Ask as fast as it is answered."""
        return press(self.url, seconds, headers=self.headers)


def rows(
    room: Newsroom, site: Served, hello: str, rounds: int, seconds: int, quick: bool
) -> Iterable[Row]:
    """Each page in turn, again and again, and what half-open requests take from one."""
    left_out = LEFT_OUT if quick else frozenset[str]()
    yield from tried("pages", lambda: _each_page(site, hello, rounds, seconds, left_out))
    yield from tried(HALF_OPEN, lambda: [_half_open(site, rounds, seconds)])
    name = f"old pages after {COMMITS} commits elsewhere"
    yield from tried(name, lambda: [Row(name, _stale(room, site), "pages", most=0)])


def _each_page(
    site: Served, hello: str, rounds: int, seconds: int, left_out: frozenset[str]
) -> Iterator[Row]:
    pages = {"hello": Asked(hello)} | _pages(site.url)
    pages = {name: page for name, page in pages.items() if name not in left_out}
    met: dict[str, list[Load]] = {name: [] for name in pages}
    for _ in range(rounds):
        for name, page in pages.items():
            met[name].append(page.press(seconds))
    rates = {name: [load.rate for load in loads] for name, loads in met.items()}
    for name in list(pages)[1:]:
        p99 = statistics.median(load.p99 for load in met[name])
        note = f"{_middle(rates[name])} beside {_middle(rates['hello'])}, p99 {p99:.0f} ms"
        note += failures(met[name])
        yield Row(name, ratio(rates[name], rates["hello"]), "x hello", BARS.get(name), note=note)


def failures(loads: list[Load]) -> str:
    """The end of a note, where something failed: a refusal counts for nothing, and is told."""
    failed = sum(load.failed for load in loads)
    return f", {failed:,} failed" if failed else ""


def _half_open(site: Served, rounds: int, seconds: int) -> Row:
    """Many short rounds in place of few long ones, each between two that are undisturbed.

    What is measured is that they stand there; that two hundred come, or go, at once is not.
    """
    page = _pages(site.url)["article"]
    calm, beside = [page.press(1).rate], list[float]()
    for _ in range(rounds * seconds + 1):
        with siege.half_sent(site, {}):
            time.sleep(SETTLED)
            beside.append(page.press(1).rate)
        time.sleep(SETTLED)
        calm.append(page.press(1).rate)
    alone = between(calm)
    note = f"{_middle(beside)} beside {_middle(alone)}, {spread(beside, alone)}"
    return Row(HALF_OPEN, ratio(beside, alone), "x alone", UNDISTURBED, note=note)


def _stale(room: Newsroom, site: Served) -> int:
    """How often a page was not yet what another process had just committed."""
    stale = 0
    with room.inside():
        for number in range(COMMITS):
            told = f"Commit no {number}"
            with write() as session:
                session.execute(update(Article).where(Article.id == 1).values(byline=told))
            with urllib.request.urlopen(f"{site.url}/articles/article-1", timeout=20) as page:
                stale += told not in page.read().decode()
    return stale


def _pages(url: str) -> dict[str, Asked]:
    article = url + _found(url, r'href="(/articles/[^"/]+)"')
    with urllib.request.urlopen(article, timeout=20) as answer:
        tag = answer.headers["ETag"]
    return {
        "article": Asked(article),
        "article, gzip": Asked(article, GZIP),
        "article, 304": Asked(article, GZIP | {"If-None-Match": tag}),
        "front page": Asked(f"{url}/", GZIP),
        "static": Asked(url + _found(url, r'href="(/static/[^"]+site.css)"'), GZIP),
        "/healthz": Asked(f"{url}/healthz"),
    }


def _found(url: str, pattern: str) -> str:
    with urllib.request.urlopen(f"{url}/", timeout=20) as answer:
        found = re.search(pattern, answer.read().decode())
    assert found, pattern
    return found[1]


def _middle(rates: list[float]) -> str:
    return f"{statistics.median(rates):,.0f}/s"
