"""The keys to sites: each a file of the instance folder that only its owner may read.

They are never in the database, so that neither a copy of it nor a backup opens a CMS.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from corrections_app.sites.site import Secret
from corrections_app.sites.trouble import NotAllowed


@dataclass(frozen=True)
class Keys:
    """The keys in one folder, by the names of their sites."""

    folder: Path

    def keep(self, name: str, words: str) -> None:
        """Store a key, in place of the one there was."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        # Of two who write at once either wins, and nobody ever reads half a key.
        handle, draft = tempfile.mkstemp(dir=self.folder, prefix=f".{name}-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(words)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.folder / name)

    def of(self, name: str) -> Secret:
        """The key to a site: what the environment says, else the file's; empty where none is.

        Raises `NotAllowed` where there is a file that cannot be read.
        """
        said = os.environ.get(variable(name))
        if said is None:
            try:
                said = (self.folder / name).read_text(encoding="utf-8")
            except FileNotFoundError:
                said = ""
            except (OSError, UnicodeError):
                raise NotAllowed(
                    f"The key to {name} cannot be read here: let the account that runs this read "
                    "it, or add the site again."
                ) from None
        return Secret((said or "").strip())

    def forget(self, name: str) -> None:
        """Remove the file, where there is one."""
        (self.folder / name).unlink(missing_ok=True)


def variable(name: str) -> str:
    """The variable of the environment that may hold the key to a site."""
    return f"CORRECTIONS_SITE_{name.replace('-', '_').upper()}_SECRET"
