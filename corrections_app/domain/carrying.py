"""Where a correction stands after the article changed: its place and its edits, carried.

The unit is the edit, not the selection: two readers who fix two words of one
sentence do not collide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corrections_app.domain.alignment import Alignment, shift
from corrections_app.domain.lifecycle import Fit
from corrections_app.domain.patching import edits
from corrections_app.domain.text.body import block_around
from corrections_app.domain.text.edits import Edit, splice_within

CARRIED = (Fit.CLEAN, Fit.MOVED)
_REACH = 80  # code points in which neighbouring words are looked for
_BYSTANDERS = 3
_WORD = re.compile(r"\S+")
_SAID = re.compile(r"[^ \t\n]+|\n[ \t\n]*")


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


MOST_STRETCHES = 50


def untouched(
    applied: Sequence[Edit], wished: Sequence[Edit] = ()
) -> list[tuple[int, int | None, int]]:
    """The stretches of the old text in which `over_own` shifts a place and does nothing else.

    Each with the ends that a place must stay inside of, None for that of the text, and by how
    much it shifts. Nothing where there are more than `MOST_STRETCHES`. What an edit touches,
    or one of those ``wished``, is in none of them: of such a place more is to be asked.
    """
    found: list[tuple[int, int | None, int]] = []
    low = -1
    for edit in sorted((*applied, *wished)):
        if edit.start > low:
            found.append((low, edit.start, _drift(applied, low)))
        low = max(low, edit.end)
    found.append((low, None, _drift(applied, low)))
    return found if len(found) <= MOST_STRETCHES else []


def _drift(applied: Sequence[Edit], at: int) -> int:
    before = (edit for edit in applied if edit.end <= at)
    return sum(len(edit.replacement) - (edit.end - edit.start) for edit in before)


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
    wanted, made = (splice_within(text, low, high, one) for one in (place.edits, touching))
    return _said(wanted) == _said(made)


def _said(text: str) -> list[str]:
    """The words, and the breaks between them; how many blanks stand there says nothing.

    A line break is not a new paragraph, and a no-break space is no blank.
    """
    parts = _SAID.findall(text.strip(" \t\n"))
    return [part if part.strip(" \t\n") else "\n" * min(part.count("\n"), 2) for part in parts]


def reads_already(place: Place, alignment: Alignment) -> bool:
    """Whether the new text, changed by other hands, already says what ``place`` asks for.

    Judged between the neighbouring words, which must have kept their places:
    an inserted word stands beside words that are still there.
    """
    parts = _joined(place.edits or (), alignment.old)
    return bool(parts) and all(_is_made(edit, alignment) for edit in parts)


def says_so(text: str, start: int, end: int, exact: str, wanted: str) -> bool:
    """Whether the paragraphs around a place say what was asked for, and no more what was read.

    For words that other hands changed, so that the edits do not fit them any more.
    """
    low, high = block_around(text, start, end)
    passage = " ".join(text[low:high].split())
    read, asked = (" ".join(words.split()) for words in (exact, wanted))
    gone = not _stands_in(passage, read) or _stands_in(asked, read)
    return gone and (not asked or _stands_in(passage, asked))


def _stands_in(passage: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", passage) is not None


def _joined(parts: Sequence[Edit], text: str) -> list[Edit]:
    """The edits, those with no word between them made one: each is then between bystanders."""
    joined: list[Edit] = []
    for edit in parts:
        if joined and not text[joined[-1].end : edit.start].strip():
            last = joined.pop()
            between = text[last.end : edit.start]
            edit = Edit(last.start, edit.end, last.replacement + between + edit.replacement)
        joined.append(edit)
    return joined


def _is_made(edit: Edit, alignment: Alignment) -> bool:
    old, new = alignment.old, alignment.new
    left, before = _bystander(alignment, _words_before(old, edit.start))
    right, after = _bystander(alignment, _words_after(old, edit.end))
    low, high = left[0] if left else edit.start, right[1] if right else edit.end
    unchanged = alignment.carry(low, high)
    if unchanged and new[slice(*unchanged)] == old[low:high]:
        return False
    bounds = _between(alignment, edit, before, after)
    if (left and not before) or (right and not after) or bounds is None:
        return False
    wanted = old[low : edit.start] + edit.replacement + old[edit.end : high]
    return wanted.split() == new[slice(*bounds)].split()


def _bystander(
    alignment: Alignment, words: list[tuple[int, int]]
) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """The nearest word that kept its place, and that place.

    Not just the next word: of "the the" either may count as the one that went.
    """
    for word in words:
        if place := alignment.carry(*word):
            return word, place
    return (words[0] if words else None), None


def _between(
    alignment: Alignment, edit: Edit, before: tuple[int, int] | None, after: tuple[int, int] | None
) -> tuple[int, int] | None:
    """Where the new text stands between the bystanders, themselves included.

    Where the edit begins or ends its block, so does the new text's.
    """
    if before is None and after is None:
        return alignment.fit(edit.start, edit.end).place
    new = alignment.new
    if before is None and after is not None:
        before = (block_around(new, *after)[0], 0)
    if after is None and before is not None:
        after = (0, block_around(new, *before)[1])
    return (before[0], after[1]) if before and after and before[0] < after[1] else None


def _words_before(text: str, at: int) -> list[tuple[int, int]]:
    """The last words of the same block before a place, the nearest first."""
    low = max(at - _REACH, block_around(text, at, at)[0])
    found = [(low + m.start(), low + m.end()) for m in _WORD.finditer(text[low:at])]
    return found[: -_BYSTANDERS - 1 : -1]


def _words_after(text: str, at: int) -> list[tuple[int, int]]:
    high = min(at + _REACH, block_around(text, at, at)[1])
    return [(at + m.start(), at + m.end()) for m in _WORD.finditer(text[at:high])][:_BYSTANDERS]


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
