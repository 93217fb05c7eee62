"""Where a correction stands after the article changed: its place and its edits, carried.

The unit is the edit, not the selection: two readers who fix two words of one
sentence do not collide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corrections_app.domain.alignment import Alignment, shift
from corrections_app.domain.lifecycle import Fit
from corrections_app.domain.patching import Edit, edits, splice

CARRIED = (Fit.CLEAN, Fit.MOVED)


@dataclass(frozen=True, slots=True)
class Place:
    """A correction's span and edits in one text, and how well they stand there.

    ``edits`` is None for a remark. ``fit`` other than clean or moved means
    that nothing may be applied here; then ``start`` and ``end`` are where a
    person should look, and None where there is nothing to look at.
    """

    start: int | None
    end: int | None
    edits: tuple[Edit, ...] | None
    fit: Fit = Fit.CLEAN

    @property
    def spans(self) -> list[tuple[int, int]]:
        """What must survive: the ranges of the edits, or of the words remarked on."""
        if self.edits:
            return [(edit.start, edit.end) for edit in self.edits]
        return [(self.start, self.end)] if self.start is not None and self.end is not None else []


def place_of(start: int, end: int, exact: str, replacement: str | None) -> Place:
    """Where a correction stands in the text that was read."""
    parts = None if replacement is None else edits(exact, replacement, start)
    return Place(start, end, parts)


def over_own(place: Place, applied: Sequence[Edit]) -> Place:
    """The place after the program's own edits: exact, without guessing.

    ``applied`` are the widened edits, sorted and disjoint, in the text where
    ``place`` is known.
    """
    start, end = hull(place, applied)
    moved = shift(place.spans, [(e.start, e.end, e.replacement) for e in applied])
    if any(span is None for span in moved):
        return Place(start, end, place.edits, Fit.CONFLICT)
    return Place(start, end, _at(place.edits, moved), place.fit)


def over_foreign(place: Place, alignment: Alignment) -> Place:
    """The place after a change by other hands, through one alignment of the two texts."""
    fits = alignment.fit_all(place.spans)
    states = {Fit(fit.state) for fit in fits}
    carried = [fit.place for fit in fits if fit.place is not None]
    if not carried:
        return Place(None, None, place.edits, Fit.GONE)
    crossed = any(end > start for (_, end), (start, _) in pairwise(carried))
    if crossed or not states <= set(CARRIED):
        return Place(*_bounds(carried), place.edits, Fit.CONFLICT)
    whole = _whole(place, alignment)
    start, end = _bounds([*carried, whole] if whole else carried)
    worst = Fit.MOVED if Fit.MOVED in states else Fit.CLEAN
    return Place(start, end, _at(place.edits, carried), worst)


def stands_already(place: Place, applied: Sequence[Edit], text: str) -> bool:
    """Whether the applied edits made exactly the change that ``place`` asks for.

    ``text`` is the text before; both sides are compared over the smallest
    window that holds all edits which touch one another.
    """
    if not place.edits:
        return False
    touching = _touching(place.edits, applied)
    if not touching:
        return False
    low = min(e.start for e in (*place.edits, *touching))
    high = max(e.end for e in (*place.edits, *touching))
    window = text[low:high]
    wanted = splice(window, _relative(place.edits, low))
    return " ".join(wanted.split()) == " ".join(splice(window, _relative(touching, low)).split())


def hull(place: Place, applied: Sequence[Edit]) -> tuple[int | None, int | None]:
    """The span's ends after ``applied``; an end inside an edit goes to that edit's end."""
    if place.start is None or place.end is None:
        return None, None
    start = _carried(place.start, applied, inside=lambda edit: 0)
    end = _carried(place.end, applied, inside=lambda edit: len(edit.replacement))
    return start, max(start + 1, end)


def _carried(offset: int, applied: Sequence[Edit], inside: Callable[[Edit], int]) -> int:
    drift = 0
    for edit in applied:
        if edit.start >= offset:
            break
        if edit.end > offset:
            return edit.start + drift + inside(edit)
        drift += len(edit.replacement) - (edit.end - edit.start)
    return offset + drift


def _touching(own: Sequence[Edit], applied: Sequence[Edit]) -> tuple[Edit, ...]:
    low, high = own[0].start, own[-1].end
    return tuple(edit for edit in applied if edit.start <= high and low <= edit.end)


def _relative(parts: Sequence[Edit], low: int) -> tuple[Edit, ...]:
    return tuple(Edit(e.start - low, e.end - low, e.replacement) for e in parts)


def _at(
    parts: Sequence[Edit] | None, spans: Sequence[tuple[int, int] | None]
) -> tuple[Edit, ...] | None:
    if parts is None:
        return None
    pairs = zip(parts, spans, strict=True)
    return tuple(Edit(*span, part.replacement) for part, span in pairs if span is not None)


def _bounds(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return min(start for start, _ in spans), max(end for _, end in spans)


def _whole(place: Place, alignment: Alignment) -> tuple[int, int] | None:
    if place.start is None or place.end is None:
        return None
    return alignment.carry(place.start, place.end)
