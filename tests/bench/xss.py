"""Every attack of tests/vectors/xss.json in every field, on every page, in Chromium.

    python -m tests.bench.xss [--rounds 24]

Each round fills a new newsroom, with the attacks moved on by as many as one field holds: after
24 rounds each has stood in each of the short fields too. SQLite; the application in this process.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Print how many pages were opened and what was wrong on which; 1 where anything was."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=24)
    rounds = options.parse_args().rounds
    folder = Path(tempfile.mkdtemp(prefix="corrections-xss-"))
    try:
        return _run(folder, rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, rounds: int) -> int:
    from playwright.sync_api import sync_playwright

    from tests.applications import Applications
    from tests.browser.chromium import ENGINE, FLAGS
    from tests.browser.xss import VECTORS, Attacked, faults_of
    from tests.databases import Databases

    databases, applications = Databases(folder), Applications(str(folder))
    pages = wrong = 0
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=ENGINE, args=FLAGS)
        for turn in range(rounds):
            url = databases.fresh()
            app = applications.make(
                url, folder / f"instance{turn}", own=True, NEWSROOM=VECTORS[turn]
            )
            opened, faults = faults_of(Attacked(app, turn * len(VECTORS) // rounds), chromium)
            pages, wrong = pages + opened, wrong + len(faults)
            for fault in faults:
                print(f"round {turn}: {fault}", flush=True)
            applications.put_down()
            databases.drop(url)
        chromium.close()
    databases.close()
    print(f"{len(VECTORS)} attacks, {pages} pages, {wrong} faults")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
