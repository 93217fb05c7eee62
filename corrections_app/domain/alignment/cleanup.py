"""Second thoughts about runs of equal tokens: what is chance, and where an edit began."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from math import inf

from rapidfuzz.distance import LCSseq

from corrections_app.domain.alignment.matching import Gap, Match, merged
from corrections_app.domain.alignment.tokens import Tokens

# Three words in a row that recur in rewritten text are no longer chance.
LEAST_SURE = 12
# Edits up to this many letters are looked at for a mere respelling.
SHORT_EDIT = 60

_SENTENCE_ENDS = frozenset(".!?…؟۔।॥։።")
_WIDE_SENTENCE_ENDS = frozenset("。！？")


def refined(runs: list[Match], gap: Gap, old: Tokens, new: Tokens) -> list[Match]:
    """The runs of a gap without chance islands, each edit where a writer would have made it."""
    placed = settled(runs, old, new)
    return settled(_Islands(placed, gap, old, new).left(), old, new)


class _Islands:
    """Runs judged against the edits around them.

    An equal word amid rewritten text is there by chance as likely as not. Edits are
    taken from the smallest up. The runs on its two sides go together from then on,
    unless one is lighter than the edit (and so than both its edits, the others being
    larger) and too light to be sure in itself: that one is dropped and its edits are one.
    """

    def __init__(self, runs: list[Match], gap: Gap, old: Tokens, new: Tokens) -> None:
        self._old, self._new = old, new
        self._runs = [Match(gap.old, gap.new, 0), *runs, Match(gap.old_end, gap.new_end, 0)]
        self._letters = [float(old.weight[run.old_end] - old.weight[run.old]) for run in self._runs]
        self._letters[0] = self._letters[-1] = inf  # what bounds the gap is settled
        count = len(self._runs)
        self._dropped = bytearray(count)
        # Clusters of runs: the last by the first, the first by the last, and their neighbours.
        self._last = list(range(count))
        self._first = list(range(count))
        self._before = list(range(-1, count - 1))
        self._after = list(range(1, count + 1))
        self._edits = [(self._rewritten(at, at + 1), at, at + 1) for at in range(count - 1)]

    def left(self) -> list[Match]:
        heapify(self._edits)
        while self._edits:
            size, left, right = heappop(self._edits)
            if self._dropped[left] or self._dropped[right] or self._after[left] != right:
                continue
            lighter = min(self._first[left], right, key=self._letters.__getitem__)
            if self._letters[lighter] < min(size, LEAST_SURE):
                self._drop(lighter)
            else:
                self._join(self._first[left], right)
        kept = zip(self._runs[1:-1], self._dropped[1:-1], strict=True)
        return merged(run for run, dropped in kept if not dropped)

    def _drop(self, first: int) -> None:
        last = self._last[first]
        self._dropped[first : last + 1] = b"\1" * (last + 1 - first)
        left, right = self._before[first], self._after[last]
        self._after[left], self._before[right] = right, left
        heappush(self._edits, (self._rewritten(left, right), left, right))

    def _join(self, first: int, second: int) -> None:
        self._letters[first] += self._letters[second]
        self._after[self._last[first]] = -1
        self._last[first] = self._last[second]
        self._first[self._last[second]] = first

    def _rewritten(self, left: int, right: int) -> float:
        """How many letters an edit rewrote.

        What was replaced counts, what was only added or only removed a quarter, since
        the words around an insertion need not change; in a respelling, what differs.
        """
        old, new = self._old, self._new
        before, after = self._runs[left], self._runs[right]
        lost = old.weight[after.old] - old.weight[before.old_end]
        come = new.weight[after.new] - new.weight[before.new_end]
        uneven = abs(lost - come)
        if not lost or not come or max(lost, come) > SHORT_EDIT:
            return min(lost, come) + uneven / 4
        was = old.text[old.starts[before.old_end] : old.ends[after.old - 1]]
        now = new.text[new.starts[before.new_end] : new.ends[after.new - 1]]
        return LCSseq.distance(was, now) - uneven * 3 / 4


def settled(runs: list[Match], old: Tokens, new: Tokens) -> list[Match]:
    """The runs with each insertion or deletion slid to where a writer would have made it."""
    placed: list[Match] = []
    for run in runs:
        if placed:
            before, after = _slid(placed.pop(), run, old, new)
            placed.extend(part for part in (before, after) if part.size)
        else:
            placed.append(run)
    return merged(placed)


def _slid(before: Match, after: Match, old: Tokens, new: Tokens) -> tuple[Match, Match]:
    if before.old_end == after.old and before.new_end < after.new:
        side, start, end = new, before.new_end, after.new
    elif before.new_end == after.new and before.old_end < after.old:
        side, start, end = old, before.old_end, after.old
    else:
        return before, after
    numbers = side.numbers
    least = most = 0
    while least > -before.size and numbers[start + least - 1] == numbers[end + least - 1]:
        least -= 1
    while most < after.size and numbers[start + most] == numbers[end + most]:
        most += 1

    def worth(by: int) -> tuple[bool, int, int]:
        whole = by in (-before.size, after.size)  # one edit instead of two
        return whole, _break(side, start + by) + _break(side, end + by), by

    by = max(range(least, most + 1), key=worth) if least < most else 0
    return (
        Match(before.old, before.new, before.size + by),
        Match(after.old + by, after.new + by, after.size - by),
    )


def _break(side: Tokens, at: int) -> int:
    """How much of a break stands before a token: 4 for a line's end, down to 0 within a word."""
    if at == 0 or at >= len(side):
        return 4
    blank = side.text[side.ends[at - 1] : side.starts[at]]
    last = side.text[side.ends[at - 1] - 1]
    if "\n" in blank:
        return 4
    if last in _WIDE_SENTENCE_ENDS or (blank and last in _SENTENCE_ENDS):
        return 3
    if blank:
        return 2
    return 0 if last.isalnum() else 1
