"""The newsroom's own system, which sends its articles again and again beside the crowd."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tests.bench.crowd import Ledger
from tests.processes import ROOT

_TOKEN = re.compile(r"v\d{4}")
SIDES = ((), ("--ours",), ("--theirs",))
ENDED_BY_FAULT = 9
KILLED = -9


class Feed:
    """Files that are imported by the real command, unchanged or changed in one of two ways."""

    def __init__(
        self, folder: Path, environment: dict[str, str], ledger: Ledger, texts: dict[str, list[str]]
    ) -> None:
        """``texts`` are the lines of each article, its headline first, as they came first."""
        self.folder, self.environment, self.ledger = folder, environment, ledger
        self.texts = texts
        self.process: subprocess.Popen[str] | None = None
        self.sent = 0
        folder.mkdir()

    def send(self, random: Random) -> None:
        """One article: as it was, changed beside all corrections, or in a word they change."""
        slug = random.choice(sorted(self.texts))
        lines = list(self.texts[slug])
        at = random.randrange(1, len(lines))
        match random.choice(("same", "beside", "meeting")):
            case "beside":
                lines.append("So it goes.")
            case "meeting":
                lines[at] = _TOKEN.sub(f"v{random.randrange(500, 600):04}", lines[at])
        self.bring_in(slug, lines, random.choice(SIDES))

    def bring_in(self, slug: str, lines: list[str], more: Sequence[str] = ()) -> int:
        """Run the command; its exit status. What it acknowledged is noted."""
        path = self.folder / f"{slug}.txt"
        path.write_text("\n\n".join(lines), encoding="utf-8")
        words = ["import", str(path), "--lang", "en", "--class", "silent", *more]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "corrections_app", *words],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        out, err = self.process.communicate()
        status = self.process.returncode
        self.sent += 1
        if status == 0:
            self.texts[slug] = lines
            self.ledger.imports.append((slug, int(out.split("\t")[1])))
        elif status == 1 and slug in err and (" would undo " in err or "this moment" in err):
            self.ledger.refused += 1
        elif status not in (KILLED, ENDED_BY_FAULT):
            self.ledger.faults.append(f"the import of {slug} ended with {status}: {err[-300:]}")
        return status

    def kill(self) -> None:
        """End the import that runs, if one does."""
        if self.process is not None:
            self.process.kill()
