"""Changing words of a text, and nothing else.

An edit says which words stand where and what stands there instead. What is
applied, shifted and undone is always the *widened* edit, whose result is
canonical (see `text.normalise`). All offsets are Unicode code points, all
ranges half-open.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache

from rapidfuzz.distance import Indel

from corrections_app.domain.differences import (
    Change,
    Comparison,
    Piece,
    difference,
    is_blank,
    spanned,
)
from corrections_app.domain.errors import TextMoved
from corrections_app.domain.widening import Edit, Ranges, inverse, splice, widen, widen_all

__all__ = [
    "Edit",
    "Piece",
    "Ranges",
    "Relation",
    "apply",
    "conflicts",
    "difference",
    "edits",
    "inverse",
    "splice",
    "widen",
    "widen_all",
]

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
        raise TextMoved("These words no longer stand there.", start=start, end=end)
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
