"""Changing words of a text, and nothing else.

An edit says which words stand where and what stands there instead. What is
applied, shifted and undone is always the *widened* edit, whose result is
canonical (see `body.normalise`). All offsets are Unicode code points, all
ranges half-open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import Indel

from corrections_app.domain.errors import TextMoved
from corrections_app.domain.text.differences import Change, Comparison, is_blank, spanned
from corrections_app.domain.text.edits import Edit, Ranges, splice, splice_within, widen

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
        return splice_within(base, self.start, self.end, self.of(side))


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
        if splice_within(base, low, high, here) == splice_within(base, low, high, there):
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


# One replaced word is a respelling of another when half of it stays.
_RESPELT = 0.5


class Relation(Enum):
    """How two proposals, each a set of edits of one text, stand to each other.

    ``EQUAL``: the same edits, a cluster. ``RIVAL``: the same words are to
    become different things. ``TOUCHING``: they meet without contradicting each
    other, so that one must be looked at again once the other is applied.
    """

    EQUAL = "equal"
    RIVAL = "rival"
    TOUCHING = "touching"
    DISJOINT = "disjoint"


def apply(
    text: str, start: int, end: int, exact: str, replacement: str, verbatim: Ranges = ()
) -> str:
    """The text with ``replacement`` for ``exact``, canonical as before.

    Raises `TextMoved` unless ``text[start:end]`` is ``exact``: what was shown
    is what is changed. ``verbatim``: see `widen`.
    """
    if not 0 <= start <= end <= len(text) or text[start:end] != exact:
        raise TextMoved("These words are not there any more.", start=start, end=end)
    return splice(text, (widen(text, Edit(start, end, replacement), verbatim),))


def edits(exact: str, replacement: str, start: int = 0) -> tuple[Edit, ...]:
    """The parts of a change, each a word or more, in order and apart from each other.

    Ranges are relative to ``exact``, or absolute where its ``start`` is given.
    No range cuts a grapheme cluster, none is empty (an insertion is its
    neighbouring word and that word's replacement) unless ``exact`` is.
    Rewritten words with only a blank between are one edit; two respelt words
    are two, so that a reader who fixed one of them is not contradicted.
    """
    parts = _edits(exact, replacement)
    return tuple(Edit(part.start + start, part.end + start, part.replacement) for part in parts)


@lru_cache(maxsize=8)  # one submission asks three times for the parts of one change
def _edits(exact: str, replacement: str) -> tuple[Edit, ...]:
    comparison = Comparison(exact, replacement)
    parts: list[Change] = []
    for index in range(len(comparison.changes)):
        grown = comparison.with_neighbours(index)
        while parts and _belong_together(comparison, parts[-1], grown):
            grown = spanned(parts.pop(), grown)
        parts.append(grown)
    ranged = ((*comparison.old_range(part), comparison.new_text(part)) for part in parts)
    return tuple(Edit(*part) for part in ranged)


def conflicts(a: Sequence[Edit], b: Sequence[Edit]) -> Relation:
    """How the edits of two corrections, both in one text, stand to each other.

    Only different wishes for the very same words make rivals: a deleted
    sentence and a spelling inside it merely touch, so that accepting the
    spelling does not settle the deletion.
    """
    if set(a) == set(b):
        return Relation.EQUAL
    ranges = {(edit.start, edit.end): edit.replacement for edit in a}
    if any(ranges.get((edit.start, edit.end), edit.replacement) != edit.replacement for edit in b):
        return Relation.RIVAL
    return Relation.TOUCHING if _touch(sorted(a), sorted(b)) else Relation.DISJOINT


def _belong_together(comparison: Comparison, first: Change, second: Change) -> bool:
    if second.old_start <= first.old_end:
        return True
    between = comparison.old[first.old_end : second.old_start]
    if not is_blank(between):
        return False
    return not (_is_respelling(comparison, first) or _is_respelling(comparison, second))


def _is_respelling(comparison: Comparison, change: Change) -> bool:
    if change.old_end - change.old_start != 1 or change.new_end - change.new_start != 1:
        return False
    old, new = comparison.old_text(change), comparison.new_text(change)
    return Indel.normalized_similarity(old, new) >= _RESPELT


def _touch(a: Sequence[Edit], b: Sequence[Edit]) -> bool:
    """Whether two rows of edits meet; both are sorted, and each apart in itself."""
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i].start <= b[j].end and b[j].start <= a[i].end:
            return True
        if a[i].end < b[j].end:
            i += 1
        else:
            j += 1
    return False
