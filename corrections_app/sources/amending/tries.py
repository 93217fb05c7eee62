"""How other words can be put where some stand: each way a few splices of the source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from rapidfuzz.distance import Indel

from corrections_app.domain.patching import edits
from corrections_app.domain.text.edits import Edit
from corrections_app.sources.amending.positions import BLANKS, Blank, Element, Positions

Escape = Callable[[str], str]
Splice = tuple[int, int, str]
"""``[low, high)`` of the source, and what stands there instead."""

_MOST = 32
"""Ways that are tried at one place."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a source: its field, where its letters stand, and how words are written there."""

    field: str
    positions: Positions
    escapes: tuple[Escape, ...]


def spliced(source: str, splices: Sequence[Splice]) -> str | None:
    """The source with these splices, in any order; None where they overlap."""
    done, pieces = 0, []
    for low, high, words in sorted(splices, key=lambda one: one[:2]):
        if low < done:
            return None
        pieces += [source[done:low], words]
        done = high
    return "".join([*pieces, source[done:]])


def ways(text: Text, place: int, old: str, new: str) -> Iterator[tuple[Splice, ...]]:
    """The ways to make ``new`` of ``old``, whose letters stand at a place; the likeliest first."""
    there = _There(text.positions, place, old)
    for escape in text.escapes:
        for parts in (_by_words(old, new), _by_letters(old, new), edits(old, new)):
            each = [list(there.ways(part, escape)) for part in parts]
            for some in islice(product(*each), _MOST):
                yield tuple(splice for way in some for splice in way)


def _by_words(old: str, new: str) -> list[Edit]:
    """The words that change, less what stays at their ends."""
    return [_trimmed(old, edit) for edit in edits(old, new)]


def _by_letters(old: str, new: str) -> list[Edit]:
    found: list[Edit] = []
    for op in Indel.opcodes(old, new):
        if op.tag == "equal":
            continue
        put = new[op.dest_start : op.dest_end]
        if found and found[-1].end == op.src_start:
            last = found.pop()
            found.append(Edit(last.start, op.src_end, last.replacement + put))
        else:
            found.append(Edit(op.src_start, op.src_end, put))
    return found


def _trimmed(old: str, edit: Edit) -> Edit:
    start, end, put = edit.start, edit.end, edit.replacement
    while start < end and put and old[start] == put[0]:
        start, put = start + 1, put[1:]
    while start < end and put and old[end - 1] == put[-1]:
        end, put = end - 1, put[:-1]
    return Edit(start, end, put)


class _There:
    """The words of a block at one place of a source, and what can be done with them."""

    def __init__(self, positions: Positions, place: int, old: str) -> None:
        self._positions, self._old = positions, old
        # For each offset of the words which letter of the source comes next.
        self._letter = [place]
        for sign in old:
            self._letter.append(self._letter[-1] + (sign not in BLANKS))

    def ways(self, part: Edit, escape: Escape) -> Iterator[tuple[Splice, ...]]:
        """The ways to make one part of a change."""
        first, last = self._letter[part.start], self._letter[part.end]
        taken = list(self._positions.pieces_in(first, last))
        put = part.replacement
        if taken:  # of letters that stand for one thing together none goes alone
            put = taken[0].text[: max(0, first - taken[0].at)] + put
            put += taken[-1].text[max(0, last - taken[-1].at) :]
        gaps = self._gaps(part, first, last)
        if gaps is None:
            return
        gone = _joined(sorted([(p.low, p.high) for p in taken] + [(b.low, b.high) for b in gaps]))
        put = escape(put)
        emptied = self._emptied(first, last)
        for point in self._points(part, gone, emptied) if put else [-1]:
            tags = [
                (tag.low, tag.high)
                for element in emptied
                if not element.opening.high <= point <= element.closing.low
                for tag in (element.opening, element.closing)
            ]
            cuts: list[Splice] = [(low, high, "") for low, high in _joined(sorted(gone + tags))]
            yield tuple(_with(cuts, point, put))

    def _gaps(self, part: Edit, first: int, last: int) -> list[Blank] | None:
        """The blanks of the source that go with a part; None where they cannot be taken out."""
        found: list[Blank] = []
        for letter in range(first, last + 1):
            there = self._positions.blanks_before(letter)
            if first < letter < last:
                found += there
                continue
            low, high = self._run(part, letter)
            start, end = max(low, part.start), min(high, part.end)
            if start >= end:
                continue
            if end - start == high - low:
                found += there
            elif len(there) == high - low:
                found += there[start - low : end - low]
            else:
                return None
        return None if any(blank.fixed for blank in found) else found

    def _run(self, part: Edit, letter: int) -> tuple[int, int]:
        """The blanks of the words that stand before a letter at one end of a part."""
        at = part.start if letter == self._letter[part.start] else part.end
        low = high = at
        while low > 0 and self._old[low - 1] in BLANKS:
            low -= 1
        while high < len(self._old) and self._old[high] in BLANKS:
            high += 1
        return low, high

    def _emptied(self, first: int, last: int) -> list[Element]:
        """The inline elements that lose their last letter with these."""
        return [
            element
            for element in self._positions.elements
            if first <= element.opening.at < element.closing.at <= last and not element.holds_more
        ]

    def _points(
        self, part: Edit, gone: Sequence[tuple[int, int]], emptied: Sequence[Element]
    ) -> list[int]:
        """Where the new words can go in, the likeliest first."""
        if gone:
            inner = [gone[0][0], gone[-1][1]]
            outer = [side for one in emptied for side in (one.opening.low, one.closing.high)]
            return list(dict.fromkeys(inner + outer))
        letter = self._letter[part.start]
        before = list(self._positions.pieces_in(letter - 1, letter)) if part.start else []
        after = list(self._positions.pieces_in(letter, letter + 1))
        after = after if part.end < len(self._old) else []
        blanks = self._positions.blanks_before(letter)
        is_after = part.start > 0 and self._old[part.start - 1] in BLANKS
        is_before = part.end < len(self._old) and self._old[part.end] in BLANKS
        points: list[int] = []
        if before and not is_after:
            points += self._over(letter, before[-1].high, 1)
            points += [blanks[0].low] if is_before and blanks else []
        if after and not is_before:
            points += self._over(letter, after[0].low, -1)
            points += [blanks[-1].high] if is_after and blanks else []
        return list(dict.fromkeys(points))

    def _over(self, letter: int, point: int, step: int) -> list[int]:
        """A place beside a letter, and those behind each tag that stands right there."""
        found = [point]
        for tag in self._positions.tags_before(letter)[::step]:
            near, far = (tag.low, tag.high)[::step]
            if near == found[-1]:
                found.append(far)
        return found


def _joined(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    done: list[tuple[int, int]] = []
    for low, high in ranges:
        if done and low <= done[-1][1]:
            done[-1] = (done[-1][0], max(high, done[-1][1]))
        else:
            done.append((low, high))
    return done


def _with(cuts: list[Splice], point: int, put: str) -> list[Splice]:
    """The cuts, and the words put in at a point: in a cut that it touches, else by themselves."""
    if not put:
        return cuts
    for index, (low, high, _) in enumerate(cuts):
        if low <= point <= high:
            return [*cuts[:index], (low, high, put), *cuts[index + 1 :]]
    return [*cuts, (point, point, put)]
