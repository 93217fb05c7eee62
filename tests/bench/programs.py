"""What programs read at /api/v1, beside the same page's JSON of somebody who is signed in.

    python -m tests.bench.programs [--rows 300] [--runs 400]

Both are asked in turns by one process, so that what else the machine does falls on both alike.
SQLite works in it too: so what the processor spends on an answer is told besides, which no
neighbour on the machine changes. By that a program's 95th percentile may be `MOST_TIMES` the
page's.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MOST_TIMES = 1.2
PAIRS = {
    "articles": ("/articles", "/api/v1/articles"),
    "queue": ("/queue", "/api/v1/corrections"),
    "queue, filtered": ("/queue?kind=typo", "/api/v1/corrections?kind=typo"),
    "card": ("/queue/1", "/api/v1/corrections/1"),
}
WARM = 20
JSON = {"Accept": "application/json"}
Times = dict[str, list[float]]
"""Milliseconds of each answer, by who asked."""


def main() -> int:
    """Fill a newsroom, ask, and compare; 1 where programs wait too long."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rows", type=int, default=300)
    options.add_argument("--runs", type=int, default=400)
    asked = options.parse_args()
    from tests.applications import Applications
    from tests.databases import Databases

    folder = Path(tempfile.mkdtemp(prefix="corrections-programs-"))
    folder.chmod(0o755)
    databases, applications = Databases(folder), Applications(str(folder))
    try:
        app = applications.make(databases.fresh(), folder / "instance", own=True)
        with app.app_context():
            browser, program = _filled(app, asked.rows)
        found = [_compared(browser, program, name, asked.runs) for name in PAIRS]
        return int(any(found))
    finally:
        applications.put_down()
        databases.close()
        shutil.rmtree(folder, ignore_errors=True)


def _filled(app: Any, rows: int) -> tuple[Any, Any]:
    """So many articles, a correction waiting on each; a browser and a program of one editor's."""
    from tests.builders import a_correction, an_article
    from tests.web.api.programs import a_program
    from tests.web.conftest import sign_in_as

    for number in range(rows):
        a_correction(an_article(slug=f"piece-{number}"), kind="typo")
    program = a_program(app)
    return sign_in_as(app, "mira@courier.example"), program


def _compared(browser: Any, program: Any, name: str, runs: int) -> bool:
    """Whether programs wait too long for it; the figures are said."""
    page, address = PAIRS[name]
    whole: Times = {"page": [], "program": []}
    processor: Times = {"page": [], "program": []}
    for turn in range(runs + WARM):
        for who in sorted(whole, reverse=bool(turn % 2)):
            begun = time.perf_counter(), time.process_time()
            answer = browser.get(page, headers=JSON) if who == "page" else program.get(address)
            ended = time.perf_counter(), time.process_time()
            if answer.status_code != 200:
                print(f"{name}: {who} was answered {answer.status_code}")
                return True
            if turn >= WARM:
                for found, one, other in zip((whole, processor), begun, ended, strict=True):
                    found[who].append((other - one) * 1_000)
    _ratio(f"{name}, whole", whole)
    times = _ratio(f"{name}, processor", processor)
    return times > MOST_TIMES


def _ratio(name: str, found: Times) -> float:
    """How many times the page's 95th percentile a program's is; all of it is said."""
    slow = {who: statistics.quantiles(times, n=20)[-1] for who, times in found.items()}
    middle = {who: statistics.median(times) for who, times in found.items()}
    times = slow["program"] / slow["page"]
    told = ", ".join(f"{who} {middle[who]:.2f} and {slow[who]:.2f} ms" for who in found)
    print(f"{name}: {told} (median and p95); p95 of programs {times:.2f} times the page's")
    return times


if __name__ == "__main__":
    sys.exit(main())
