"""Where every letter of a text stands in the source that it is read from.

Blanks are told apart from all other letters: how many of them a source has, where lines end in
it and what stands between the tags means little, so words are looked for without them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import regex

from corrections_app.domain.text.characters import UNKEEPABLE

_TOKEN = re.compile(r"[^ \t\n\r\f\v]+|\r\n|[ \t\n\r\f\v]")
BLANKS = frozenset(" \t\n\r\f\v")
_GRAPHEME = regex.compile(r"\X")


class Piece(NamedTuple):
    """Letters without a blank, of which ``at`` come before; ``[low, high)`` of the source.

    Letter for letter, unless it is ``whole``: then all of them come of all that stands there.
    """

    at: int
    low: int
    high: int
    text: str
    whole: bool = False


class Blank(NamedTuple):
    """A blank or a line break; one that is ``fixed`` is of no text and cannot be taken out."""

    at: int
    low: int
    high: int
    fixed: bool = False


class Tag(NamedTuple):
    """What stands between the letters and is none. A ``word`` is the name of an inline element."""

    at: int
    low: int
    high: int
    word: str = ""
    closes: bool = False


class Element(NamedTuple):
    """An inline element: its two tags, and whether it holds something that is no text."""

    opening: Tag
    closing: Tag
    holds_more: bool


class Positions:
    """The letters of one text; whoever reads the source pours them in, in order."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.blanks: list[Blank] = []
        self.tags: list[Tag] = []
        self.elements: list[Element] = []
        self.borders: set[int] = {0}
        self.length = 0

    def text(self, words: str, low: int) -> None:
        """Add words that stand in the source as they are."""
        if UNKEEPABLE.search(words) or not unicodedata.is_normalized("NFC", words):
            self._odd(words, low)
            return
        for found in _TOKEN.finditer(words):
            start, end = low + found.start(), low + found.end()
            if found[0][0] in BLANKS:
                self.blanks.append(Blank(self.length, start, end))
            else:
                self._add(Piece(self.length, start, end, found[0]))

    def unit(self, words: str, low: int, high: int) -> None:
        """Add letters that stand for all of ``[low, high)``, as those of a reference do."""
        words = unicodedata.normalize("NFC", UNKEEPABLE.sub("", words))
        if words and BLANKS.issuperset(words):
            self.blank(low, high)
        elif words:
            self._add(Piece(self.length, low, high, words, whole=True))

    def blank(self, low: int, high: int, *, fixed: bool = False) -> None:
        """Add one blank, or one line break."""
        self.blanks.append(Blank(self.length, low, high, fixed))

    def tag(self, low: int, high: int, word: str = "", *, closes: bool = False) -> Tag:
        """Add what is no text."""
        tag = Tag(self.length, low, high, word, closes)
        self.tags.append(tag)
        return tag

    def border(self) -> None:
        """A block begins or ends here."""
        self.borders.add(self.length)

    def take_in(self, other: Positions, places: Sequence[int]) -> None:
        """Add what stands in a text that stands in this one; ``places`` are those of its signs."""
        rows: list[Piece | Blank] = sorted([*other.pieces, *other.blanks], key=lambda one: one.low)
        for row in rows:
            if isinstance(row, Blank):
                self.blank(places[row.low], places[row.high])
            elif row.whole:
                self.unit(row.text, places[row.low], places[row.high])
            else:
                for at, sign in enumerate(row.text, row.low):
                    self.unit(sign, places[at], places[at + 1])

    def _odd(self, words: str, low: int) -> None:
        """Words in which a letter is written with several signs, or that hold what is no letter."""
        for found in _GRAPHEME.finditer(words):
            start, end = low + found.start(), low + found.end()
            if len(found[0]) == 1 and found[0] not in BLANKS and not UNKEEPABLE.match(found[0]):
                self._add(Piece(self.length, start, end, found[0]))
            else:
                self.unit(found[0], start, end)

    def _add(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self.length += len(piece.text)

    @cached_property
    def letters(self) -> str:
        """All letters, without the blanks."""
        return "".join(piece.text for piece in self.pieces)

    @cached_property
    def _starts(self) -> tuple[list[int], list[int], list[int]]:
        return (
            [piece.at for piece in self.pieces],
            [blank.at for blank in self.blanks],
            [tag.at for tag in self.tags],
        )

    def places(self, letters: str, most: int) -> list[int]:
        """Where these letters stand, so many of them at most; those that are a whole block first.

        Only those, where there are any.
        """
        found: list[int] = []
        at = self.letters.find(letters)
        while at >= 0 and len(found) <= most:
            found.append(at)
            at = self.letters.find(letters, at + 1)
        whole = [at for at in found if {at, at + len(letters)} <= self.borders]
        return (whole or found)[:most]

    def pieces_in(self, start: int, end: int) -> Iterator[Piece]:
        """The pieces that have letters in ``[start, end)``, cut to it where they can be."""
        index = bisect_right(self._starts[0], start) - 1
        while start < end and index < len(self.pieces) and self.pieces[index].at < end:
            piece = self.pieces[index]
            if not piece.whole:
                head = max(0, start - piece.at)
                tail = min(len(piece.text), end - piece.at)
                low = piece.low + head
                piece = Piece(piece.at + head, low, piece.low + tail, piece.text[head:tail])
            yield piece
            index += 1

    def blanks_before(self, letter: int) -> list[Blank]:
        """The blanks between a letter and the one before it."""
        starts = self._starts[1]
        return self.blanks[bisect_left(starts, letter) : bisect_right(starts, letter)]

    def tags_before(self, letter: int) -> list[Tag]:
        """The tags between a letter and the one before it."""
        starts = self._starts[2]
        return self.tags[bisect_left(starts, letter) : bisect_right(starts, letter)]
