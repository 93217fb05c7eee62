"""Whether a change touches facts: asked of what it does, not of what anyone calls it.

A flagged change takes a second, deliberate step of whoever makes it, and where the
newsroom wishes, a second person. Everything that changes an article asks here, of the
text as it is by then and of the edits that will really be made.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import cached_property

from corrections_app.domain.patching import edits as parts_of
from corrections_app.domain.text.body import (
    SEPARATOR,
    Aside,
    Block,
    Body,
    byline_of,
    canonical_text,
    placed,
    text_blocks,
)
from corrections_app.domain.text.edits import Edit, splice
from corrections_app.domain.text.layout import PlacedBlock, index_at, overlaps, placed_blocks
from corrections_app.domain.text.tables import goes_on
from corrections_app.domain.warnings.risks import Risk, found
from corrections_app.domain.warnings.spellings import is_spelling_of


class Flag(StrEnum):
    """What makes a change a flagged one, in the order in which it is told."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    QUOTATION = "quotation"
    LINK = "link"
    NEGATION = "negation"
    FACT = "fact"
    """Its reader says that a fact is wrong."""


FACTUAL = frozenset(Risk(flag) for flag in Flag if flag != Flag.FACT)
"""The risks that flag a change: the others are about how words look."""


def among(risks: Collection[Risk], *, fact: bool = False) -> tuple[Flag, ...]:
    """The flags of a change with these risks; ``fact``: its reader calls it one."""
    raised = {Flag(risk) for risk in FACTUAL.intersection(risks)}
    return tuple(flag for flag in Flag if flag in raised or (fact and flag == Flag.FACT))


_Unit = tuple[tuple[int, str], ...]
"""What stands as a whole: a block, or the cells of a row of a table, each in its column."""


class Weighed:
    """A body, of which changes are weighed: the risks of a text, and what it says of its blocks.

    Any change of the byline is one of a name, and so is another word with a capital where
    a cell of a table begins: no sentence begins there.
    """

    def __init__(self, body: Body) -> None:
        self.text = canonical_text(body)
        self._links = links_in(body)
        self._body = body
        self._named = [
            PlacedBlock(start, part)
            for part, start in placed(body)
            if isinstance(part, Block) and start is not None and part.kind in ("byline", "cell")
        ]

    @cached_property
    def _row(self) -> list[PlacedBlock]:
        return placed_blocks(text_blocks(self._body))

    def risks(self, edits: Sequence[Edit]) -> frozenset[Risk]:
        """What making these edits of its canonical text touches."""
        risks = found(self.text, edits, self._links)
        renames = any(self._renames(edit) for edit in edits if self._is_beside_name(edit))
        return risks | {Risk.NAME} if renames else risks

    def _is_beside_name(self, edit: Edit) -> bool:
        """Whether an edit comes near the byline or a cell: of hundreds, few do."""
        after = bisect_left(self._named, edit.start, key=lambda span: span.end)
        return after < len(self._named) and self._named[after].start <= edit.end

    def _renames(self, edit: Edit) -> bool:
        span = self._row[index_at(self._row, edit.start)]
        touched = {self._row[at].block.kind for at, *_ in overlaps(self._row, edit.start, edit.end)}
        if "byline" in touched or (span.block.kind == "byline" and edit.start <= span.end):
            return self.text[edit.start : edit.end] != edit.replacement
        if span.block.kind != "cell" or edit.end > span.end or edit.start < span.start:
            return False
        within = Edit(edit.start - span.start, edit.end - span.start, edit.replacement)
        return renames_cell(span.block.text, splice(span.block.text, (within,)))


def renames_cell(old: str, new: str) -> bool:
    """Whether a cell begins with another word with a capital, not the same spelt otherwise."""
    was, becomes = (next(iter(words.split()), "") for words in (old, new))
    capitals = was[:1].isupper() and becomes[:1].isupper()
    return capitals and was != becomes and not is_spelling_of(was, becomes)


def flags_between(old: Body, new: Body, *, fact: bool = False) -> tuple[Flag, ...]:
    """The flags of giving an article another body: by hand, restored, or brought in again.

    Paragraphs that stand in both are no change, wherever they stand. What moved from one
    paragraph to another in so far as they were parted or joined is none either.
    """
    gone, come, stayed = _sorted(old, new)
    before = canonical_text(gone)
    edits = parts_of(before, canonical_text(come))
    # What stayed stands behind: a name that begins a sentence is known from elsewhere.
    text = before + SEPARATOR + canonical_text(stayed)
    risks = set(found(text, edits, links_in(gone)))
    risks.update(*(risk for _, risk in _moved(gone, come)))
    risks.update(*(risk for _, _, risk in changed_alternatives(old, new)))
    if linked(old) != linked(new):
        risks.add(Risk.LINK)
    if byline_of(old) != byline_of(new) or _renamed(gone, come):
        risks.add(Risk.NAME)
    return among(risks, fact=fact)


def moved_cells(old: Body, new: Body) -> list[tuple[str, frozenset[Risk]]]:
    """Words that stand under another heading, their rows else alike, and what that touches.

    The canonical texts of both are the same there: no edit of them tells it.
    """
    gone, come, _ = _sorted(old, new)
    return _moved(gone, come)


def _moved(gone: Body, come: Body) -> list[tuple[str, frozenset[Risk]]]:
    weighed = Weighed(gone)
    rows = {_words(unit): unit for unit, _ in _units(come)}
    found: list[tuple[str, frozenset[Risk]]] = []
    at = 0
    for unit, _ in _units(gone):
        for (column, text), (now, _) in zip(unit, rows.get(_words(unit), unit), strict=True):
            end = at + len(text)
            if column != now:
                found.append((text, weighed.risks((Edit(at, end, ""),)) & FACTUAL))
            at = end + len(SEPARATOR)
    return found


def changed_alternatives(old: Body, new: Body) -> list[tuple[str, str, frozenset[Risk]]]:
    """What is said instead of the same picture, before and after, and what that touches.

    It is no text in which an offset counts, and all that some readers have of a picture.
    """
    was, becomes = _alternatives(old), _alternatives(new)
    changed = [(was[key], becomes[key]) for key in was if becomes.get(key, was[key]) != was[key]]
    return [
        (before, after, found(before, parts_of(before, after), ()) & FACTUAL)
        for before, after in changed
    ]


def _alternatives(body: Body) -> dict[str, str]:
    """What is said instead of each picture that stands once, by the picture."""
    images = [
        (part.media.digest if part.media else part.href, " ".join(part.lines))
        for part in body
        if isinstance(part, Aside) and part.role == "image"
    ]
    counts = Counter(key for key, _ in images)
    return {key: words for key, words in images if key and words and counts[key] == 1}


def _words(unit: _Unit) -> tuple[str, ...]:
    return tuple(text for _, text in unit)


def _renamed(gone: Body, come: Body) -> bool:
    """Whether a cell of a table that was changed begins with another name."""
    was, becomes = ([b.text for b in text_blocks(side) if b.cell] for side in (gone, come))
    return len(was) == len(becomes) and any(map(renames_cell, was, becomes))


def links_in(body: Body) -> list[tuple[int, int]]:
    """Where the text of a body is marked as a link, in code points of the canonical text."""
    return [
        (start + mark.start, start + mark.end)
        for block, start in placed(body)
        if isinstance(block, Block) and start is not None
        for mark in block.marks
        if mark.kind == "link"
    ]


def _sorted(old: Body, new: Body) -> tuple[Body, Body, Body]:
    """The text blocks that went, those that came, and those that stand in both."""
    was, becomes = _units(old), _units(new)
    both = Counter(unit for unit, _ in was) & Counter(unit for unit, _ in becomes)
    gone, stayed = _parted(was, both.copy())
    come, _ = _parted(becomes, both)
    return gone, come, stayed


def _units(body: Body) -> list[tuple[_Unit, Body]]:
    """A body in the parts of which each says the same wherever it stands.

    A figure does not: in another row of its table, or under another heading, it is another.
    """
    blocks = text_blocks(body)
    found: list[tuple[_Unit, Body]] = []
    at = 0
    while at < len(blocks):
        end = at + 1
        cell = blocks[at].cell
        while cell and end < len(blocks) and goes_on(blocks[end - 1], blocks[end]):
            there = blocks[end].cell
            if there is None or there.row != cell.row:
                break
            end += 1
        held = tuple(blocks[at:end])
        found.append((tuple((b.cell.column if b.cell else -1, b.text) for b in held), held))
        at = end
    return found


def _parted(units: Sequence[tuple[_Unit, Body]], both: Counter[_Unit]) -> tuple[Body, Body]:
    """The blocks without those counted, and these; as often as they are counted."""
    others: list[Block] = []
    counted: list[Block] = []
    for unit, held in units:
        (counted if both[unit] else others).extend(text_blocks(held))
        both[unit] -= both[unit] > 0
    return tuple(others), tuple(counted)


def linked(body: Body) -> Counter[tuple[str | None, str]]:
    """The links of a body: where each leads, and from which words."""
    return Counter(
        (mark.href, block.text[mark.start : mark.end])
        for block in text_blocks(body)
        for mark in block.marks
        if mark.kind == "link"
    )
