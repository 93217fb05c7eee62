"""The server with 1, 2 and 4 processes, and with few and many threads.

    python -m tests.bench.server [--database postgresql] [--rounds 5] [--seconds 2] [--json FILE]

Each trial is a newsroom of its own, served as shipped but for that; all stand at the same time
and are asked in turn, and each figure is the median of what it had beside the shipped server in
the same round. What is asked: a kept article, a page that is made anew (the form for one
correction), submissions, and an article while 32 connections submit. Limits would have to be
counted in Redis where there is more than one process.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench import bars
from tests.bench.bars import Row, ratio
from tests.bench.load import CONNECTIONS, GENERATOR, Load, press
from tests.bench.newsroom import Newsrooms, Submissions, newsrooms
from tests.bench.writing import Plan, submit
from tests.processes import Served

SHIPPED = (1, "")
ONE = "pages=1,newsroom=1,writing=1,receiving=1,passwords=1"
FEW = "pages=2,newsroom=2,writing=2,receiving=1"
MANY = "pages=6,newsroom=3,writing=2,receiving=2"
THREADS = {"": "", ONE: "one of each", FEW: "few", MANY: "many"}
TRIALS = (SHIPPED, (1, ONE), (1, FEW), (1, MANY), (2, FEW), (2, MANY), (4, FEW))
"""How many processes, and the threads of each, if not as shipped for the engine."""
FORM = "/articles/article-{}/corrections/new"


@dataclass(frozen=True)
class Trial:
    """One way to serve, up and running."""

    site: Served
    sending: Submissions

    def met(self, seconds: int) -> dict[str, Load]:
        """One round."""
        article = f"{self.site.url}/articles/article-{self.sending.articles[0]}"
        alone = press(article, seconds)
        form = press(self.site.url + FORM.format(self.sending.articles[0]), seconds)
        sent = submit(self.site.url, self.sending, seconds)
        with ThreadPoolExecutor(1) as crowd:
            meanwhile = crowd.submit(submit, self.site.url, self.sending, seconds)
            beside = press(article, seconds)
            meanwhile.result()
        return {
            "kept article": alone,
            "page made anew": form,
            "submission": sent,
            "article while they submit": beside,
        }


def main() -> int:
    """Measure every trial and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    heading = (
        f"{asked.database}, {GENERATOR} with {CONNECTIONS} connections, {asked.rounds} rounds of "
        f"{asked.seconds} s, medians of ratios to the shipped server"
    )
    with newsrooms(asked.database) as rooms:
        return bars.told(_rows(rooms, asked.rounds, asked.seconds), heading, asked.json)


def _rows(rooms: Newsrooms, rounds: int, seconds: int) -> Iterator[Row]:
    met: dict[tuple[tuple[int, str], str], list[Load]] = defaultdict(list)
    with ExitStack() as after:
        trials = {way: _served(rooms, after, *way) for way in TRIALS}
        for _ in range(rounds):
            for way, trial in trials.items():
                for name, load in trial.met(seconds).items():
                    met[way, name].append(load)
    for (way, name), loads in met.items():
        found = ratio([load.rate for load in loads], [load.rate for load in met[SHIPPED, name]])
        p99 = statistics.median(load.p99 for load in loads)
        rate = statistics.median(load.rate for load in loads)
        note = f"{rate:,.0f}/s, p99 {p99:,.0f} ms"
        yield Row(f"{_named(*way)}: {name}", found, "x shipped", note=note)


def _served(rooms: Newsrooms, after: ExitStack, workers: int, threads: str) -> Trial:
    plan = Plan(1, 1)
    room = rooms.filled(plan.fill)
    tried = {"BENCH_WORKERS": str(workers), "BENCH_THREADS": threads}
    site = after.enter_context(room.served(module="tests.bench.trial", **tried))
    return Trial(site, Submissions(plan.read()))


def _named(workers: int, threads: str) -> str:
    return f"{workers} x {THREADS[threads] or 'as shipped'}"


if __name__ == "__main__":
    sys.exit(main())
