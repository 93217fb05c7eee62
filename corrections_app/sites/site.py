"""What every site can do, whatever keeps its articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from corrections_app.sites.trouble import Unreachable
from corrections_app.sources import Source


@dataclass(frozen=True, slots=True)
class Listed:
    """An article that a site names: ``id`` is the site's own for it, ``version`` its state.

    ``changed_at`` is when that state came about, where the site says so.
    """

    id: str
    version: str
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``remedy`` says what to do; a warning has one and is still fine."""

    subject: str
    said: str
    fine: bool = True
    remedy: str = ""


class Site(Protocol):
    """Where articles live. Every method raises `trouble.Trouble`."""

    lists_all: bool
    """Whether `changed` without a date names every article that there is."""
    writes: bool
    """Whether `write` can do anything here."""

    def read(self, reference: str) -> Source:
        """The source of the article with this id, or at this address, as it is now."""
        ...

    def changed(self, since: datetime | None) -> Sequence[Listed]:
        """The public articles that changed after a moment, or all, the oldest change first."""
        ...

    def check(self) -> Iterator[Finding]:
        """What works and what does not: reachable, authorised, may edit."""
        ...

    def write(self, before: Source, fields: Mapping[str, str]) -> Source:
        """Give these fields of an article another text; the source as it is then.

        Only while its text is that of ``before``, to the letter. Asked again for what stands
        there already it writes nothing, and only makes sure that nobody's save was lost: so
        whoever does not know what became of a write asks for the same again. Raises `Changed`
        where nothing was written for the text is another by now, `Unknown` where it may have
        been, and every other `Trouble` where it was not.
        """
        ...

    def editor(self, external_id: str) -> str | None:
        """The address of the site's own editor of an article, where it has one."""
        ...


class Secret:
    """A key to a site: shown by nothing but `reveal`, so that no log and no traceback holds it."""

    __slots__ = ("_words",)

    def __init__(self, words: str) -> None:
        self._words = words

    def __repr__(self) -> str:
        return "Secret(…)"

    def reveal(self) -> str:
        """The key itself."""
        return self._words


Page = tuple[Sequence[Listed], int]
"""A page of a listing, and how many there are in all."""
_TRIES = 5
_MOST = 500_000
"""Articles of one site. Each page must bring a new one, so nobody lists without end."""


def listed(pages: Callable[[], Iterator[Page]]) -> list[Listed]:
    """All that some pages list, in the order of its changes.

    They are asked for again where one was missed: an article that is saved while its site is
    listed goes to the end, and the first of the next page moves up unseen.
    """
    for _ in range(_TRIES):
        found: dict[str, Listed] = {}
        in_all = 0
        for page, total in pages():
            known = len(found)
            found |= {one.id: one for one in page}
            in_all = total
            if len(found) == known:
                break
            if len(found) > _MOST:
                raise Unreachable(f"It lists more than {_MOST:,} articles.")
        if len(found) >= in_all:
            return sorted(found.values(), key=lambda one: (one.version, one.id))
    raise Unreachable("Its articles change faster than they can be listed: try again later.")
