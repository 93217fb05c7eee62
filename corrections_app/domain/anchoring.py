"""Naming words of a text, and finding them again in that same text.

For a first submission only: over a change of the article places are carried by
`alignment`, never searched for. All offsets are code points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import regex

from corrections_app.domain.errors import Ambiguous, NotFoundInText
from corrections_app.domain.text.body import tidy
from corrections_app.domain.text.folding import Folded

# Of the context that is given, so much must stand around the words.
_ENOUGH = 16
_MOST_PLACES = 100
# Bounds the search for what stands everywhere ("a"; a text of one letter).
_MOST_TRIES = 10_000
_BLANK = " \n\t\f\v\r"
_CLUSTER = regex.compile(r"\X")
# No cluster that a person reads is longer; the bound keeps hostile text cheap.
_LONGEST_CLUSTER = 1024


def cut(text: str, start: int, end: int) -> tuple[int, int]:
    """A selection without blanks at its ends, widened to whole grapheme clusters (UAX #29).

    Ordinary blanks and line breaks are trimmed (Windows selects one with a
    double click); a no-break space is not, for it may be what is wrong.
    Raises `NotFoundInText` when nothing but blanks is selected, or the range is
    not one of this text.
    """
    if not 0 <= start <= end <= len(text):
        raise NotFoundInText("This place is not in the text.")
    words = text[start:end]
    kept = words.strip(_BLANK)
    if not kept:
        raise NotFoundInText("Select the words that should change.")
    start += len(words) - len(words.lstrip(_BLANK))
    return _whole(text, start, start + len(kept))


def anchor(text: str, selector: TextQuoteSelector) -> TextPositionSelector:
    """The one place of the words, told from others by their context.

    Raises `NotFoundInText` when they stand nowhere, or nowhere in that
    context; ``details['places']`` then holds places to confirm, perhaps none.
    Raises `Ambiguous` when they stand in several places alike; its ``places``
    are those.
    """
    exact, prefix, suffix = map(tidy, (selector.exact, selector.prefix, selector.suffix))
    places = _places(text, exact) if exact.strip(_BLANK) else []
    if not places:
        found = candidates(text, exact)
        raise NotFoundInText("These words are not in the text.", places=found)
    given = len(prefix) + len(suffix)
    for needed in (min(_ENOUGH, given), given):
        fitting = [place for place in places if _context(text, place, prefix, suffix) >= needed]
        if len(fitting) == 1 and len(places) < _MOST_TRIES:
            return TextPositionSelector(*fitting[0])
    if len(places) == 1:
        raise NotFoundInText("These words are elsewhere in the text.", places=places)
    raise Ambiguous("These words are in the text several times.", places=places[:_MOST_PLACES])


def candidates(text: str, words: str, most: int = _MOST_PLACES) -> list[tuple[int, int]]:
    """Places to confirm for words typed by hand, at most ``most``, in order.

    Quotes, dashes, blanks, ellipses and case are folded. Whole words are
    preferred: "art" is offered inside "party" only if it stands nowhere else.
    Time is linear in the text.
    """
    wanted = Folded(tidy(words)).text.strip(" ")
    if not wanted:
        return []
    folded = Folded(text)
    found = list(islice(_find(folded.text, wanted), _MOST_TRIES))
    whole_words = [place for place in found if _is_whole_words(folded.text, *place)]
    return [_whole(text, *folded.range(*place)) for place in (whole_words or found)[:most]]


def places(text: str, exact: str) -> list[tuple[int, int]]:
    """Where these very words stand as whole words, in order, cutting no cluster."""
    if not exact.strip(_BLANK):
        return []
    return [place for place in _places(text, exact) if _is_whole_words(text, *place)]


def _places(text: str, exact: str) -> list[tuple[int, int]]:
    """Where the words stand, cutting no cluster."""
    found = islice(_find(text, exact), _MOST_TRIES)
    return [place for place in found if _whole(text, *place) == place]


def _find(text: str, words: str) -> Iterator[tuple[int, int]]:
    start = text.find(words)
    while start >= 0:
        yield start, start + len(words)
        start = text.find(words, start + 1)


def _is_whole_words(text: str, start: int, end: int) -> bool:
    inside = (text[at - 1 : at + 1] for at in (start, end) if 0 < at < len(text))
    return not any(pair[0].isalnum() and pair[1].isalnum() for pair in inside)


def _context(text: str, place: tuple[int, int], prefix: str, suffix: str) -> int:
    """How many code points of the context stand where they should, from the words outwards."""
    start, end = place
    before = text[max(start - len(prefix), 0) : start]
    after = text[end : end + len(suffix)]
    return _alike(before[::-1], prefix[::-1]) + _alike(after, suffix)


def _alike(a: str, b: str) -> int:
    most = min(len(a), len(b))
    return next((index for index in range(most) if a[index] != b[index]), most)


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The range widened until it cuts no grapheme cluster."""
    return _cluster_at(text, start)[0], _cluster_at(text, end)[1]


def _cluster_at(text: str, position: int) -> tuple[int, int]:
    """The cluster that ``position`` would cut, or an empty range where it cuts none."""
    begin = position
    while begin > max(position - _LONGEST_CLUSTER, 0) and not _parts(text, begin):
        begin -= 1
    while begin < position:
        found = _CLUSTER.match(text, begin)
        if found is None or found.end() > position:
            return begin, found.end() if found else position
        begin = found.end()
    return position, position


def _parts(text: str, position: int) -> bool:
    """Whether clusters surely part here: at the ends, between two of ASCII, at a line break."""
    if position in (0, len(text)) or "\n" in text[position - 1 : position + 1]:
        return True
    return text[position - 1 : position + 1].isascii()


@dataclass(frozen=True, slots=True)
class TextQuoteSelector:
    """The words, and those just before and after them."""

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class TextPositionSelector:
    """A half-open range of the canonical text, in code points."""

    start: int
    end: int
