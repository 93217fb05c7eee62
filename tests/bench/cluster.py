"""What it costs to decide a cluster, and to take that back, beside a lone accept.

    python -m tests.bench.cluster [--supporters 1000] [--database postgresql] [--profile]

Milliseconds inside the writer's turn, in which nobody else can write: from the moment it
is taken to its end, with the commit; and of those the CPU that this process took. The
least of some runs, each on a new cluster in an article of its own. SQLite is a file with
the pragmas of a real instance.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

RUNS = 5
Spent = tuple[float, float]
BAR = 300.0
"""Milliseconds for a cluster of a thousand."""


def main() -> int:
    """Print the figures of one engine; 1 where a cluster takes longer than the bar."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--supporters", type=int, default=1_000)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--profile", action="store_true", help="print where the time goes")
    asked = options.parse_args()
    os.environ["CORRECTIONS_TEST_DATABASE"] = asked.database
    return _measured(asked)


def _measured(asked: argparse.Namespace) -> int:
    from corrections_app import create_app
    from corrections_app.models import engine
    from tests.applications import TRIAL
    from tests.databases import SHIPPED, Databases

    folder = Path(tempfile.mkdtemp(prefix="corrections-cluster-"))
    folder.chmod(0o755)
    databases = Databases(folder)
    engine.PRAGMAS.update(SHIPPED)  # as it is outside of tests: a commit waits for the disk
    try:
        url = databases.fresh()
        app = create_app(TRIAL | {"DATABASE_URL": url, "INSTANCE": str(folder / "instance")})
        with app.app_context():
            return _figures(asked)
    finally:
        databases.close()
        shutil.rmtree(folder, ignore_errors=True)


def _figures(asked: argparse.Namespace) -> int:
    from corrections_app.domain.lifecycle import Role
    from corrections_app.extensions import db
    from corrections_app.workflow.people import accounts
    from tests.builders import NOON

    by = accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
    print(f"{asked.database}: milliseconds in the writer's turn, the least of {RUNS} runs")
    worst = 0.0
    for behind in (0, asked.supporters):
        taken: dict[str, list[Spent]] = {}
        for run in range(RUNS):
            profiled = asked.profile and behind and run == RUNS - 1
            for act, spent in _run(f"a{behind}-{run}", behind, by, profiled):
                taken.setdefault(act, []).append(spent)
        for act, spent in taken.items():
            wall, cpu = (min(each) for each in zip(*spent, strict=True))
            print(f"  {behind + 1:6} readers, {act:14} {wall:8.1f}  (CPU {cpu:.1f})")
            worst = max(worst, wall)
    db.session.remove()
    db.engine.dispose()
    return int(worst > BAR)


def _run(slug: str, behind: int, by: Any, profiled: bool) -> Iterator[tuple[str, Spent]]:
    from corrections_app.workflow.deciding import undoing
    from corrections_app.workflow.transaction import Act
    from tests.builders import NOON, a_correction, accept, an_article, reject
    from tests.workflow.supporters import stand_behind

    leader = a_correction(an_article(slug=slug))
    if behind:
        stand_behind(leader, behind, NOON)
    acts = {
        "accept": lambda: accept(leader, by),
        "undo of it": lambda: undoing.undo(leader.id, Act(by, None, NOON)),
        "reject": lambda: reject(leader, by),
        "undo of that": lambda: undoing.undo(leader.id, Act(by, None, NOON)),
    }
    for name, act in acts.items():
        with _in_turn(name, profiled) as spent:
            act()
        yield name, spent[-1]


@contextmanager
def _in_turn(name: str, profiled: bool) -> Iterator[list[Spent]]:
    """How long the last write transaction in the block lasted, in milliseconds."""
    from corrections_app.workflow import transaction

    spent: list[Spent] = []
    own = transaction._turn
    profile = cProfile.Profile()

    @contextmanager
    def timed(session: Any, seconds: float) -> Iterator[None]:
        with own(session, seconds):
            begun = time.perf_counter(), time.process_time()
            if profiled:
                profile.enable()
            try:
                yield
            finally:
                profile.disable()
                ended = time.perf_counter(), time.process_time()
                wall, cpu = (1000 * (b - a) for a, b in zip(begun, ended, strict=True))
                spent.append((wall, cpu))

    transaction._turn = timed
    try:
        yield spent
    finally:
        transaction._turn = own
    if profiled:
        print(f"== {name} ==", file=sys.stderr)
        pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    sys.exit(main())
