"""A whole article typed anew as plain text: kinds, marks and furniture come along."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from rapidfuzz.distance import Indel

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.bodies.patch import fitted, in_order
from corrections_app.domain.bodies.typed_form import TypedTable, table_in, words_in
from corrections_app.domain.bodies.typed_tables import matched
from corrections_app.domain.errors import Invalid
from corrections_app.domain.patching import edits
from corrections_app.domain.text.body import (
    SEPARATOR,
    Block,
    Body,
    Cell,
    Mark,
    canonical_text,
    normalise,
    text_blocks,
    tidy,
)
from corrections_app.domain.text.layout import (
    PlacedBlock,
    Shift,
    index_at,
    lay,
    placed_blocks,
    with_furniture,
)
from corrections_app.domain.text.tables import apart

# So alike must typed lines with their own blanks be to a preformatted block to count as it.
_SAME_CODE = 0.6
# Words of a block that are asked where they went, when the block as a whole did not stay.
_WITNESSES = 24
_PART = re.compile(r"\n{2,}")
_BLANK_LINES = re.compile(r"\n(?:[ \t\f\v]*\n)+")
_WORD = re.compile(r"\w+")


def replace_text(body: Body, typed: str) -> Body:
    """The body with the text that a person typed for all of it (`typed_form`).

    A block that is still there, edited or not, keeps its kind; others are
    paragraphs, or cells of the tables that were typed; the first is the
    headline. Raises `Invalid` when there is none.
    """
    parts = list(_blocks_of(_parts_of(typed, body)))
    if not parts:
        raise Invalid("An article needs a headline.")
    old, new = placed_blocks(text_blocks(body)), placed_blocks(parts)
    alignment = Alignment(canonical_text(body), SEPARATOR.join(part.text for part in parts))
    stayed = partners(old, new, alignment)
    stayed, cells = matched(text_blocks(body), parts, stayed)
    if not typed.strip("\r").partition("\n")[0].strip() and stayed.get(0) != 0:
        raise Invalid("The first line is the headline; it cannot be empty.")
    marks = _marks(old, new, alignment, stayed)
    whose = {there: old[here].block for here, there in stayed.items()}
    whose |= {at: Block("cell", "", cell=cell) for at, cell in cells.items()}
    kinds = in_order([whose.get(index, span.block) for index, span in enumerate(new)], titled=True)
    blocks = [
        fitted(kind, span.block.text, held)
        for kind, span, held in zip(kinds, new, marks, strict=True)
    ]
    return tuple(with_furniture(body, blocks, _due(len(old), len(new), stayed)))


def _parts_of(typed: str, body: Body) -> list[str | TypedTable]:
    """The typed text in canonical blocks; what is like old code keeps its blanks."""
    code = [block.text for block in text_blocks(body) if block.kind == "preformatted"]
    parts: list[str | TypedTable] = []  # the first is the headline, never code nor a table
    for part in _PART.split(tidy(typed)):
        lines = normalise(words_in(part), preformatted=True)
        if parts and (table := table_in(part)):
            parts.append(table)
        elif parts and any(Indel.normalized_similarity(lines, old) >= _SAME_CODE for old in code):
            parts.append(lines)
        else:
            pieces = filter(None, _BLANK_LINES.split(part))
            parts += [(parts and table_in(piece)) or normalise(words_in(piece)) for piece in pieces]
    return [part for part in parts if part]


def _blocks_of(parts: Iterable[str | TypedTable]) -> Iterator[Block]:
    """The parts as paragraphs, and the cells of tables where they stand."""
    before: Block | None = None
    for part in parts:
        if isinstance(part, str):
            before = Block("paragraph", part)
            yield before
            continue
        rows = [row for row in part.rows if any(row)]
        cells = [
            Block("cell", text, cell=Cell(nth, column))
            for nth, row in enumerate(rows)
            for column, text in enumerate(row)
            if text
        ]
        for block in apart(cells, before):
            before = block
            yield block


def partners(
    old: Sequence[PlacedBlock], new: Sequence[PlacedBlock], alignment: Alignment
) -> dict[int, int]:
    """Which new block each old one has become, by index; blocks that went have none."""
    votes: dict[tuple[int, int], int] = {}
    for here, span in enumerate(old):
        for start, end in _carried(span, alignment):
            pair = here, index_at(new, start)
            votes[pair] = votes.get(pair, 0) + end - start
    found: dict[int, int] = {}
    taken: set[int] = set()
    for here, there in sorted(votes, key=lambda pair: (-votes[pair], pair)):
        if here not in found and there not in taken:
            found[here] = there
            taken.add(there)
    found |= _by_text(old, new, found)
    return found | dict(_by_position(len(old), len(new), found))


def _carried(span: PlacedBlock, alignment: Alignment) -> Iterator[tuple[int, int]]:
    """Where a block went: as a whole, or some of its words."""
    whole = alignment.carry(span.start, span.end)
    if whole:
        yield whole
        return
    words = [match.span() for match in _WORD.finditer(span.block.text)]
    for start, end in words[:: len(words) // _WITNESSES + 1]:
        place = alignment.carry(span.start + start, span.start + end)
        if place:
            yield place


def _by_text(
    old: Sequence[PlacedBlock], new: Sequence[PlacedBlock], found: dict[int, int]
) -> dict[int, int]:
    """Blocks too short to be sure of, a heading that was moved, say, but still the same, once."""
    taken = set(found.values())
    here = _once(span.block.text if at not in found else None for at, span in enumerate(old))
    there = _once(span.block.text if at not in taken else None for at, span in enumerate(new))
    return {at: there[text] for text, at in here.items() if text in there}


def _once(texts: Iterable[str | None]) -> dict[str, int]:
    """Where each text stands that stands only once."""
    places: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        if text is not None:
            places.setdefault(text, []).append(at)
    return {text: found[0] for text, found in places.items() if len(found) == 1}


def _by_position(old: int, new: int, partners: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Blocks reworded from end to end: as many in the new text as in the old between partners."""
    fixed = [(-1, -1), *sorted(partners.items()), (old, new)]
    for (here, there), (next_here, next_there) in pairwise(fixed):
        if next_here - here == next_there - there:
            yield from zip(range(here + 1, next_here), range(there + 1, next_there), strict=True)


def _marks(
    old: Sequence[PlacedBlock],
    new: Sequence[PlacedBlock],
    alignment: Alignment,
    partners: dict[int, int],
) -> list[list[Mark]]:
    marks: list[list[Mark]] = [[] for _ in new]
    for here, span in enumerate(old):
        there = new[partners[here]] if here in partners else None
        shift: Shift | None = None
        for mark in span.block.marks:
            place = alignment.carry(span.start + mark.start, span.start + mark.end)
            if place is None and there:
                shift = shift or Shift(edits(span.block.text, there.block.text))
                place = there.start + shift.start(mark.start), there.start + shift.end(mark.end)
            if place:
                lay(marks, new, mark, *place)
    return marks


def _due(old: int, new: int, partners: dict[int, int]) -> list[int]:
    """For each old block how many new ones come before it, or before the next that stayed."""
    due = new
    found: list[int] = []
    for here in reversed(range(old)):
        due = partners.get(here, due)
        found.append(due)
    return [0, *found[::-1][1:]]
