"""Figures of single things, each beside its reference in the same run: ``make bench`` has the rest.

python -m tests.bench.more
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DATA = Path(__file__).parents[3] / "shared"


def main() -> int:
    """Run each measurement as a process of its own, so that none warms another's caches."""
    runs = [["tests.bench.alignment"], ["tests.bench.carrying"], ["tests.bench.queue"]]
    runs += [["tests.bench.record"], ["tests.bench.strangers"]]
    runs += [["tests.bench.cluster", "--database", each] for each in ("sqlite", "postgresql")]
    if (DATA / "pages").is_dir():
        runs.append(["tests.bench.importing", "--data", str(DATA / "pages")])
    runs += [["tests.bench.opening"], ["tests.bench.lighthouse"]]
    status = 0
    for module, *arguments in runs:
        print(f"\n== {module.rpartition('.')[2]} ==", flush=True)
        status |= subprocess.call([sys.executable, "-m", module, *arguments])
    return status


if __name__ == "__main__":
    sys.exit(main())
