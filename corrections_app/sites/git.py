"""A folder of Markdown in a git repository on this machine, as its branch has it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath

from corrections_app.domain.errors import ImportRefused
from corrections_app.sites import addresses
from corrections_app.sites.site import Finding, Listed
from corrections_app.sites.trouble import Gone, Trouble, Unreachable
from corrections_app.sources import Source
from corrections_app.sources.encodings import decoded
from corrections_app.sources.markdown.front_matter import is_draft

_ENDINGS = (".md", ".markdown")
_MOST = 2_000_000
_SECONDS = 30
_INDEX = "index"
_DATED = re.compile(r"\d{4}-\d\d?-\d\d?-(?=.)")
# Reads alone: nothing is fetched, refreshed, replaced or asked for.
_QUIET = {
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class Git:
    """The Markdown files of a branch below ``folder``; ``pages`` is the address of one's page.

    In ``pages`` ``{slug}`` and ``{path}`` stand for the file's name and path without its ending.
    """

    lists_all = True
    writes = True

    def __init__(self, repository: Path, branch: str, folder: str, pages: str | None) -> None:
        self._repository, self._branch = repository, branch
        self._folder, self._pages = folder.strip("/"), pages

    def read(self, reference: str) -> Source:
        """The source of the file at this path of the repository, or of the page at this address."""
        commit = self._commit()
        if "://" in reference:
            reference = self._path_of(commit, reference)
        is_path = reference.isprintable() and ".." not in PurePosixPath(reference).parts
        blob = dict(self._files(commit, reference)).get(reference) if is_path else None
        if blob is None:
            raise Gone(f"{self._branch} has no Markdown file {reference}.")
        text = self._text(blob, reference)
        return Source(
            id=reference,
            address=self._address_of(reference),
            version=blob,
            format="markdown",
            fields={"text": text},
            name=_slug(reference),
        )

    def changed(self, since: datetime | None) -> Sequence[Listed]:
        """Every file; what changed is told by its version alone."""
        commit = self._commit()
        return [Listed(path, blob) for path, blob in self._files(commit, self._folder)]

    def editor(self, external_id: str) -> str | None:
        """None: there is none in the web."""
        return None

    def check(self) -> Iterator[Finding]:
        """Whether the repository, its branch and files are there, and whether it can be written."""
        try:
            commit = self._commit()
            yield Finding("reachable", f"{self._repository}, {self._branch} at {commit[:10]}")
            found = list(self._files(commit, self._folder))
        except Trouble as trouble:
            yield Finding("not usable", trouble.message, False)
            return
        remedy = "" if found else "commit some, or name their folder by adding the site again"
        yield Finding("files", f"{len(found)} of Markdown", bool(found), remedy)
        may = os.access(self._repository, os.W_OK)
        remedy = "" if may else "give the account that runs this the right to write there"
        yield Finding("may edit", "yes" if may else "it can only be read", True, remedy)

    def _commit(self) -> str:
        name = f"{self._branch}^{{commit}}"
        return self._git("rev-parse", "--verify", "--end-of-options", name).decode().strip()

    def _files(self, commit: str, below: str) -> Iterator[tuple[str, str]]:
        """The paths of Markdown files at or below a path, and their blobs; links are passed by."""
        where = ["--", below] if below else []
        tree = self._git("ls-tree", "-r", "-z", "--full-tree", commit, *where)
        for entry in tree.decode("utf-8", "surrogateescape").split("\0"):
            facts, _, path = entry.partition("\t")
            mode, _, blob = facts.partition(" blob ")
            is_file = mode in ("100644", "100755") and path.endswith(_ENDINGS)
            is_inside = not self._folder or path.startswith(f"{self._folder}/")
            if is_file and is_inside and path.isprintable():
                yield path, blob

    def _text(self, blob: str, path: str) -> str:
        if int(self._git("cat-file", "-s", blob)) > _MOST:
            raise Unreachable(f"{path} has more than {_MOST / 1e6:g} MB.")
        try:
            text = decoded(self._git("cat-file", "blob", blob), declares=False)
            hidden = is_draft(text)
        except ImportRefused as refused:
            raise Unreachable(f"{path} {refused.message}.") from None
        if hidden:
            raise Gone(f"{path} is a draft.")
        return text

    def _address_of(self, path: str) -> str | None:
        if self._pages is None:
            return None
        bare = PurePosixPath(path).with_suffix("")
        below = bare.relative_to(self._folder) if self._folder else bare
        return self._pages.replace("{slug}", _slug(path)).replace("{path}", str(below))

    def _path_of(self, commit: str, address: str) -> str:
        for path, _ in self._files(commit, self._folder):
            if addresses.is_same(self._address_of(path), address):
                return path
        raise Gone(f"{self._repository} has no file for {address}.")

    def _git(self, *arguments: str) -> bytes:
        """What git prints. Raises `Unreachable`."""
        kept = {name: said for name, said in os.environ.items() if not name.startswith("GIT_")}
        try:
            done = subprocess.run(
                ["git", "-C", str(self._repository), *arguments],
                capture_output=True,
                env=kept | _QUIET,
                stdin=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=False,
            )
        except FileNotFoundError:
            raise Unreachable("git is not installed: apt install git.") from None
        except subprocess.TimeoutExpired:
            raise Unreachable(f"{self._repository}: git takes too long: try again.") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0][:200]
            raise Unreachable(f"{self._repository} cannot be read: {said}.")
        return done.stdout


def _slug(path: str) -> str:
    """What a file is called in addresses: a page bundle by its folder, a dated post without it."""
    bare = PurePosixPath(path).with_suffix("")
    name = bare.parent.name if bare.name == _INDEX and bare.parent.name else bare.name
    return _DATED.sub("", name, count=1)
