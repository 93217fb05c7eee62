"""Where a card stands in the list that is worked through, and the rows around it: reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from corrections_app.models import Correction, User
from corrections_app.workflow.queue import lanes, paging, rows, sequence
from corrections_app.workflow.queue.filters import Criteria
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.queue.paging import Cursor, Stretch

BEFORE, AFTER = 10, 30
"""So many rows are shown above a card and below it."""


@dataclass(frozen=True)
class Position:
    """Where a card stands: ``place`` counts from one, and is none for what the list has not.

    Both are counted no further than the cap.
    """

    place: int | None
    total: int

    @property
    def told(self) -> str:
        """How many there are, as far as they are counted."""
        return f"{rows.CAPPED - 1}+" if self.total >= rows.CAPPED else str(self.total)


def position(
    correction: Correction, lane: Lane, by: User, now: datetime, criteria: Criteria
) -> Position:
    """Where a card stands in a lane, under the filters, as this person works through it."""
    made, here = _listed(correction, lane, by, now, criteria)
    before = _counted(paging.backwards(made), here)
    after = _counted(made, here)
    if not _holds(made, here):
        return Position(None, min(before + after, rows.CAPPED))
    place = before + 1
    return Position(place if place < rows.CAPPED else None, min(before + 1 + after, rows.CAPPED))


def neighbours(
    correction: Correction, lane: Lane, by: User, now: datetime, criteria: Criteria
) -> list[Correction]:
    """The rows of the list around a card, and the card itself where it stands in the list."""
    made, here = _listed(correction, lane, by, now, criteria)
    above = paging.fetch(paging.backwards(made), here, BEFORE)
    below = paging.fetch(made, here, AFTER)
    middle = [here.id] if _holds(made, here) else []
    ids = [number for _, number in reversed(above)] + middle + [number for _, number in below]
    return paging.load(ids)


def _listed(
    correction: Correction, lane: Lane, by: User, now: datetime, criteria: Criteria
) -> tuple[list[Stretch], Cursor]:
    mine = None if criteria.looks_back else lanes.meant_for(lane, by)
    made = lanes.runs(lane, by, now, criteria, mine)
    return made, sequence.place_of(made, correction, now, by)


def _holds(runs: Sequence[Stretch], here: Cursor) -> bool:
    return any(
        run.name == here.run and rows.how_many(run.query.where(run.id == here.id)) for run in runs
    )


def _counted(runs: Sequence[Stretch], here: Cursor) -> int:
    """How many come after a place; of a place in no run of these, all do."""
    names = [run.name for run in runs]
    found = 0
    for run in runs[names.index(here.run) if here.run in names else 0 :]:
        if found < rows.CAPPED:
            query = run.query.where(paging.beyond(run, here)) if run.name == here.run else run.query
            found += rows.how_many(query)
    return found
