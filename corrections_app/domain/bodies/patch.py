"""Changing the words of a body block by block: kinds, marks and furniture come along."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from corrections_app.domain.errors import Invalid
from corrections_app.domain.patching import edits as word_edits
from corrections_app.domain.text.body import (
    SEPARATOR,
    Block,
    BlockKind,
    Body,
    Mark,
    canonical_text,
    is_canonical,
    placed,
    text_blocks,
)
from corrections_app.domain.text.edits import Edit, inverse, splice, widen_all
from corrections_app.domain.text.layout import (
    PlacedBlock,
    Shift,
    carried_marks,
    index_at,
    overlaps,
    placed_blocks,
    with_furniture,
)
from corrections_app.domain.text.tables import goes_on

_EMPTY_LINES = re.compile(r"\n(?:[ \t\f\v]*\n)+")
# Blocks of which a further part that splits off is one of their kind; else it is a paragraph.
_SPLIT_INTO_THEIR_KIND: tuple[BlockKind, ...] = ("list_item", "quote", "preformatted")


class _Origin(NamedTuple):
    """The old blocks of which a new one holds words, has new words for words, or is new beside."""

    kept: list[int]
    reworded: list[int]
    beside: list[int]


class Rebuilding:
    """One body becoming another by edits whose result is canonical.

    ``old`` and ``new`` are the blocks with their offsets; ``kinds`` and
    ``marks`` what each new block is to have, open to be corrected before `body`.
    """

    def __init__(self, body: Body, edits: Sequence[Edit]) -> None:
        text = canonical_text(body)
        self._body = body
        self.old = placed_blocks(text_blocks(body))
        parts = splice(text, edits).split(SEPARATOR)
        self.new = placed_blocks([Block("paragraph", part) for part in parts])
        # Word by word, so that kinds and marks hold on to every word that stays.
        self._parts = [part for edit in edits for part in _words_of(text, edit)]
        self._shift = Shift(self._parts)
        self._titled = self.old[0].block.kind == "title"
        self._origins = self._find_origins()
        self.kinds = self._find_kinds()
        self.marks = carried_marks(self.old, self.new, self._shift)

    def loses_title(self) -> bool:
        """Whether nothing is left of the headline, neither words nor words put for them."""
        return self._titled and not any(0 in (*o.kept, *o.reworded) for o in self._origins)

    def parts_table(self) -> bool:
        """Whether a new block would stand between the cells of a table."""
        return any(
            index not in self._claims and goes_on(self.kinds[index - 1], self.kinds[index + 1])
            for index in range(1, len(self.kinds) - 1)
        )

    def is_all_new(self, index: int) -> bool:
        """Whether a new block holds no word that stood in the old text."""
        return not self._origins[index].kept

    def body(self) -> Body:
        """The new body; raises `Invalid` if a block of it is not canonical."""
        kinds = in_order(self.kinds, titled=self._titled)
        stood = {id(span.block) for span in self.old}
        blocks = [
            # Only what has changed can have ceased to be canonical.
            like
            if id(like) in stood and like.text == span.block.text and like.marks == tuple(marks)
            else fitted(like, span.block.text, marks)
            for like, span, marks in zip(kinds, self.new, self.marks, strict=True)
        ]
        return tuple(with_furniture(self._body, blocks, self._due()))

    def _due(self) -> list[int]:
        """For each old block how many new ones begin before it, or before what took it in."""
        starts = [span.start for span in self.new]
        moved = (self._shift.start(span.start) for span in self.old[1:])
        return [0, *(bisect_left(starts, start) for start in moved)]

    def _find_kinds(self) -> list[Block]:
        """For each new block the old one whose kind, level and order it takes on.

        A block's kept words keep its kind; a block reworded from end to end
        keeps it too. Parts that split off become paragraphs, or more list items.
        """
        claims = {0: 0} if self._titled else {}
        free = set(range(len(self.old))) - set(claims)
        rewordings = (() if origin.kept else origin.reworded for origin in self._origins)
        for wanted in ([origin.kept for origin in self._origins], rewordings):
            for index, blocks in enumerate(wanted):
                claim = next((block for block in blocks if block in free), None)
                if index not in claims and claim is not None:
                    claims[index] = claim
                    free.remove(claim)
        self._claims = claims
        return [
            self.old[claims[index]].block if index in claims else self._split_off(origin)
            for index, origin in enumerate(self._origins)
        ]

    def _split_off(self, origin: _Origin) -> Block:
        like = self.old[[*origin.kept, *origin.reworded, *origin.beside, 0][0]].block
        # One more item counts on by itself.
        more = replace(like, number=None)
        return more if like.kind in _SPLIT_INTO_THEIR_KIND else Block("paragraph", "")

    def _find_origins(self) -> list[_Origin]:
        origins = [_Origin([], [], []) for _ in self.new]
        done = 0
        for part in self._parts:
            self._note_kept(origins, done, part.start)
            start = self._shift.end(part.start)
            replaced = [index for index, _, _ in overlaps(self.old, part.start, part.end)]
            for index, _, _ in overlaps(self.new, start, start + len(part.replacement)):
                origins[index].reworded.extend(replaced)
                origins[index].beside.append(index_at(self.old, part.start))
            done = part.end
        self._note_kept(origins, done, self.old[-1].end)
        return origins

    def _note_kept(self, origins: list[_Origin], start: int, end: int) -> None:
        for block, low, high in overlaps(self.old, start, end):
            moved = self._shift.start(low)
            for index, _, _ in overlaps(self.new, moved, moved + high - low):
                origins[index].kept.append(block)


def _words_of(text: str, edit: Edit) -> tuple[Edit, ...]:
    return word_edits(text[edit.start : edit.end], edit.replacement, edit.start)


def fitted(like: Block, text: str, marks: Sequence[Mark]) -> Block:
    """A block of one's kind with another text.

    Raises `Invalid` when the text is not canonical.
    """
    block = replace(like, text=text, marks=tuple(marks))
    if not is_canonical(block) and block.kind != "title":
        # Only a preformatted block can have had these blanks: it comes back as what it was.
        block = Block("preformatted", text, block.marks)
    if not is_canonical(block):
        raise Invalid("That would leave an empty paragraph, or blanks where none belong.")
    return block


_ONCE: tuple[BlockKind, ...] = ("title", "standfirst", "byline")


def in_order(blocks: Sequence[Block], *, titled: bool) -> list[Block]:
    """The first block is the title and no other is; of `_ONCE` only the first stays."""
    done: list[Block] = []
    for block in blocks:
        if titled and not done:
            block = Block("title", block.text, block.marks)
        elif block.kind in _ONCE and any(b.kind == block.kind for b in done):
            block = replace(block, kind="paragraph")
        done.append(block)
    return done


def patch(body: Body, edits: Sequence[Edit]) -> Body:
    """The body with the edits made, each widened first (`widened` says to what).

    ``edits`` are in order and do not overlap. Raises `Invalid` when the
    headline would go, or a paragraph come between the cells of a table.
    """
    return patched(body, widened(body, edits))


def patched(body: Body, wide: Sequence[Edit]) -> Body:
    """The same with edits that are `widened` already."""
    if not wide:
        return body
    first, end, start = _reach(body, wide)
    here = [Edit(edit.start - start, edit.end - start, edit.replacement) for edit in wide]
    done = Rebuilding(body[first:end], here)
    if done.loses_title():
        raise Invalid("The headline cannot be removed.")
    if done.parts_table():
        raise Invalid(
            "Between the cells of a table there is no room for a paragraph: "
            "keep the words within their cell, or put them before or behind the table."
        )
    return (*body[:first], *done.body(), *body[end:])


def _reach(body: Body, edits: Sequence[Edit]) -> tuple[int, int, int]:
    """The parts of a body that edits reach, and a block more on either side; all else stays.

    From which to before which part, and where the first of them begins in the canonical text.
    """
    blocks = [(index, at) for index, (_, at) in enumerate(placed(body)) if at is not None]
    starts = [at for _, at in blocks]
    first = max(bisect_right(starts, edits[0].start) - 2, 0)
    last = min(bisect_right(starts, edits[-1].end), len(blocks) - 1)
    return blocks[first][0], blocks[last][0] + 1, starts[first]


def widened(body: Body, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """What `patch` really does: the edits to record, to shift places over, and to undo."""
    return widen_all(canonical_text(body), _within_cells(body, edits), verbatim(body))


def _within_cells(body: Body, edits: Sequence[Edit]) -> Sequence[Edit]:
    """The edits, those within one cell of a table without paragraphs: they are lines there."""
    if not any(_EMPTY_LINES.search(edit.replacement) for edit in edits):
        return edits
    row = placed_blocks(text_blocks(body))
    cells = [(span.start, span.end) for span in row if span.block.cell]
    return [
        replace(edit, replacement=_EMPTY_LINES.sub("\n", edit.replacement))
        if any(low <= edit.start and edit.end <= high for low, high in cells)
        else edit
        for edit in edits
    ]


def revert(body: Body, edits: Sequence[Edit], before: Body = (), made: Sequence[Edit] = ()) -> Body:
    """The body with an earlier patch taken back, to the letter.

    ``edits`` are its inverse (`patching.inverse`), where they stand today;
    ``made`` the widened edits themselves and ``before`` the body they were
    made in: blocks that nobody touched since come back as they were there,
    kind and marks included. Raises `Invalid` when what comes of it is no
    canonical body.
    """
    done = Rebuilding(body, edits)
    if before:
        _bring_back(done, edits, before, made)
    return done.body()


def verbatim(body: Body) -> tuple[tuple[int, int], ...]:
    """Where the preformatted blocks stand in the canonical text."""
    return tuple(
        (start, start + len(part.text))
        for part, start in placed(body)
        if isinstance(part, Block) and start is not None and part.kind == "preformatted"
    )


def _bring_back(
    done: Rebuilding, edits: Sequence[Edit], before: Body, made: Sequence[Edit]
) -> None:
    """Gives the blocks that were patched the kinds and marks they had before.

    Kinds, unless they were changed since; marks, unless anything was.
    """
    then = placed_blocks(text_blocks(before))
    patched = placed_blocks(text_blocks(Rebuilding(before, made).body()))
    undone = inverse(canonical_text(before), made)
    shift = Shift(edits)
    for now, back, edit in zip(edits, undone, made, strict=True):
        start = shift.end(now.start)
        came = _touched(done.new, start, start + len(now.replacement))
        were = [then[index].block for index in _touched(then, edit.start, edit.end)]
        here = [done.old[index].block for index in _touched(done.old, now.start, now.end)]
        there = [patched[index].block for index in _touched(patched, back.start, back.end)]
        if len(came) == len(were) and _kinds(here) == _kinds(there):
            for index, was in zip(came, were, strict=True):
                done.kinds[index] = was
                same = was.text == done.new[index].block.text
                if same and (here == there or done.is_all_new(index)):
                    done.marks[index] = [*was.marks]


def _touched(row: Sequence[PlacedBlock], start: int, end: int) -> range:
    return range(index_at(row, start), index_at(row, end) + 1)


def _kinds(blocks: Sequence[Block]) -> list[Block]:
    return [replace(block, text="", marks=()) for block in blocks]
