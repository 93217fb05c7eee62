"""Where blocks stand in their canonical text, and where places go when it is edited."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from corrections_app.domain.text.body import SEPARATOR, Aside, Block, Body, Mark
from corrections_app.domain.text.edits import Edit


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block and where it stands in the canonical text."""

    start: int
    block: Block

    @property
    def end(self) -> int:
        """Where the block's text ends; its separator begins there."""
        return self.start + len(self.block.text)


def placed_blocks(blocks: Sequence[Block]) -> list[PlacedBlock]:
    """The blocks, each with its offset."""
    starts = accumulate((len(block.text) + len(SEPARATOR) for block in blocks), initial=0)
    return [PlacedBlock(start, block) for start, block in zip(starts, blocks, strict=False)]


def index_at(row: Sequence[PlacedBlock], position: int) -> int:
    """Which block ``position`` is in, or in the separator after which."""
    return max(bisect_right(row, position, key=lambda span: span.start) - 1, 0)


def overlaps(row: Sequence[PlacedBlock], start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Each block that has text in ``[start, end)``: its index, and the range it has of it."""
    for index in range(index_at(row, start), len(row)):
        if row[index].start >= end:
            return
        low, high = max(row[index].start, start), min(row[index].end, end)
        if low < high:
            yield index, low, high


class Shift:
    """Where places of a text stand after edits, which are in order and apart from each other.

    Something that began or ended within the replaced words begins after, or
    ends before, what replaced them; what held all of them holds the new ones.
    """

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits = edits
        self._ends = [edit.end for edit in edits]
        grown = (len(edit.replacement) - (edit.end - edit.start) for edit in edits)
        self._before = list(accumulate(grown, initial=0))

    def start(self, position: int) -> int:
        """The new place of something that begins at ``position``."""
        index = bisect_left(self._ends, position)
        edit = self._edits[index] if index < len(self._edits) else None
        if edit and (edit.start < position or edit.end == position):
            return edit.end + self._before[index + 1]
        return position + self._before[index]

    def end(self, position: int) -> int:
        """The new place of something that ends at ``position``."""
        index = bisect_left(self._ends, position)
        edit = self._edits[index] if index < len(self._edits) else None
        if edit is None or position <= edit.start:
            return position + self._before[index]
        if position == edit.end:
            return position + self._before[index + 1]
        return edit.start + self._before[index]


def carried_marks(
    old: Sequence[PlacedBlock], new: Sequence[PlacedBlock], shift: Shift
) -> list[list[Mark]]:
    """The marks of each new block: on words that stayed, and on words put for all of theirs."""
    marks: list[list[Mark]] = [[] for _ in new]
    for span in old:
        for mark in span.block.marks:
            start, end = shift.start(span.start + mark.start), shift.end(span.start + mark.end)
            lay(marks, new, mark, start, end)
    return marks


def lay(
    marks: list[list[Mark]], new: Sequence[PlacedBlock], mark: Mark, start: int, end: int
) -> None:
    """Lays ``mark`` over ``[start, end)`` of the whole text, block by block."""
    for index, low, high in overlaps(new, start, end):
        base = new[index].start
        _add(marks[index], replace(mark, start=low - base, end=high - base))


def _add(marks: list[Mark], mark: Mark) -> None:
    """Adds a mark, or lets its like that ends where it begins go on."""
    for index, other in enumerate(marks):
        if other.end == mark.start and (other.kind, other.href) == (mark.kind, mark.href):
            marks[index] = replace(other, end=mark.end)
            return
    marks.append(mark)


def with_furniture(
    body: Body, blocks: Sequence[Block], due: Sequence[int]
) -> Iterator[Block | Aside]:
    """The new blocks among the old furniture, which stays before the block it was before.

    ``due`` says for each old block how many of the new ones come before it.
    """
    written = passed = 0
    for part in body:
        if isinstance(part, Block):
            passed += 1
            continue
        upto = due[passed] if passed < len(due) else len(blocks)
        yield from blocks[written:upto]
        written = max(upto, written)
        yield part
    yield from blocks[written:]
