"""Which tokens of two texts are the same, in order or moved, where equal lines say nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from corrections_app.domain.alignment.cleanup import refined
from corrections_app.domain.alignment.matching import (
    Gap,
    Match,
    filled,
    heaviest_chain,
    merged,
    unique_seeds,
)
from corrections_app.domain.alignment.tokens import LEAST_MOVED, Tokens

# A copy-edit inside a moved passage does not part it; so many tokens at most.
REACH = 60
# Characters that may be read, in all, to make sure that passages stand only once.
MOST_READ = 200_000_000


class Moves:
    """The runs out of order that can be believed, beside those that are in order."""

    def __init__(self, old: Tokens, new: Tokens, ordered: Iterable[Match]) -> None:
        self._old = old
        self._new = new
        self._old_taken = bytearray(len(old))
        self._new_taken = bytearray(len(new))
        self._looks = MOST_READ // (len(old.text) + len(new.text) + 1)
        for run in ordered:
            self._mark(run, b"\1")

    def among(self, strangers: Iterable[Match]) -> list[Match]:
        """The moved runs, sorted by ``old``, grown from seeds out of order (sorted likewise)."""
        groups: list[list[Match]] = []
        for seed in strangers:
            run = self._untaken(seed)
            if not run.size:
                continue
            self._mark(run, b"\1")
            if groups and self._continues(groups[-1][-1], run):
                groups[-1].append(run)
            else:
                groups.append([run])
        believed = [group for group in groups if self._believed(group)]
        return sorted(run for group in believed for run in self._grown(group))

    def _mark(self, run: Match, mark: bytes) -> None:
        self._old_taken[run.old : run.old_end] = mark * run.size
        self._new_taken[run.new : run.new_end] = mark * run.size

    def _is_free(self, gap: Gap) -> bool:
        return not (
            any(self._old_taken[gap.old : gap.old_end])
            or any(self._new_taken[gap.new : gap.new_end])
        )

    def _untaken(self, run: Match) -> Match:
        """The run cut where its ends are taken; empty where it is taken within."""
        old, new, size = run
        while size and (self._old_taken[old] or self._new_taken[new]):
            old, new, size = old + 1, new + 1, size - 1
        while size and (self._old_taken[old + size - 1] or self._new_taken[new + size - 1]):
            size -= 1
        return Match(old, new, size if self._is_free(Gap(old, old + size, new, new + size)) else 0)

    def _continues(self, run: Match, following: Match) -> bool:
        gap = Gap(run.old_end, following.old, run.new_end, following.new)
        near = gap.old_end - gap.old <= REACH and 0 <= gap.new_end - gap.new <= REACH
        return near and self._is_free(gap)

    def _believed(self, group: list[Match]) -> bool:
        weight = self._old.weight
        believed = sum(weight[run.old_end] - weight[run.old] for run in group) >= LEAST_MOVED
        believed = believed and self._stands_once(max(group, key=lambda run: run.size))
        if not believed:
            for run in group:
                self._mark(run, b"\0")
        return believed

    def _stands_once(self, run: Match) -> bool:
        # Seeds are unique only among what no equal line settled; its twin may be in such a line.
        self._looks -= 1
        return self._looks >= 0 and all(
            side.text.count(side.text[side.starts[at] : side.ends[at + run.size - 1]]) == 1
            for side, at in ((self._old, run.old), (self._new, run.new))
        )

    def _grown(self, group: list[Match]) -> list[Match]:
        first, last = group[0], group[-1]
        start, end = first, Match(last.old_end, last.new_end, 0)
        while self._fits(start.old - 1, start.new - 1):
            start = Match(start.old - 1, start.new - 1, start.size + 1)
        while self._fits(end.old_end, end.new_end):
            end = Match(end.old, end.new, end.size + 1)
        gap = Gap(start.old, end.old_end, start.new, end.new_end)
        head = Match(start.old, start.new, first.old - start.old)
        runs = merged(filled(self._old.numbers, self._new.numbers, gap, [head, *group, end]))
        runs = refined(runs, gap, self._old, self._new)
        for run in runs:
            self._mark(run, b"\1")
        return runs

    def _fits(self, old: int, new: int) -> bool:
        return (
            0 <= old < len(self._old)
            and 0 <= new < len(self._new)
            and self._old.numbers[old] == self._new.numbers[new]
            and not self._old_taken[old]
            and not self._new_taken[new]
        )


def matching_tokens(old: Tokens, new: Tokens, gaps: list[Gap]) -> tuple[list[Match], list[Match]]:
    """Runs of equal tokens: those in order within their gap, then those that moved.

    ``gaps`` are rising and together hold all tokens of both texts.
    """
    chains, strangers = _seeded(old, new, gaps)
    moved = Moves(old, new, (run for chain in chains for run in chain)).among(strangers)
    ours, theirs = old.numbers[:], new.numbers[:]
    fence = old.vocabulary.fence()
    for run in moved:  # is spoken for, and matches nothing else
        ours[run.old : run.old_end] = [fence] * run.size
        theirs[run.new : run.new_end] = [fence - 1] * run.size
    ordered: list[Match] = []
    for gap, chain in zip(gaps, chains, strict=True):
        ordered.extend(refined(merged(filled(ours, theirs, gap, chain)), gap, old, new))
    return ordered, moved


def _seeded(old: Tokens, new: Tokens, gaps: list[Gap]) -> tuple[list[list[Match]], list[Match]]:
    """The unique seeds that are in order, gap by gap, and all the others."""
    inside: list[list[Match]] = [[] for _ in gaps]
    strangers: list[Match] = []
    floors = [gap.old for gap in gaps]
    for run in unique_seeds(old.numbers, new.numbers):
        at = bisect_right(floors, run.old) - 1
        home = inside[at] if gaps[at].new <= run.new < gaps[at].new_end else strangers
        home.append(run)
    chains = []
    for runs in inside:
        chain, others = heaviest_chain(
            runs, lambda run: old.weight[run.old_end] - old.weight[run.old] + 1
        )
        chains.append(chain)
        strangers.extend(others)
    return chains, sorted(strangers)
