"""The machine of states for as long as you like, on both engines or on one.

    python -m tests.bench.machine [--steps 50000] [--seed 0] [--database postgresql]

The acts and the invariants are those of tests/workflow/test_machine.py, in
newsrooms of a hundred acts each; a failure names its seed and tells its story.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.workflow.script import script

EACH = 100


def main() -> int:
    """Take the steps that were asked for; 1 at the first one that breaks something."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--steps", type=int, default=50_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = options.parse_args()
    os.environ["CORRECTIONS_TEST_DATABASE"] = asked.database
    return _run(range(asked.seed, asked.seed + -(-asked.steps // EACH)), asked.database)


def _run(seeds: range, database: str) -> int:
    from tests.databases import Databases
    from tests.workflow.test_machine import apps_on
    from tests.workflow.world import World

    folder = Path(tempfile.mkdtemp(prefix="corrections-machine-"))
    folder.chmod(0o755)
    databases, begun = Databases(folder), time.monotonic()
    outcomes: Counter[str] = Counter()
    try:
        for done, seed in enumerate(seeds, 1):
            url = databases.fresh()
            world = World(apps_on(url, folder / "instance"))
            for act, *choices in script(seed, EACH):
                world.step(act, *choices)
                outcomes[f"{act.__name__}: {world.story[-1].rpartition(' ')[2]}"] += 1
            world.close()
            databases.drop(url)
            if done % 20 == 0:
                print(f"{done * EACH} steps, {time.monotonic() - begun:.0f} s", file=sys.stderr)
    except AssertionError as error:
        print(f"seed {seed}: {error}")
        return 1
    finally:
        databases.close()
        shutil.rmtree(folder, ignore_errors=True)
    for outcome, times in sorted(outcomes.items()):
        print(f"{times:7} {outcome}")
    print(f"{database}: {len(seeds) * EACH} steps in {time.monotonic() - begun:.0f} s, 0 faults")
    return 0


if __name__ == "__main__":
    sys.exit(main())
