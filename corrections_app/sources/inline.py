"""One block's text and its marks, grown together so that the ranges are right.

Every reader of outside documents pours words, line breaks and the beginnings
and ends of elements into an `Inline`, and takes finished blocks out of it.
Blanks are collapsed while the text grows, never afterwards, so an offset that
was noted once stays true; the whole takes time linear in the text.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from itertools import accumulate

import regex

from corrections_app.domain.text.body import Block, BlockKind, Mark, MarkKind, normalise, tidy

_BLANKS = regex.compile(r"[ \t\n\r\f\v]+")
# How many open marks are compared with a new one; more only a hostile document has.
_DEEPEST = 16
_GRAPHEME = regex.compile(r"\X")


@dataclass(slots=True)
class _Open:
    kind: MarkKind
    href: str | None
    start: int
    shadowed: bool


@dataclass(slots=True)
class Inline:
    """A run of text under construction; lengths and offsets are code points."""

    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _last: str = ""
    _open: list[_Open] = field(default_factory=list)
    _marks: list[Mark] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self._length > 0

    @property
    def at_line_break(self) -> bool:
        """Whether a hard line break was added last."""
        return self._last == "\n"

    def text(self, words: str) -> None:
        """Add words; every run of blanks and line ends among them is one blank."""
        words = _BLANKS.sub(" ", tidy(words))
        if self._last in ("", " ", "\n"):
            words = words.lstrip(" ")
        self._add(words)

    def line_break(self) -> None:
        """Add a hard line break: none at the beginning, never two in a row."""
        if self._last == " ":
            # The blank becomes the break, so no offset noted after it moves.
            self._pieces[-1] = self._pieces[-1][:-1] + "\n"
            self._last = "\n"
        elif self._last not in ("", "\n"):
            self._add("\n")

    def open(self, kind: MarkKind, href: str | None = None) -> None:
        """Begin a mark; one that already covers this place, or a link to nowhere, is not made."""
        shadowed = any(mark.kind == kind and mark.href == href for mark in self._open[-_DEEPEST:])
        shadowed = shadowed or (kind == "link" and href is None)
        self._open.append(_Open(kind, href, self._length, shadowed))

    def close(self) -> None:
        """End the mark that was begun last."""
        if self._open:
            self._record(self._open.pop())

    def take(self, kind: BlockKind, *, level: int = 0, ordered: bool = False) -> Block | None:
        """The finished block, or None when there were no words.

        Marks still open end here and go on in whatever is added next.
        """
        for mark in self._open:
            self._record(mark)
        block = _finished(Block(kind, "".join(self._pieces), tuple(self._marks), level, ordered))
        self._pieces, self._length, self._last, self._marks = [], 0, "", []
        for mark in self._open:
            mark.start = 0
        return block

    def _add(self, words: str) -> None:
        if words:
            self._pieces.append(words)
            self._length += len(words)
            self._last = words[-1]

    def _record(self, mark: _Open) -> None:
        if not mark.shadowed and mark.start < self._length:
            self._marks.append(Mark(mark.kind, mark.start, self._length, mark.href))


def plain_block(kind: BlockKind, text: str) -> Block | None:
    """A block of words without marks, or None when there are none."""
    run = Inline()
    run.text(text)
    return run.take(kind)


def preformatted_block(text: str) -> Block | None:
    """A block that keeps its blanks and line breaks, or None when there are no words."""
    text = normalise(text, preformatted=True)
    return Block("preformatted", text) if text.strip() else None


def _finished(block: Block) -> Block | None:
    """The block trimmed and composed (NFC), its marks trimmed to the words they cover."""
    text, marks = block.text.rstrip(" \n"), block.marks
    if not text:
        return None
    if not unicodedata.is_normalized("NFC", text):
        text, marks = _composed(text, marks)
    trimmed = filter(None, map(_Trim(text), marks))
    ordered = sorted(trimmed, key=lambda mark: (mark.start, -mark.end))
    return replace(block, text=text, marks=tuple(ordered))


@dataclass(frozen=True, slots=True)
class _Trim:
    """Shortens a mark so that it neither begins nor ends with a blank."""

    text: str

    def __call__(self, mark: Mark) -> Mark | None:
        start, end = mark.start, min(mark.end, len(self.text))
        while start < end and self.text[start] in " \n":
            start += 1
        while start < end and self.text[end - 1] in " \n":
            end -= 1
        return replace(mark, start=start, end=end) if start < end else None


def _composed(text: str, marks: tuple[Mark, ...]) -> tuple[str, tuple[Mark, ...]]:
    """Text in NFC with its marks moved along.

    Only a letter and a combining sign that came from two elements get here.
    Composition never crosses a grapheme boundary (UAX #29, section 3), so it
    is done grapheme by grapheme; a mark that begins inside one begins after it.
    """
    graphemes: list[str] = _GRAPHEME.findall(text)
    before = [0, *accumulate(map(len, graphemes))]
    composed = [unicodedata.normalize("NFC", grapheme) for grapheme in graphemes]
    after = [0, *accumulate(map(len, composed))]

    def moved(offset: int) -> int:
        return after[min(bisect_left(before, offset), len(composed))]

    shifted = (replace(mark, start=moved(mark.start), end=moved(mark.end)) for mark in marks)
    return "".join(composed), tuple(shifted)
