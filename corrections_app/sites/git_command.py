"""A git repository of this machine, asked by the git command."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corrections_app.sites.trouble import Unreachable

_SECONDS = 30
# Nothing is fetched, refreshed, replaced or asked for.
_QUIET = {
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository in a folder, bare or with what is checked out."""

    folder: Path

    def git(
        self, *arguments: str, said: bytes = b"", settings: Mapping[str, str] | None = None
    ) -> bytes:
        """What git prints, told something where it reads that. Raises `Unreachable`."""
        kept = {name: words for name, words in os.environ.items() if not name.startswith("GIT_")}
        try:
            done = subprocess.run(
                ["git", "-C", str(self.folder), *arguments],
                capture_output=True,
                env={**kept, **_QUIET, **(settings or {})},
                timeout=_SECONDS,
                check=False,
                input=said,
            )
        except FileNotFoundError:
            raise Unreachable("git is not installed: apt install git.") from None
        except subprocess.TimeoutExpired:
            raise Unreachable(f"{self.folder}: git takes too long: try again.") from None
        if done.returncode:
            error = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0][:200]
            raise Unreachable(f"{self.folder} cannot be read: {error}.")
        return done.stdout

    def line(self, *arguments: str) -> str:
        """The one line that git prints."""
        return self.git(*arguments).decode("utf-8", "surrogateescape").strip()
