"""What two sequences have in common, found from the sure to the doubtful.

Everything here works on numbered things (tokens) or equal things (lines) and gives
*runs*: so many from ``old`` on in the one sequence equal as many from ``new`` on in
the other. Runs that rise in both sequences are in order; the others have moved.

The order of steps is that of patience diff (B. Cohen): what stands once in both
anchors the rest, and a longest common subsequence fills only the small gaps that
remain (rapidfuzz; the bit-parallel method of Hyyrö, 2004). No step is quadratic in
the length of the texts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

# A longest common subsequence keeps one bit for each pair: at most 31 MB, and some 60 ms.
MOST_PAIRS = 250_000_000
# Sequences longer than this are sampled for seeds.
MANY = 200_000
# So many neighbouring words, once in both texts, are the same words.
SEED = 5


class Match(NamedTuple):
    """``size`` things from ``old`` on equal as many from ``new`` on."""

    old: int
    new: int
    size: int

    @property
    def old_end(self) -> int:
        return self.old + self.size

    @property
    def new_end(self) -> int:
        return self.new + self.size


class Gap(NamedTuple):
    """What stands in both sequences between the same neighbours."""

    old: int
    old_end: int
    new: int
    new_end: int

    @property
    def pairs(self) -> int:
        return (self.old_end - self.old) * (self.new_end - self.new)

    def cut(self, old: Sequence[int], new: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
        return old[self.old : self.old_end], new[self.new : self.new_end]

    def divided(self, runs: Iterable[Match]) -> Iterator[tuple[Match, Gap]]:
        """Each run, an empty one first, with the gap that follows it."""
        edges = [Match(self.old, self.new, 0), *runs, Match(self.old_end, self.new_end, 0)]
        for run, following in pairwise(edges):
            yield run, Gap(run.old_end, following.old, run.new_end, following.new)


def heaviest_chain(
    runs: Sequence[Match], weight: Callable[[Match], int]
) -> tuple[list[Match], list[Match]]:
    """The runs that rise together and weigh most, and the others; sorted by ``old`` in and out.

    A heaviest rising subsequence in n log n, by a frontier of best ends as in patience
    sorting. Overlaps of neighbours in the chain are cut.
    """
    ends: list[int] = []  # where chains end in the new sequence, rising
    loads: list[int] = []  # what they weigh, rising too: lighter and ending later is of no use
    tips: list[int] = []
    before: list[int] = []
    for index, run in enumerate(runs):
        at = bisect_left(ends, run.new)
        load = weight(run) + (loads[at - 1] if at else 0)
        before.append(tips[at - 1] if at else -1)
        useless = at
        while useless < len(loads) and loads[useless] <= load:
            useless += 1
        ends[at:useless], loads[at:useless], tips[at:useless] = [run.new], [load], [index]
    chosen = bytearray(len(runs))
    tip = tips[-1] if tips else -1
    while tip >= 0:
        chosen[tip] = 1
        tip = before[tip]
    rising = [run for run, rises in zip(runs, chosen, strict=True) if rises]
    others = [run for run, rises in zip(runs, chosen, strict=True) if not rises]
    return _trimmed(rising), others


def _trimmed(chain: list[Match]) -> list[Match]:
    kept: list[Match] = []
    for old, new, size in chain:
        over = max(kept[-1].old_end - old, kept[-1].new_end - new, 0) if kept else 0
        if over < size:
            kept.append(Match(old + over, new + over, size - over))
    return kept


def common_affixes(old: Sequence[object], new: Sequence[object]) -> tuple[int, int]:
    """How many things at the head and, of the rest, at the tail are equal."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def merged(runs: Iterable[Match]) -> list[Match]:
    """The runs, given in order, with those that continue each other made one; none is empty."""
    joined: list[Match] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and last.old_end == run.old and last.new_end == run.new:
            joined[-1] = Match(last.old, last.new, last.size + run.size)
        elif run.size:
            joined.append(run)
    return joined


def unique_seeds(old: Sequence[int], new: Sequence[int]) -> list[Match]:
    """Runs made of `SEED` neighbours that stand once in both sequences, sorted by ``old``."""
    # Of a very long sequence every fourth gram will do, and they are the same in both.
    skipped = 3 if len(old) > MANY else 0
    places: dict[int, int] = {}
    for at, gram in enumerate(_grams(old)):
        if not gram & skipped:
            places[gram] = -1 if gram in places else at
    found: dict[int, int] = {}
    for at, gram in enumerate(_grams(new)):
        if not gram & skipped and places.get(gram, -1) >= 0:
            found[gram] = -1 if gram in found else at
    return _diagonals(sorted((places[gram], at) for gram, at in found.items() if at >= 0))


def _grams(numbers: Sequence[int]) -> Iterator[int]:
    # A 64-bit hash stands for the neighbours themselves at a third of the memory.
    return map(hash, zip(*(islice(numbers, skip, None) for skip in range(SEED)), strict=False))


def _diagonals(seeds: list[tuple[int, int]]) -> list[Match]:
    runs: list[Match] = []
    for old, new in seeds:
        last = runs[-1] if runs else None
        if last and old <= last.old_end and old - new == last.old - last.new:
            runs[-1] = Match(last.old, last.new, old + SEED - last.old)
        else:
            runs.append(Match(old, new, SEED))
    return runs


def filled(
    old: Sequence[int], new: Sequence[int], gap: Gap, runs: Iterable[Match], *, divide: bool = True
) -> Iterator[Match]:
    """The runs of a gap, in order, with all that the gaps between them have in common.

    Where a gap is too large for that, even when divided, nothing in it is matched:
    a lost place can be given again by a person, lost minutes cannot.
    """
    for run, inner in gap.divided(runs):
        yield run
        if inner.pairs <= MOST_PAIRS:
            yield from _longest_common(old, new, inner)
        elif divide:
            yield from filled(old, new, inner, _divided(old, new, inner), divide=False)


def _longest_common(old: Sequence[int], new: Sequence[int], gap: Gap) -> Iterator[Match]:
    if gap.pairs:
        ours, theirs = gap.cut(old, new)
        for at, new_at, size in LCSseq.opcodes(ours, theirs).as_matching_blocks():
            yield Match(gap.old + at, gap.new + new_at, size)


def _divided(old: Sequence[int], new: Sequence[int], gap: Gap) -> Iterator[Match]:
    """What is sure in a large gap: its head, its tail, and what stands once in both parts."""
    head, tail = common_affixes(*gap.cut(old, new))
    yield Match(gap.old, gap.new, head)
    inner = Gap(gap.old + head, gap.old_end - tail, gap.new + head, gap.new_end - tail)
    seeds = unique_seeds(*inner.cut(old, new))
    for at, new_at, length in heaviest_chain(seeds, lambda seed: seed.size)[0]:
        yield Match(inner.old + at, inner.new + new_at, length)
    yield Match(inner.old_end, inner.new_end, tail)
