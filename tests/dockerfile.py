"""docs/deploy/Dockerfile, read and carried out without Docker."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.processes import ROOT

DOCKERFILE = ROOT / "docs" / "deploy" / "Dockerfile"
IGNORED = DOCKERFILE.with_name("Dockerfile.dockerignore")


class Step(NamedTuple):
    """One instruction and what it is given."""

    word: str
    given: str


def steps() -> Iterator[Step]:
    """The instructions, in order; a line that ends with a backslash goes on in the next."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text("utf-8"), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, given = line.partition(" ")
            yield Step(word, given.strip())


def copied(step: Step) -> tuple[list[str], str]:
    """What a COPY takes from the context, and where it goes."""
    *sources, target = shlex.split(step.given)
    return sources, target


def is_in_context(name: str) -> bool:
    """Whether a path of the checkout is sent to the builder: the last pattern that fits decides."""
    kept = True
    for line in IGNORED.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern = line.removeprefix("!")
            if any(_fits(part, pattern) for part in (name, *map(str, Path(name).parents))):
                kept = line.startswith("!")
    return kept


def _fits(name: str, pattern: str) -> bool:
    # https://docs.docker.com/build/concepts/context/#dockerignore-files
    parts = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
    return name != "." and re.fullmatch(parts, name) is not None


class Build:
    """The image's file system in a folder; every step is run in it."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root
        tools = Path(sys.executable).parent
        self.environment = {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(root)}

    def run(self, step: Step) -> None:
        """Carry one out. Raises CalledProcessError."""
        match step.word:
            case "ENV":
                for pair in shlex.split(step.given):
                    name, _, value = pair.partition("=")
                    if name != "PATH":
                        self.environment[name] = self._inside(value)
            case "WORKDIR":
                self.folder = Path(self._inside(step.given))
                self.folder.mkdir(parents=True, exist_ok=True)
            case "COPY":
                self._copy(*copied(step))
            case "RUN":
                self._sh(step.given)

    def _inside(self, path: str) -> str:
        return f"{self.root}{path}" if path.startswith("/") else path

    def _copy(self, sources: list[str], target: str) -> None:
        for source in sources:
            into = self.folder / target
            into = into / source if target.endswith("/") else into
            into.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, into, ignore=_left_out)
            else:
                shutil.copy(ROOT / source, into)

    def _sh(self, command: str) -> None:
        if "apt-get" in command:  # what it would install is asked for, and this machine left alone
            (install,) = [one for one in command.split(" && ") if " install " in one]
            command = install.replace("install", "install --simulate", 1)
        if os.geteuid() != 0:
            command = re.sub(r" -[og] \d+", "", command)
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def _left_out(folder: str, names: list[str]) -> list[str]:
    here = Path(folder).relative_to(ROOT)
    return [name for name in names if not is_in_context(str(here / name))]
