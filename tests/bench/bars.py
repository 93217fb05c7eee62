"""Figures beside the bars that they have to reach: one table, for people and as JSON."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure. ``least`` and ``most`` are its bars; with neither it is told, not held.

    ``value`` is None where it could not be measured, for the reason in ``note``.
    """

    name: str
    value: float | None
    unit: str
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether it is as good as it must be."""
        if self.value is None:
            return False
        return (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.name:42}{'-':>8} {'':9}{'':>9}  {'FAILED':12}{self.note}".rstrip()
        bar = f">= {self.least:g}" if self.least is not None else ""
        bar = f"<= {self.most:g}" if self.most is not None else bar
        verdict = "" if not bar else "reached" if self.is_reached else "NOT reached"
        figure = f"{self.value:.3g}" if abs(self.value) < 100 else f"{self.value:,.0f}"
        return f"{self.name:42}{figure:>8} {self.unit:9}{bar:>9}  {verdict:12}{self.note}".rstrip()


def ratio(found: Sequence[float], reference: Sequence[float]) -> float:
    """The median of what each round had beside its own reference."""
    return statistics.median(one / other for one, other in zip(found, reference, strict=True))


def spread(found: Sequence[float], reference: Sequence[float]) -> str:
    """Between what the middle half of these ratios lies: what the machine's neighbours do."""
    ratios = [one / other for one, other in zip(found, reference, strict=True)]
    low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return f"half of {len(ratios)} between {low:.2f} and {high:.2f}"


def between(calm: Sequence[float]) -> list[float]:
    """What to hold each of the rounds against that lay between these: the mean of its neighbours.

    A machine that grows busier, or idle again, so falls on both.
    """
    return [(before + after) / 2 for before, after in pairwise(calm)]


def tried(name: str, measure: Callable[[], Iterable[Row]]) -> Iterable[Row]:
    """What is measured; where that fails, one row says so, and what else is measured goes on."""
    try:
        yield from measure()
    except Exception as error:  # whatever it was: hours of other figures are worth more
        said = " ".join(str(error).split())[:200]
        yield Row(name, None, "", note=f"{type(error).__name__}: {said}")


def told(rows: Iterable[Row], heading: str, path: Path | None) -> int:
    """Print each as it comes, and keep all as JSON; 1 where a bar was missed."""
    print(heading, flush=True)
    begun, kept = time.monotonic(), list[Row]()
    try:
        for row in tried("the rest", lambda: rows):
            print(row, flush=True)
            kept.append(row)
    finally:  # what was measured before somebody had enough of it is kept too
        seconds = round(time.monotonic() - begun)
        if path:
            each = [asdict(row) | {"reached": row.is_reached} for row in kept]
            all_of_it = {"heading": heading, "seconds": seconds, "rows": each}
            path.write_text(json.dumps(all_of_it, indent=1) + "\n")
    missed = [row.name for row in kept if not row.is_reached]
    print(f"{len(kept)} figures in {seconds} s; NOT reached: {', '.join(missed) or 'none'}")
    return 1 if missed else 0
