"""Two changes of one text, made apart from each other: both of them, where they do not meet.

``ours`` and ``theirs`` are what two sides made of one ``base``. All offsets are
Unicode code points, all ranges half-open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from corrections_app.domain.patching import Edit, edits, splice

Side = Literal["ours", "theirs"]


@dataclass(frozen=True, slots=True)
class Clash:
    """A stretch ``[start, end)`` of the base in which both sides changed the same words."""

    start: int
    end: int
    ours: tuple[Edit, ...]
    theirs: tuple[Edit, ...]

    def of(self, side: Side) -> tuple[Edit, ...]:
        """What one side makes of it: edits of the base."""
        return self.ours if side == "ours" else self.theirs

    def words(self, base: str, side: Side) -> str:
        """The words that one side has there."""
        return _made(base, self.start, self.end, self.of(side))


@dataclass(frozen=True, slots=True)
class Changes:
    """Edits of one base, in order: of one side, of the other, of both alike, and where they clash.

    No edit touches one of another group.
    """

    ours: tuple[Edit, ...]
    theirs: tuple[Edit, ...]
    alike: tuple[Edit, ...]
    clashes: tuple[Clash, ...]

    def together(self, side: Side) -> tuple[Edit, ...]:
        """Every change; where they clash, that of ``side``."""
        of_clashes = [edit for clash in self.clashes for edit in clash.of(side)]
        return tuple(sorted([*self.ours, *self.theirs, *self.alike, *of_clashes]))


def changes(base: str, ours: str, theirs: str) -> Changes:
    """What each side changed, and where they changed the same words differently."""
    mine, other = set(edits(base, ours)), set(edits(base, theirs))
    alike = mine & other
    apart: tuple[list[Edit], list[Edit]] = ([], [])
    clashes: list[Clash] = []
    for here, there in _groups(sorted(mine - alike), sorted(other - alike)):
        if not (here and there):
            apart[0].extend(here)
            apart[1].extend(there)
            continue
        low = min(edit.start for edit in (*here, *there))
        high = max(edit.end for edit in (*here, *there))
        if _made(base, low, high, here) == _made(base, low, high, there):
            alike |= set(here)  # the same words, told by other edits
        else:
            clashes.append(Clash(low, high, tuple(here), tuple(there)))
    return Changes(tuple(apart[0]), tuple(apart[1]), tuple(sorted(alike)), tuple(clashes))


def merged(base: str, ours: str, theirs: str) -> str | None:
    """``base`` with the changes that led to ``ours`` and those that led to ``theirs``.

    What both changed alike is changed once. None where their words meet: which
    of them stand then is for a person to say.
    """
    found = changes(base, ours, theirs)
    return None if found.clashes else splice(base, found.together("ours"))


def _groups(mine: Sequence[Edit], other: Sequence[Edit]) -> Iterator[tuple[list[Edit], list[Edit]]]:
    """Edits that touch one another, over both sides; those of one side never do by themselves."""
    group: tuple[list[Edit], list[Edit]] = ([], [])
    end = -1
    for edit, side in sorted([(edit, 0) for edit in mine] + [(edit, 1) for edit in other]):
        if edit.start > end and end >= 0:
            yield group
            group = ([], [])
        group[side].append(edit)
        end = max(end, edit.end)
    yield group


def _made(base: str, low: int, high: int, parts: Sequence[Edit]) -> str:
    within = [Edit(edit.start - low, edit.end - low, edit.replacement) for edit in parts]
    return splice(base[low:high], within)
