"""Where words stand now that were edited: a place to show a person, never one to write to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from corrections_app.domain.alignment.pieces import SharedPiece
from corrections_app.domain.alignment.tokens import letters, token_spans

# Longer stretches are not searched for the words of one range, but shown whole.
MOST_SEARCHED = 2_000
# Any two paragraphs of one language have half their letters in common, in order.
LEAST_ALIKE = 2 / 3
# How far a paragraph is looked along for words that are still there.
NEAR = 40


class _Stretch(NamedTuple):
    """A part of the old text and the part of the new one that stands for it."""

    start: int
    end: int
    new_start: int
    new_end: int


class EditedWords:
    """Says, for ranges that could not be carried, what has become of their words."""

    def __init__(self, old: str, new: str, pieces: Sequence[SharedPiece]) -> None:
        """``pieces`` in the order of the old text, with one before it and one behind it."""
        self._old = old
        self._new = new
        self._pieces = pieces
        self._starts = [piece.start for piece in pieces]
        self._new_starts = sorted(piece.new_start for piece in pieces)
        self._new_ends = sorted(piece.new_end for piece in pieces)
        self._lettered: dict[_Stretch, bool] = {}
        self._blocks: dict[_Stretch, list[tuple[int, int, int]]] = {}

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the words stand as edited, or None where they were deleted or all was replaced."""
        stretch = self._around(start, end)
        if letters(self._old[start:end]) and not self._has_letters(stretch):
            return None
        if not (self._survives(start, end) or self._is_alike(stretch)):
            return None
        return self._stripped(*self._narrowed(start, end, stretch))

    def _around(self, start: int, end: int) -> _Stretch:
        """The range, widened to where the texts are known to correspond."""
        at = bisect_right(self._starts, start) - 1
        before = self._pieces[at]
        if start >= before.end:
            left, new_left = before.end, before.new_end
        else:
            left, new_left = _inner(before, start) or (before.start, before.new_start)
        at = bisect_left(self._starts, end) - 1
        after = self._pieces[at]
        if end > after.end:
            after = self._pieces[at + 1]
            right, new_right = after.start, after.new_start
        else:
            right, new_right = _inner(after, end) or (after.end, after.new_end)
        stretch = _Stretch(left, right, new_left, new_right)
        return stretch if self._in_order(stretch) else self._beside(start, end, stretch)

    def _in_order(self, stretch: _Stretch) -> bool:
        inside = bisect_left(self._starts, stretch.end) - bisect_left(self._starts, stretch.start)
        new_inside = bisect_left(self._new_starts, stretch.new_end) - bisect_left(
            self._new_starts, stretch.new_start
        )
        return stretch.new_start <= stretch.new_end and inside == new_inside

    def _beside(self, start: int, end: int, stretch: _Stretch) -> _Stretch:
        """The stretch beside one neighbour, where the other has moved away."""
        if self._one_paragraph(stretch.start, start) or not self._one_paragraph(end, stretch.end):
            at = bisect_left(self._new_starts, stretch.new_start)
            until = self._new_starts[at] if at < len(self._new_starts) else len(self._new)
            return stretch._replace(new_end=until)
        at = bisect_right(self._new_ends, stretch.new_end) - 1
        return stretch._replace(new_start=self._new_ends[at])

    def _survives(self, start: int, end: int) -> bool:
        """Whether some of the words, or of the paragraph around them, are still there."""
        at = bisect_right(self._starts, start) - 1
        before, after = self._pieces[at], self._pieces[at + 1]
        if before.end > start or after.start < end:
            return True
        if self._one_paragraph(before.end, start):
            words = self._old[max(before.start, before.end - NEAR) : before.end]
            if letters(words.rpartition("\n")[2]):
                return True
        words = self._old[after.start : min(after.end, after.start + NEAR)]
        return self._one_paragraph(end, after.start) and letters(words.partition("\n")[0]) > 0

    def _one_paragraph(self, start: int, end: int) -> bool:
        return self._old.find("\n", start, end) < 0

    def _has_letters(self, stretch: _Stretch) -> bool:
        if stretch not in self._lettered:
            words = self._new[stretch.new_start : stretch.new_end]
            self._lettered[stretch] = any(map(str.isalnum, words))
        return self._lettered[stretch]

    def _is_alike(self, stretch: _Stretch) -> bool:
        start, end, new_start, new_end = stretch
        if max(end - start, new_end - new_start) > 10 * MOST_SEARCHED:
            return False
        common = sum(size for _, _, size in self._common(stretch))
        return common >= LEAST_ALIKE * max(end - start, new_end - new_start)

    def _common(self, stretch: _Stretch) -> list[tuple[int, int, int]]:
        if stretch not in self._blocks:
            was = self._old[stretch.start : stretch.end]
            now = self._new[stretch.new_start : stretch.new_end]
            blocks = LCSseq.opcodes(was, now).as_matching_blocks()
            self._blocks[stretch] = [(block.a, block.b, block.size) for block in blocks]
        return self._blocks[stretch]

    def _narrowed(self, start: int, end: int, stretch: _Stretch) -> tuple[int, int]:
        """The tokens of the new stretch that have letters of the range in them."""
        low, high = stretch.new_start, stretch.new_end
        if max(stretch.end - stretch.start, high - low) > MOST_SEARCHED:
            return low, high
        first, last = start - stretch.start, end - stretch.start
        found = [
            (new + max(first - old, 0), new + min(last - old, size))
            for old, new, size in self._common(stretch)
            if old < last and first < old + size
        ]
        if not found:
            return low, high
        left = low if start == stretch.start else low + found[0][0]
        right = high if end == stretch.end else low + found[-1][1]
        touched = [
            span for span in token_spans(self._new, low, high) if span[0] < right and left < span[1]
        ]
        return (min(left, touched[0][0]), max(right, touched[-1][1])) if touched else (low, high)

    def _stripped(self, start: int, end: int) -> tuple[int, int] | None:
        words = self._new[start:end]
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
        return (start, end) if start < end else None


def _inner(piece: SharedPiece, offset: int) -> tuple[int, int] | None:
    """A point within a piece, in both texts."""
    return (offset, offset - piece.start + piece.new_start) if piece.parallel else None
