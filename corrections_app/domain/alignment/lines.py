"""The first and cheapest look at two texts: which of their lines are the same."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate, compress

from corrections_app.domain.alignment.matching import (
    Gap,
    Match,
    common_affixes,
    heaviest_chain,
    merged,
)
from corrections_app.domain.alignment.tokens import LEAST_MOVED, letters


class Lines:
    """The lines of a text that are not empty, and where they start."""

    def __init__(self, text: str) -> None:
        parts = text.split("\n")
        self.contents = list(filter(None, parts))
        offsets = accumulate((len(part) + 1 for part in parts), initial=0)
        self.starts = array("l", compress(offsets, parts))

    def range(self, first: int, size: int) -> tuple[int, int]:
        """The code points of ``size`` lines from ``first`` on, without the last line break."""
        last = first + size - 1
        return self.starts[first], self.starts[last] + len(self.contents[last])


def matching_lines(old: Sequence[str], new: Sequence[str]) -> tuple[list[Match], list[Match]]:
    """Runs of equal lines: those in order, then those that moved, each sorted by ``old``."""
    head, tail = common_affixes(old, new)
    inner = Gap(head, len(old) - tail, head, len(new) - tail)
    chain, others = heaviest_chain(_once_in_both(old, new, inner), lambda run: len(old[run.old]))
    ordered = merged(
        [
            Match(0, 0, head),
            *_grown(old, new, inner, chain),
            Match(inner.old_end, inner.new_end, tail),
        ]
    )
    return ordered, merged(_moved(old, ordered, others))


def _once_in_both(old: Sequence[str], new: Sequence[str], gap: Gap) -> list[Match]:
    places = _once(new, gap.new, gap.new_end)
    found = _once(old, gap.old, gap.old_end).items()
    return [Match(at, places[line], 1) for line, at in found if line in places]


def _once(lines: Sequence[str], start: int, stop: int) -> dict[str, int]:
    places: dict[str, int] = {}
    repeated = set()
    for at in range(start, stop):
        line = lines[at]
        if line in places:
            repeated.add(line)
        places[line] = at
    return {line: at for line, at in places.items() if line not in repeated}


def _grown(old: Sequence[str], new: Sequence[str], gap: Gap, chain: list[Match]) -> list[Match]:
    """The runs of a chain with the repeated lines that go with a settled neighbour."""
    grown = [Match(gap.old, gap.new, 0)]
    for at, run in enumerate(chain):
        start, end = run.old, run.old_end
        floor = grown[-1]
        shift = run.new - run.old
        lowest = max(floor.old_end, floor.new_end - shift)
        following = chain[at + 1] if at + 1 < len(chain) else Match(gap.old_end, gap.new_end, 0)
        highest = min(following.old, following.new - shift)
        while start > lowest and old[start - 1] == new[start - 1 + shift]:
            start -= 1
        while end < highest and old[end] == new[end + shift]:
            end += 1
        grown.append(Match(start, start + shift, end - start))
    return grown


def _moved(old: Sequence[str], ordered: list[Match], others: list[Match]) -> list[Match]:
    if not others:
        return []
    settled = {line for run in ordered for line in old[run.old : run.old_end]}
    return [run for run in others if old[run.old] not in settled and _is_passage(old[run.old])]


def _is_passage(line: str) -> bool:
    # A prefix decides, so that one line of a megabyte is not counted through.
    return len(line) >= LEAST_MOVED and letters(line[: 8 * LEAST_MOVED]) >= LEAST_MOVED
