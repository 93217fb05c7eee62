"""Where words that a reader saw on a newsroom's own page stand in our copy of it.

The page sends the paragraph as it shows it: with curly quotes that the newsroom's system put
in, perhaps with an advertisement in between. Words are placed in the equal paragraph, or in a
like one through one alignment, and in no other: what is doubtful has no place, and a person
finds it. All offsets are code points, ranges are half-open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.alignment.tokens import LEAST_MOVED, letters
from corrections_app.domain.anchoring import cut
from corrections_app.domain.errors import Ambiguous, NotFoundInText, NoWords
from corrections_app.domain.text.body import SEPARATOR, block_around, tidy
from corrections_app.domain.text.folding import Folded

LIKE = 0.6
"""So many words of two paragraphs are equal, typography aside, if one may pass for the other.

Without it some 7 of 5,138 words of page furniture went to a like word of an article.
"""
MOST_TWINS = 1_000
"""Equal paragraphs are looked at; of more nobody can tell which is meant."""
MOST_PLACES = 10
_BLANK = " \n\t\f\v\r"
# Stands in no folded text: a line break folds to a blank.
_BORDER = "\n"

How = Literal["block", "aligned"]


@dataclass(frozen=True)
class Sighting:
    """What a reader's screen showed, and which of it they chose.

    ``text`` holds the paragraphs with chosen words in them, a blank line between; ``before`` and
    ``after`` what stands around them, likewise, cut where it is long. ``nth`` counts, from 0,
    which of the ``of`` equal paragraphs on the page the first one is.
    """

    text: str
    start: int
    end: int
    before: str = ""
    after: str = ""
    nth: int = 0
    of: int = 1

    def tidied(self) -> Sighting:
        """The sighting in the characters of canonical text (NFC). Raises `NoWords`."""
        if not 0 <= self.start < self.end <= len(self.text):
            raise NoWords("Select the words that should change.")
        start = len(tidy(self.text[: self.start]))
        end = start + len(tidy(self.text[self.start : self.end]))
        text = tidy(self.text)
        try:
            start, end = cut(text, start, min(end, len(text)))
        except NotFoundInText as nothing:
            raise NoWords(nothing.template) from None
        before, after = tidy(self.before), tidy(self.after)
        return Sighting(text, start, end, before, after, self.nth, self.of)

    @property
    def words(self) -> str:
        """What was chosen."""
        return self.text[max(self.start, 0) : max(self.end, 0)]


class Place(NamedTuple):
    """Where the words stand, and how that is known: by an equal paragraph, or by a like one."""

    start: int
    end: int
    how: How


class _Row:
    """The folded paragraphs of a canonical text, to be searched for a run of them."""

    def __init__(self, text: str) -> None:
        self.paragraphs: list[str] = []
        self.starts: list[int] = []
        self.folded: list[str] = []
        at = 0
        for paragraph in text.split(SEPARATOR):
            self.paragraphs.append(paragraph)
            self.starts.append(at)
            self.folded.append(_plain(paragraph))
            at += len(paragraph) + len(SEPARATOR)

    def runs(self, wanted: list[str]) -> Iterator[int]:
        """The number of the first paragraph of each run that is equal to the wanted one."""
        whole = _BORDER + _BORDER.join(self.folded) + _BORDER
        needle = _BORDER + _BORDER.join(wanted) + _BORDER
        at, number, counted = whole.find(needle), 0, 0
        while at >= 0:
            number += whole.count(_BORDER, counted, at)
            counted = at
            yield number
            at = whole.find(needle, at + 1)


def place(sighting: Sighting, text: str) -> Place:
    """Where the chosen words of a tidied sighting stand in a canonical text.

    Raises `NotFoundInText` where neither an equal nor a like paragraph has them, and
    `Ambiguous`, with ``places``, where equal paragraphs cannot be told from one another.
    """
    found = equal(sighting, text) or aligned(sighting, text)
    if found is None:
        raise NotFoundInText("These words are not in the article as we have it.")
    return found


def equal(sighting: Sighting, text: str) -> Place | None:
    """The place in the paragraphs that are equal, typography aside. Raises `Ambiguous`."""
    row = _Row(text)
    seen = _Row(sighting.text)
    runs = []
    for number in row.runs(seen.folded):
        runs.append(number)
        if len(runs) > MOST_TWINS:
            break
    if not runs:
        return None
    kept = _fitting(runs, row, seen, sighting)
    places = [found for run in kept[:MOST_PLACES] if (found := _within(run, row, seen, sighting))]
    if len(kept) > 1 and places:
        twins = [(each.start, each.end) for each in places]
        raise Ambiguous("These words are in the article several times.", places=twins)
    return places[0] if places else None


def _fitting(runs: list[int], row: _Row, seen: _Row, sighting: Sighting) -> list[int]:
    """The runs with the most neighbours of those on the page; else the one counted alike."""
    if len(runs) == 1:
        return runs
    above = [each for each in reversed(_Row(sighting.before).folded) if each]
    below = [each for each in _Row(sighting.after).folded if each]
    agree = [
        _in_common(above, row.folded[max(0, run - len(above)) : run][::-1], str.endswith)
        + _in_common(
            below,
            row.folded[run + len(seen.folded) : run + len(seen.folded) + len(below)],
            str.startswith,
        )
        for run in runs
    ]
    most = max(agree)
    fitting = [run for run, count in zip(runs, agree, strict=True) if count == most]
    is_counted = len(runs) == sighting.of and 0 <= sighting.nth < len(runs)
    return [runs[sighting.nth]] if len(fitting) > 1 and is_counted else fitting


def _in_common(theirs: list[str], ours: list[str], fits: Callable[[str, str], bool]) -> int:
    """How many paragraphs are the same, from the chosen ones outwards; the last may be cut."""
    count = 0
    for seen, here in zip(theirs, ours, strict=False):
        is_cut = seen is theirs[-1] and fits(here, seen)
        if not is_cut and seen != here:
            break
        count += 1
    return count


def _within(run: int, row: _Row, seen: _Row, sighting: Sighting) -> Place | None:
    """The chosen words in the paragraphs that are equal to those on the page."""
    first, last = _paragraph_of(seen, sighting.start), _paragraph_of(seen, sighting.end - 1)
    low = _crossed(seen, first, sighting.start, sighting.start + 1, row, run + first)
    high = _crossed(seen, last, sighting.end - 1, sighting.end, row, run + last)
    if low is None or high is None or low[0] >= high[1]:
        return None
    there = SEPARATOR.join(row.paragraphs[run : run + len(seen.paragraphs)])
    base = row.starts[run]
    words = there[low[0] - base : high[1] - base]
    return Place(low[0], high[1], "block") if _plain(words) == _plain(sighting.words) else None


def _crossed(
    seen: _Row, paragraph: int, start: int, end: int, row: _Row, other: int
) -> tuple[int, int] | None:
    """The range of the text that one of the page is equal to, within one paragraph of each."""
    base, ours = seen.starts[paragraph], Folded(row.paragraphs[other])
    theirs = Folded(seen.paragraphs[paragraph])
    start, end = theirs.folded_range(start - base, end - base)
    # Blanks at the ends of a paragraph are no part of what was found equal.
    shift = _indent(ours.text) - _indent(theirs.text)
    start, end = start + shift, end + shift
    if not 0 <= start < end <= len(ours.text):
        return None
    low, high = ours.range(start, end)
    return row.starts[other] + low, row.starts[other] + high


def _paragraph_of(row: _Row, offset: int) -> int:
    return max(n for n, start in enumerate(row.starts) if start <= offset)


def aligned(sighting: Sighting, text: str) -> Place | None:
    """The place through one alignment of what was seen with the text, in a like paragraph."""
    window = SEPARATOR.join(filter(None, (sighting.before, sighting.text, sighting.after)))
    shift = len(sighting.before) + len(SEPARATOR) if sighting.before else 0
    found = Alignment(window, text).carry(shift + sighting.start, shift + sighting.end)
    if found is None:
        return None
    theirs = sighting.text[slice(*block_around(sighting.text, sighting.start, sighting.end))]
    ours = slice(*block_around(text, *found))
    is_same = _plain(text[slice(*found)]) == _plain(sighting.words)
    if not is_same or not is_like(theirs, text[ours]) or _has_liker(theirs, sighting, text, ours):
        return None
    return Place(*found, "aligned")


def _has_liker(theirs: str, sighting: Sighting, text: str, ours: slice) -> bool:
    """Whether another paragraph with the words is just as like the one that was seen."""
    words, wanted = _plain(sighting.words), _plain(theirs)
    floor = _likeness(wanted, _plain(text[ours]), LIKE)
    row = _Row(text)
    others = (
        folded
        for start, folded in zip(row.starts, row.folded, strict=True)
        if not ours.start <= start < ours.stop and words in folded
    )
    return any(_likeness(wanted, other, floor) >= floor for other in islice(others, MOST_TWINS))


def is_like(seen: str, ours: str) -> bool:
    """Whether one may be the other with something put in, left out or slightly changed.

    Short ones are like many by chance: they have to be equal.
    """
    seen, ours = _plain(seen), _plain(ours)
    return min(letters(seen), letters(ours)) >= LEAST_MOVED and _likeness(seen, ours, LIKE) >= LIKE


def _likeness(one: str, other: str, floor: float) -> float:
    """Which part of two texts is equal, in characters, and in words where blanks part them.

    The lesser of both counts; below the floor it is 0.
    """
    found = Indel.normalized_similarity(one, other, score_cutoff=floor)
    if found and " " in one and " " in other:
        words = Indel.normalized_similarity(one.split(), other.split(), score_cutoff=floor)
        return min(found, words)
    return found


def _plain(text: str) -> str:
    return Folded(text).text.strip(" ")


def _indent(folded: str) -> int:
    return len(folded) - len(folded.lstrip(" "))
