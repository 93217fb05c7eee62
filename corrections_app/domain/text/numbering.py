"""The numbers of ordered lists: what each item shows, and what need not be said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from corrections_app.domain.text.body import Aside, Block


@dataclass(slots=True)
class Run:
    """Items of one list on one level, one after the other."""

    ordered: bool
    style: str
    first: int
    shown: int
    """The number of the item that came last."""
    step: int = 0

    def takes(self, block: Block) -> bool:
        """Whether an item goes on with this list, rather than beginning one beside it."""
        if (block.ordered, block.style) != (self.ordered, self.style):
            return False
        if block.number is None or block.number > self.shown:
            return True
        # A list that counts down goes down by one; any other way back is a new beginning.
        return block.number == self.shown - 1 and self.step in (0, -1)

    def follow(self, block: Block) -> None:
        """Count one item more."""
        number = self.shown + 1 if block.number is None else block.number
        self.step, self.shown = number - self.shown, number


@dataclass(slots=True)
class Counter:
    """Follows the parts of a body and knows which list each item belongs to."""

    _runs: list[tuple[int, Run]] = field(default_factory=list)

    def take(self, part: Block | Aside) -> tuple[Run, bool] | None:
        """The list that an item goes into and whether it begins there; None for what is no item."""
        if not isinstance(part, Block) or part.kind != "list_item":
            self._runs.clear()
            return None
        while self._runs and part.level < self._runs[-1][0]:
            self._runs.pop()
        if self._runs and self._runs[-1][0] == part.level:
            run = self._runs[-1][1]
            if run.takes(part):
                run.follow(part)
                return run, False
            self._runs.pop()
        number = 1 if part.number is None else part.number
        run = Run(part.ordered, part.style, number, number)
        self._runs.append((part.level, run))
        return run, True


def without_implied(parts: Iterable[Block | Aside]) -> list[Block | Aside]:
    """The parts, each item's ``number`` left only where the items before it do not tell it."""
    counter, kept = Counter(), []
    for part in parts:
        if isinstance(part, Block) and part.number is not None:
            part = _terse(counter, part)
        counter.take(part)
        kept.append(part)
    return kept


def _terse(counter: Counter, part: Block) -> Block:
    trial = Counter([(level, replace(run)) for level, run in counter._runs])
    silent = replace(part, number=None)
    found = trial.take(silent)
    return silent if part.ordered is False or (found and found[0].shown == part.number) else part
