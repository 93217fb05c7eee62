"""Figures beside the bars that they have to reach: one table, for people and as JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure. ``least`` and ``most`` are its bars; with neither it is told, not held."""

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether it is as good as it must be."""
        return (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )

    def __str__(self) -> str:
        bar = f">= {self.least:g}" if self.least is not None else ""
        bar = f"<= {self.most:g}" if self.most is not None else bar
        verdict = "" if not bar else "reached" if self.is_reached else "NOT reached"
        figure = f"{self.value:.3g}" if abs(self.value) < 100 else f"{self.value:,.0f}"
        return f"{self.name:42}{figure:>8} {self.unit:9}{bar:>9}  {verdict:12}{self.note}".rstrip()


def ratio(found: Sequence[float], reference: Sequence[float]) -> float:
    """The median of what each round had beside its own reference."""
    return statistics.median(one / other for one, other in zip(found, reference, strict=True))


def told(rows: Iterable[Row], heading: str, path: Path | None) -> int:
    """Print each as it comes, and keep all as JSON; 1 where a bar was missed."""
    print(heading, flush=True)
    kept = []
    for row in rows:
        print(row, flush=True)
        kept.append(row)
    missed = [row.name for row in kept if not row.is_reached]
    print(f"{len(kept)} figures; NOT reached: {', '.join(missed) or 'none'}")
    if path:
        each = [asdict(row) | {"reached": row.is_reached} for row in kept]
        path.write_text(json.dumps({"heading": heading, "rows": each}, indent=1) + "\n")
    return 1 if missed else 0
