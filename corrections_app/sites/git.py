"""A folder of Markdown in a git repository on this machine, as its branch has it."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath

from corrections_app.domain.errors import ImportRefused
from corrections_app.sites import addresses
from corrections_app.sites.git_command import Repository
from corrections_app.sites.site import Finding, Listed
from corrections_app.sites.trouble import Changed, Gone, Trouble, Unreachable, once_sent
from corrections_app.sites.writing.git import Branch, File
from corrections_app.sources import Source
from corrections_app.sources.encodings import decoded

_ENDINGS = (".md", ".markdown")
_MOST = 2_000_000
_INDEX = "index"
_DATED = re.compile(r"\d{4}-\d\d?-\d\d?-(?=.)")


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
        return self._source(commit, reference)

    def _source(self, commit: str, reference: str) -> Source:
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

    def write(self, before: Source, fields: Mapping[str, str]) -> Source:
        """Commit the file with another text; see `writing.git`."""
        branch = Branch.named(Repository(self._repository), self._branch)
        tip = branch.tip()
        now = self._source(tip, before.id)
        wanted = {**before.fields, **fields}
        if now.fields == wanted:  # by a try whose end was not seen
            return now
        if now.fields != before.fields:
            raise Changed(
                f"{before.id} was changed in {self._branch} meanwhile: it comes in first."
            )
        branch.put(self._file(tip, before.id, wanted["text"]), tip)
        with once_sent():
            done = self.read(before.id)
        if done.fields != wanted:
            raise Changed(f"{before.id} was changed in {self._branch} right after.")
        return done

    def _file(self, commit: str, path: str, text: str) -> File:
        """A file with another text, and all else as it is in a commit."""
        mode, _, blob = self._git("ls-tree", "-z", "--full-tree", commit, "--", path).split()[:3]
        mark = self._git("cat-file", "blob", blob.decode()).startswith(codecs.BOM_UTF8)
        content = (codecs.BOM_UTF8 if mark else b"") + text.encode()
        return File(path, mode.decode(), content)

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
        from corrections_app.sources.markdown.front_matter import is_draft  # as in `reading`

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
        return Repository(self._repository).git(*arguments)


def _slug(path: str) -> str:
    """What a file is called in addresses: a page bundle by its folder, a dated post without it."""
    bare = PurePosixPath(path).with_suffix("")
    name = bare.parent.name if bare.name == _INDEX and bare.parent.name else bare.name
    return _DATED.sub("", name, count=1)
