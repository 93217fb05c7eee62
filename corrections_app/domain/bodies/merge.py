"""Two bodies that were made of one, put together: words, kinds, marks and furniture.

A source sends an article again that was corrected here meanwhile: ``base`` is
what the source said before, ``theirs`` what it says now, ``ours`` what stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.bodies.patch import Rebuilding, fitted, in_order
from corrections_app.domain.carrying import Place, reads_already
from corrections_app.domain.errors import Invalid
from corrections_app.domain.patching import Changes, Clash, Side, changes, edits
from corrections_app.domain.text.body import (
    Aside,
    Block,
    Body,
    Cell,
    Mark,
    canonical_text,
    text_blocks,
)
from corrections_app.domain.text.edits import Edit, inverse
from corrections_app.domain.text.layout import placed_blocks, with_furniture


@dataclass(frozen=True, slots=True)
class Meeting:
    """What both sides changed: where it stands in the text that is ours, and the words of both.

    The words are equal where it is their kind, emphasis or links that both changed.
    """

    start: int
    end: int
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The body with both changes, and where it had to be one side's alone."""

    body: Body
    meetings: tuple[Meeting, ...]


def merge(base: Body, ours: Body, theirs: Body, side: Side) -> Merged:
    """``base`` with what led to ``ours`` and what led to ``theirs``; where they meet, ``side``'s.

    Never raises: two bodies that cannot be put together at all are one meeting
    of everything, and ``side``'s body stands whole.
    """
    if theirs in (base, ours):
        return Merged(ours, ())
    if ours == base:
        return Merged(theirs, ())
    try:
        return _Three(*_carried_along(base, ours, theirs), shown=canonical_text(ours)).merged(side)
    except Invalid:
        here, there = canonical_text(ours), canonical_text(theirs)
        return Merged(ours if side == "ours" else theirs, (Meeting(0, len(here), here, there),))


class _Three:
    """Three bodies, and what the words of the two later ones have changed of the first."""

    def __init__(self, base: Body, ours: Body, theirs: Body, *, shown: str) -> None:
        """``shown`` is the text in which meetings are told: ours as it stands."""
        self.bodies = {"base": base, "ours": ours, "theirs": theirs}
        self.text = canonical_text(base)
        self.found = changes(self.text, canonical_text(ours), canonical_text(theirs))
        self._to_ours = _Drift([*self.found.ours, *self.found.alike, *_of(self.found, "ours")])
        self._to_theirs = _Drift(
            [*self.found.theirs, *self.found.alike, *_of(self.found, "theirs")]
        )
        self._shown, self._to_shown = shown, _Drift(edits(self.text, shown))

    def merged(self, side: Side) -> Merged:
        """Each body with the words of the others, then block by block what each has of its own."""
        # All three get the same words, so their blocks are the same and differ in form alone.
        base = Rebuilding(self.bodies["base"], self.found.together(side)).body()
        ours = Rebuilding(self.bodies["ours"], self._missing("ours", side)).body()
        theirs = Rebuilding(self.bodies["theirs"], self._missing("theirs", side)).body()
        if not canonical_text(base) == canonical_text(ours) == canonical_text(theirs):
            raise Invalid("The three do not come to one text.")
        settled = self._settled(side, canonical_text(base))
        rows = zip(*(placed_blocks(text_blocks(one)) for one in (base, ours, theirs)), strict=True)
        blocks: list[Block] = []
        meetings = [self._meeting(clash) for clash in self.found.clashes]
        for was, here, there in rows:
            inside = any(low < was.end and was.start < high for low, high in settled)
            form = _form(was.block, here.block, there.block, side, decided=inside)
            if form.meets and not inside:
                meetings.append(self._of_block(here.block))
            blocks.append(form.block)
        whole = tuple(_with_furniture(in_order(blocks, titled=True), base, ours, theirs))
        return Merged(whole, tuple(meetings))

    def _missing(self, of: Side, side: Side) -> list[Edit]:
        """What the text of one side still lacks, as edits of that text."""
        drift = self._to_ours if of == "ours" else self._to_theirs
        others = self.found.theirs if of == "ours" else self.found.ours
        lacking = [drift.moved(edit) for edit in others]
        if of != side:
            lacking += [drift.moved(self._window(clash, side)) for clash in self.found.clashes]
        return sorted(lacking)

    def _window(self, clash: Clash, side: Side) -> Edit:
        return Edit(clash.start, clash.end, clash.words(self.text, side))

    def _settled(self, side: Side, text: str) -> list[tuple[int, int]]:
        """Where in the merged text one side's words stand because both had changed them."""
        drift = _Drift(self.found.together(side))
        return [
            (drift.at(clash.start), drift.at(clash.end, after=True)) for clash in self.found.clashes
        ]

    def _meeting(self, clash: Clash) -> Meeting:
        return Meeting(
            self._to_shown.at(clash.start),
            self._to_shown.at(clash.end, after=True),
            clash.words(self.text, "ours"),
            clash.words(self.text, "theirs"),
        )

    def _of_block(self, block: Block) -> Meeting:
        """A block whose form both changed: as a whole, where it stands in our text."""
        start = max(self._shown.find(block.text), 0)
        return Meeting(start, start + len(block.text), block.text, block.text)


class _Drift:
    """How far places of a text have moved by edits of it that touch none of them."""

    def __init__(self, made: Sequence[Edit]) -> None:
        self._edits = sorted(made)
        grown = (len(edit.replacement) - (edit.end - edit.start) for edit in self._edits)
        self._by = list(accumulate(grown, initial=0))

    def at(self, place: int, *, after: bool = False) -> int:
        """Where a place is; with ``after`` the end of what was edited up to it."""
        passed = sum(edit.end <= place if after else edit.start < place for edit in self._edits)
        return place + self._by[passed]

    def moved(self, edit: Edit) -> Edit:
        """An edit of what the edits made."""
        return Edit(self.at(edit.start), self.at(edit.end, after=True), edit.replacement)


def _of(found: Changes, side: Side) -> list[Edit]:
    return [edit for clash in found.clashes for edit in clash.of(side)]


class _Form(NamedTuple):
    """A block as it is to be, and whether both sides had changed its kind or its marks."""

    block: Block
    meets: bool


def _form(was: Block, here: Block, there: Block, side: Side, *, decided: bool) -> _Form:
    """The block with what either side changed of its kind and marks; the words are equal."""
    if here == there or was == there:
        return _Form(here, False)
    if was == here:
        return _Form(there, False)
    wins = here if side == "ours" else there
    if decided:
        return _Form(wins, True)
    old, mine, other = _kind(was), _kind(here), _kind(there)
    meets = old not in (mine, other) and mine != other
    kind = wins if meets else (there if mine == old else here)
    added = set(here.marks) - set(was.marks), set(there.marks) - set(was.marks)
    if any(_contradict(one, other) for one in added[0] for other in added[1]):
        return _Form(fitted(kind, was.text, wins.marks), True)
    gone = set(was.marks) - set(here.marks)
    marks = [mark for mark in there.marks if mark not in gone]
    marks += [mark for mark in here.marks if mark in added[0] and mark not in marks]
    return _Form(fitted(kind, was.text, _in_their_order(marks, here.marks)), meets)


def _kind(block: Block) -> tuple[str, int, bool, Cell | None]:
    return block.kind, block.level, block.ordered, block.cell


def _contradict(one: Mark, other: Mark) -> bool:
    """Whether two marks of a kind lie over the same words, and are not the same."""
    return (
        one != other and one.kind == other.kind and one.start < other.end and other.start < one.end
    )


def _in_their_order(marks: list[Mark], order: Sequence[Mark]) -> Sequence[Mark]:
    return order if set(marks) == set(order) else marks


Placed = tuple[int, Aside]
"""Furniture, and how many blocks stand before it."""


def _with_furniture(
    blocks: Sequence[Block], base: Body, ours: Body, theirs: Body
) -> Iterator[Block | Aside]:
    """The blocks among the furniture that either side left, brought or moved."""
    was, here, there = map(_furniture, (base, ours, theirs))
    if _things(was) == _things(here) or there == was:
        found = here if there == was else there
    else:
        left = [one for one in there if one[1] in _things(here) or one[1] not in _things(was)]
        brought = [one for one in here if one[1] not in (*_things(was), *_things(there))]
        found = sorted([*left, *brought], key=lambda one: one[0])
    return with_furniture(_rows(found, len(blocks)), blocks, range(len(blocks)))


def _rows(found: Sequence[Placed], count: int) -> Body:
    """A body of so many blocks with this furniture among them."""
    rows: list[Block | Aside] = []
    for index in range(count + 1):
        rows += [aside for at, aside in found if at == index]
        rows += [Block("paragraph", "")] if index < count else []
    return tuple(rows)


def _furniture(body: Body) -> list[Placed]:
    found: list[Placed] = []
    passed = 0
    for part in body:
        if isinstance(part, Aside):
            found.append((passed, part))
        else:
            passed += 1
    return found


def _things(placed: Sequence[Placed]) -> list[Aside]:
    return [aside for _, aside in placed]


def _carried_along(base: Body, ours: Body, theirs: Body) -> tuple[Body, Body, Body]:
    """The three, without those of our changes in passages that the source moved.

    They are made in the moved passage instead, unless it says so already.
    """
    was, here, there = map(canonical_text, (base, ours, theirs))
    clashes = changes(was, here, there).clashes
    mine = {edit for clash in clashes for edit in clash.ours}
    if not mine:
        return base, ours, theirs
    moving, staying = Alignment(was, there), Alignment(here, there)
    back: list[Edit] = []
    along: list[Edit] = []
    every = edits(was, here)
    for edit, undone in zip(every, inverse(was, every), strict=True):
        if edit not in mine:
            continue
        fit = moving.fit(edit.start, edit.end)
        if reads_already(_place(edit), moving) or staying.carry(undone.start, undone.end):
            back.append(undone)
        elif fit.state == "moved" and fit.place and there[slice(*fit.place)] == undone.replacement:
            back.append(undone)
            along.append(Edit(*fit.place, edit.replacement))
    return (
        base,
        Rebuilding(ours, back).body() if back else ours,
        Rebuilding(theirs, sorted(along)).body() if along else theirs,
    )


def _place(edit: Edit) -> Place:
    return Place(edit.start, edit.end, (edit,))
