"""Where the words of one text stand in another.

The two texts are aligned once, and every range is carried through the alignment:
nothing is searched for, so that words which are gone are let go and never found
again in a twin of their sentence. What is doubtful has no place.

All offsets are Unicode code points, ranges are half-open. An alignment is for
changes made elsewhere (an editor's rewrite, a new import); over an edit that the
program itself made, `shift` is exact.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from corrections_app.domain.alignment.edited_words import EditedWords
from corrections_app.domain.alignment.pieces import SharedPiece, pieces_of
from corrections_app.domain.alignment.tokens import fold

Range = tuple[int, int]
FitState = Literal["clean", "moved", "conflict", "gone"]

# Signs that differ by typography alone; a quote of nothing else must be equal.
_TYPOGRAPHY = " .'\"-"
# Points within a longer cluster of marks are not looked for.
_LONGEST_TOKEN = 256
_NEVER = -sys.maxsize


class Whereabouts(NamedTuple):
    """How a range of the old text fits the new one.

    ``clean``: the words stand in their own surroundings, at ``place``.
    ``moved``: they stand at ``place``, in a passage that was moved elsewhere.
    ``conflict``: they were edited; ``place`` is where the edited words stand.
    ``gone``: they were deleted, or all around them was replaced; ``place`` is None.

    In a clean or moved place the typography may differ (curly quotes, dashes, kinds of
    blank, composed characters): whoever needs the very words compares the texts.
    """

    state: FitState
    place: Range | None

    @property
    def start(self) -> int | None:
        """Where the place begins, if there is one."""
        return self.place[0] if self.place else None

    @property
    def end(self) -> int | None:
        """Where the place ends, if there is one."""
        return self.place[1] if self.place else None


_GONE = Whereabouts("gone", None)


class Alignment:
    """Two texts, compared once; ranges of ``old`` are carried to ``new``."""

    def __init__(self, old: str, new: str) -> None:
        self.old = old
        self.new = new
        # A piece before the text and one behind it spare every search its edge cases.
        self._pieces = [
            SharedPiece(-1, 0, 0, 0, False, run=-1),
            *pieces_of(old, new),
            SharedPiece(len(old), len(old) + 1, len(new), len(new), False, run=-2),
        ]
        self._starts = [piece.start for piece in self._pieces]
        self._shifts = [piece.new_start - piece.start for piece in self._pieces]
        self._exact_ends = [piece.end if piece.exact else _NEVER for piece in self._pieces]

    @property
    def pieces(self) -> int:
        """In how many pieces the old text was compared: what the alignment takes of memory."""
        return len(self._pieces)

    def carry(self, start: int, end: int) -> Range | None:
        """Where ``old[start:end]`` stands in ``new``, or None when that is not certain.

        The text there is equal, or differs by typography alone. An empty range, and
        one that does not lie within the old text, has no place.
        """
        return self.carry_all(((start, end),))[0]

    def carry_all(self, spans: Iterable[Range]) -> list[Range | None]:
        """`carry` for many ranges, in their order."""
        starts, ends, shifts = self._starts, self._exact_ends, self._shifts
        places: list[Range | None] = []
        add = places.append
        for start, end in spans:
            at = bisect_right(starts, start) - 1
            if start < end <= ends[at]:
                shift = shifts[at]
                add((start + shift, end + shift))
            else:
                add(self._carry_across(start, end))
        return places

    def fit(self, start: int, end: int) -> Whereabouts:
        """Whether ``old[start:end]`` still stands in ``new``, and where; see `Whereabouts`."""
        return self.fit_all(((start, end),))[0]

    def fit_all(self, spans: Iterable[Range]) -> list[Whereabouts]:
        """`fit` for many ranges, in their order."""
        spans = list(spans)
        return [
            self._uncarried(*span) if place is None else Whereabouts(self._order(span[0]), place)
            for span, place in zip(spans, self.carry_all(spans), strict=True)
        ]

    def _order(self, start: int) -> FitState:
        return "moved" if self._pieces[bisect_right(self._starts, start) - 1].moved else "clean"

    def _uncarried(self, start: int, end: int) -> Whereabouts:
        if not 0 <= start < end <= len(self.old):
            return _GONE
        place = self._edited.place(start, end)
        return Whereabouts("conflict", place) if place else _GONE

    @cached_property
    def _edited(self) -> EditedWords:
        return EditedWords(self.old, self.new, self._pieces)

    def _carry_across(self, start: int, end: int) -> Range | None:
        """A range over several pieces of one run, or over typography that changed."""
        if not 0 <= start < end <= len(self.old):
            return None
        first = self._pieces[bisect_right(self._starts, start) - 1]
        last = self._pieces[bisect_left(self._starts, end) - 1]
        if first.run != last.run or start >= first.end or end > last.end:
            return None
        place = (self._place(first, start, end=False), self._place(last, end, end=True))
        if place[0] is None or place[1] is None or place[0] >= place[1]:
            return None
        was, now = self.old[start:end], self.new[place[0] : place[1]]
        if was == now or (fold(was) == fold(now) and fold(was).strip(_TYPOGRAPHY)):
            return place[0], place[1]
        return None

    def _place(self, piece: SharedPiece, offset: int, *, end: bool) -> int | None:
        """Where a point of the old text within a piece stands in the new one."""
        into = offset - piece.start
        if piece.parallel:
            return piece.new_start + into
        was, now = self.old[piece.start : piece.end], self.new[piece.new_start : piece.new_end]
        if max(len(was), len(now)) > _LONGEST_TOKEN:
            return None
        head, tail = fold(was[:into]), fold(was[into:])
        # Invisible signs fold to nothing: a range begins behind them and ends before them.
        cuts = range(len(now) + 1) if end else range(len(now), -1, -1)
        fits = (cut for cut in cuts if fold(now[:cut]) == head and fold(now[cut:]) == tail)
        cut = next(fits, None)
        return None if cut is None else piece.new_start + cut


def shift(spans: Iterable[Range], edits: Sequence[tuple[int, int, str]]) -> list[Range | None]:
    """Where ranges stand after edits that the program itself made; exact.

    ``edits`` are (start, end, replacement) in the same text as the ranges, sorted and
    disjoint; ``start == end`` is an insertion. A range that an edit touches has no
    place: one that overlaps it, or an insertion strictly inside it. An edit that ends
    where a range starts, or starts where it ends, does not touch it, nor does an
    insertion at either end: what is inserted at its start stands before it.

    Raises ValueError when the edits are not sorted or overlap.
    """
    if any(start > end for start, end, _ in edits) or any(
        before[1] > after[0] for before, after in pairwise(edits)
    ):
        raise ValueError("edits must be sorted and disjoint")
    starts = [start for start, _, _ in edits]
    ends = [end for _, end, _ in edits]
    grown = (len(replacement) - (end - start) for start, end, replacement in edits)
    shifts = list(accumulate(grown, initial=0))
    places: list[Range | None] = []
    for start, end in spans:
        passed = bisect_right(ends, start)
        by = shifts[passed]
        touched = bisect_left(starts, end) > passed
        places.append(None if touched else (start + by, end + by))
    return places
