"""Committing one file to a branch, only where the branch still is what it was.

What is checked out of that branch goes along with it, as if somebody had pulled: a folder that
is served or built from must not stay behind, nor show the change as one to be taken back.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from corrections_app.sites.git_command import Repository
from corrections_app.sites.trouble import Changed, NotAllowed, Unreachable, once_sent

_NAME = "Reader Corrections"
_EMAIL = "reader-corrections@localhost"
_HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True)
class File:
    """A file as a commit is to have it; ``mode`` is git's word for its rights."""

    path: str
    mode: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that is written; ``ref`` is its whole name."""

    repository: Repository
    ref: str

    @classmethod
    def named(cls, repository: Repository, name: str) -> Branch:
        """The branch of this name, or that ``HEAD`` means. Raises `NotAllowed` where it is none."""
        with suppress(Unreachable):
            ref = repository.line("symbolic-ref", "-q", "HEAD") if name == "HEAD" else _HEADS + name
            repository.git("show-ref", "--verify", "--quiet", ref)
            return cls(repository, ref)
        raise NotAllowed(f"{name} is no branch of {repository.folder}: name one with --branch.")

    def tip(self) -> str:
        """The commit that the branch is at."""
        return self.repository.line("rev-parse", "--verify", f"{self.ref}^{{commit}}")

    def put(self, file: File, onto: str) -> None:
        """Put a commit with this file on the branch, whose tip is ``onto``.

        Raises `Changed` where it is another by now, `Unreachable` where what is checked out
        has changes in this file that are not committed.
        """
        new = self._committed(file, onto)
        folders = list(self._checked_out())
        try:
            for folder in folders:
                Repository(folder).git(
                    *("-c", "merge.autoStash=false", "merge", "--quiet", "--ff-only"),
                    *("--no-verify-signatures", new),
                )
            if not folders:
                self.repository.git("update-ref", "-m", _NAME, self.ref, new, onto)
        except Unreachable as trouble:
            with once_sent():
                tip = self.tip()
            if tip == new:
                return
            if tip != onto:
                raise Changed(f"{self.ref} was changed meanwhile: it comes in first.") from None
            raise Unreachable(
                f"{file.path} cannot be committed ({trouble.message}): commit or discard what "
                "is changed there, and it is tried again."
            ) from None

    def _committed(self, file: File, onto: str) -> str:
        """A commit that nothing leads to yet."""
        git = self.repository.git
        blob = git("hash-object", "-w", "--stdin", said=file.content).decode().strip()
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            git("read-tree", onto, settings=index)
            entry = f"{file.mode} {blob}\t{file.path}\0".encode("utf-8", "surrogateescape")
            git("update-index", "-z", "--index-info", said=entry, settings=index)
            tree = git("write-tree", settings=index).decode().strip()
        message = f"Correct words in {file.path}\n"
        who = self._who()
        made = git("commit-tree", tree, "-p", onto, said=message.encode(), settings=who)
        return made.decode().strip()

    def _who(self) -> dict[str, str]:
        """Who commits: whom git's settings name on this machine, else the program."""
        line = self.repository.line
        name = line("config", "--default", _NAME, "--get", "user.name") or _NAME
        email = line("config", "--default", _EMAIL, "--get", "user.email") or _EMAIL
        roles = ("AUTHOR", "COMMITTER")
        return {f"GIT_{role}_NAME": name for role in roles} | {
            f"GIT_{role}_EMAIL": email for role in roles
        }

    def _checked_out(self) -> Iterator[Path]:
        """The folders in which this branch is checked out."""
        listed = self.repository.git("worktree", "list", "--porcelain", "-z")
        for entry in listed.decode("utf-8", "surrogateescape").split("\0\0"):
            facts = dict(line.partition(" ")[::2] for line in entry.split("\0") if line)
            if facts.get("branch") == self.ref and "prunable" not in facts:
                yield Path(facts["worktree"])
