"""What the Dockerfile does, without Docker: every step in a fresh folder, then a page is asked for.

python -m tests.bench.image
"""

from __future__ import annotations

import sys
import tempfile
import urllib.request
from pathlib import Path

from tests.dockerfile import Build, steps
from tests.processes import serving


def main() -> int:
    """Carry out all steps; what they made serves."""
    with tempfile.TemporaryDirectory(prefix="corrections-image-") as name:
        build = Build(Path(name))
        for step in steps():
            print(f"{step.word} {step.given}"[:100])
            build.run(step)
        python = f"{build.environment['VENV']}/bin/python"
        instance = Path(build.environment["CORRECTIONS_INSTANCE"])
        with serving(instance, "--samples", python=python, cwd=instance, letters=False) as site:
            page = urllib.request.urlopen(site.url, timeout=20).read().decode()
    assert "/articles/" in page
    print("the image's program serves")
    return 0


if __name__ == "__main__":
    sys.exit(main())
