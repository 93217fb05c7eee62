"""Which tokens of two texts are the same, in order or moved, where equal lines say nothing."""

from __future__ import annotations

from bisect import bisect_right

from corrections_app.domain.matching import Gap, Run, filled, heaviest_chain, merged, unique_seeds
from corrections_app.domain.moves import Moves
from corrections_app.domain.refining import refined
from corrections_app.domain.tokens import Tokens


def matching_tokens(old: Tokens, new: Tokens, gaps: list[Gap]) -> tuple[list[Run], list[Run]]:
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
    ordered: list[Run] = []
    for gap, chain in zip(gaps, chains, strict=True):
        ordered.extend(refined(merged(filled(ours, theirs, gap, chain)), gap, old, new))
    return ordered, moved


def _seeded(old: Tokens, new: Tokens, gaps: list[Gap]) -> tuple[list[list[Run]], list[Run]]:
    """The unique seeds that are in order, gap by gap, and all the others."""
    inside: list[list[Run]] = [[] for _ in gaps]
    strangers: list[Run] = []
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
