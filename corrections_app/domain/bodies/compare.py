"""Two bodies of one article, told apart paragraph by paragraph, for people.

Which block has become which is asked of the alignment that carries marks and
corrections too; the words of a block that stayed are then compared as
`differences.difference` does, so the cost is bounded for hostile texts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.bodies.retype import partners
from corrections_app.domain.text.body import (
    Aside,
    Block,
    BlockKind,
    Body,
    canonical_text,
    text_blocks,
)
from corrections_app.domain.text.differences import Piece, PieceKind, difference
from corrections_app.domain.text.layout import placed_blocks

# With less of its words kept, a paragraph is told as one that went and one that came.
_LEAST_KEPT = 0.3

RowState = Literal["same", "edited", "moved", "restyled", "added", "removed", "furniture"]


@dataclass(frozen=True, slots=True)
class Row:
    """One block, or a run of blocks that stayed as they were.

    ``same``: ``count`` blocks are unchanged. ``edited``: its words are others.
    ``moved``: it stood elsewhere, and may be edited too. ``restyled``: the same
    words, but its kind, links or emphasis changed. ``added``, ``removed``: the
    whole block. ``furniture``: what is not text (pictures, boxes) changed.
    """

    state: RowState
    kind: BlockKind | None = None
    pieces: tuple[Piece, ...] = ()
    count: int = 1


def compared(old: Body, new: Body) -> tuple[Row, ...]:
    """What became of ``old``, in the order of ``new``; what went stands where it stood."""
    rows = list(_gathered(_rows(text_blocks(old), text_blocks(new), _pairs(old, new))))
    if _furniture(old) != _furniture(new):
        rows.append(Row("furniture"))
    return tuple(rows)


def _furniture(body: Body) -> list[Aside]:
    return [part for part in body if isinstance(part, Aside)]


def _pairs(old: Body, new: Body) -> dict[int, int]:
    """Which old block each new one was."""
    here, there = placed_blocks(text_blocks(old)), placed_blocks(text_blocks(new))
    alignment = Alignment(canonical_text(old), canonical_text(new))
    return {after: before for before, after in partners(here, there, alignment).items()}


def _rows(old: tuple[Block, ...], new: tuple[Block, ...], was: dict[int, int]) -> Iterator[Row]:
    settled = _in_order([was[index] for index in sorted(was)])
    gone = iter(sorted(set(range(len(old))) - set(was.values())))
    next_gone = next(gone, None)
    for index, block in enumerate(new):
        before = was.get(index)
        while next_gone is not None and before in settled and next_gone < (before or 0):
            yield _whole("removed", old[next_gone])
            next_gone = next(gone, None)
        if before is None:
            yield _whole("added", block)
        else:
            yield from _paired(old[before], block, moved=before not in settled)
    while next_gone is not None:
        yield _whole("removed", old[next_gone])
        next_gone = next(gone, None)


def _paired(old: Block, new: Block, *, moved: bool) -> Iterator[Row]:
    if old.text == new.text:
        state: RowState = "same" if _alike(old, new) else "restyled"
        yield Row("moved" if moved else state, new.kind, (Piece("same", new.text),))
        return
    pieces = difference(old.text, new.text)
    kept = sum(len(piece.text) for piece in pieces if piece.kind == "same")
    if kept < _LEAST_KEPT * min(len(old.text), len(new.text)):
        yield _whole("removed", old)
        yield _whole("added", new)
    else:
        yield Row("moved" if moved else "edited", new.kind, pieces)


def _alike(old: Block, new: Block) -> bool:
    """Whether nothing of it is another; a cell below a new row is still the same cell."""
    if old.cell and new.cell:
        here = replace(old.cell, row=new.cell.row, column=new.cell.column, table=new.cell.table)
        old = replace(old, cell=here)
    return old == new


def _whole(state: Literal["added", "removed"], block: Block) -> Row:
    kind: PieceKind = state
    return Row(state, block.kind, (Piece(kind, block.text),))


def _gathered(rows: Iterable[Row]) -> Iterator[Row]:
    """Runs of unchanged blocks as one row, without their words."""
    for state, run in groupby(rows, key=lambda row: row.state):
        found = list(run)
        if state == "same":
            yield replace(found[0], kind=None, pieces=(), count=len(found))
        else:
            yield from found


def _in_order(places: list[int]) -> set[int]:
    """The most blocks that kept their order: the longest rising subsequence (patience sorting)."""
    tops: list[int] = []
    below: dict[int, int | None] = {}
    for place in places:
        at = bisect_left(tops, place)
        below[place] = tops[at - 1] if at else None
        tops[at : at + 1] = [place]
    kept: set[int] = set()
    last = tops[-1] if tops else None
    while last is not None:
        kept.add(last)
        last = below[last]
    return kept
