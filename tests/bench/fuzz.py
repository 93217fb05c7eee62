"""Requests of bad faith to every route, as a stranger, a moderator and an admin: none may be 5xx.

    python -m tests.bench.fuzz [--requests 20000] [--seed 1]

On SQLite, or with CORRECTIONS_TEST_DATABASE=postgresql on PostgreSQL. Every 1,000 requests
the newsroom is a new one, and what must be true of the database is looked at.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

EACH = 1_000
"""So many requests before the newsroom is made anew: by then much of it is taken down."""


def main() -> int:
    """Print what was answered how often; 1 where something broke, which is shown."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--requests", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="corrections-fuzz-"))
    folder.chmod(0o755)  # PostgreSQL's own user must reach its folder
    try:
        return _run(folder, asked.requests, asked.seed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, requests: int, seed: int) -> int:
    from corrections_app.extensions import db
    from corrections_app.workflow.sites import pings
    from tests.applications import Applications
    from tests.databases import Databases
    from tests.doors import Newsroom
    from tests.fuzzing import Fuzzer
    from tests.workflow.invariants import broken

    pings.ask = lambda site, reference: None  # nobody outside is asked
    databases, statuses, faults = Databases(folder), Counter[int](), 0
    applications = Applications(str(folder))
    for turn in range(-(-requests // EACH)):
        url = databases.fresh()
        app = applications.make(url, folder / f"instance{turn}", own=True)
        fuzzer = Fuzzer(Newsroom(app), seed + turn)
        fuzzer.run(min(EACH, requests - turn * EACH), first=turn * EACH)
        statuses.update(fuzzer.statuses)
        with app.app_context():
            wrong = broken(db.session())
        for fault in (*fuzzer.faults, *wrong):
            print(f"seed {seed + turn}: {fault}", flush=True)
        faults += len(fuzzer.faults) + len(wrong)
        applications.put_down()
        databases.drop(url)
    databases.close()
    print(
        f"{statuses.total():,} requests: "
        + ", ".join(f"{n} x {s}" for s, n in sorted(statuses.items()))
    )
    print(f"{faults} faults")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
