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
from corrections_app.domain.text.unspaced import joins_without_blank

_BLANKS = regex.compile(r"[ \t\n\r\f\v]+")
_BLANKS_AT_END = regex.compile(r"(?<![ \t\r\f\v])[ \t\r\f\v]++\n")
# Blanks that fill a line, and signs without a glyph: a block of nothing else says nothing.
_NOTHING = regex.compile(r"[\s\p{Zs}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]*")
# How many open marks are compared with a new one; more only a hostile document has.
_DEEPEST = 16
_LONGEST_GRAPHEME = 64
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
    # A line of the source ended here; what follows tells whether that is a blank.
    _line_ended: bool = False

    def __bool__(self) -> bool:
        return self._length > 0

    @property
    def at_line_break(self) -> bool:
        """Whether a hard line break was added last."""
        return self._last == "\n"

    def text(self, words: str) -> None:
        """Add words; every run of blanks and line ends among them is one blank.

        Where a line ends between letters of scripts that put no blanks between
        words, it is none (CSS Text, section 4.1.3).
        """
        *lines, rest = _BLANKS_AT_END.sub("\n", tidy(words)).split("\n")
        for line in lines:
            self._line(_BLANKS.sub(" ", line))
            self._line_ended = self._last not in ("", "\n")
        self._line(_BLANKS.sub(" ", rest))

    def _line(self, words: str) -> None:
        if self._line_ended or self._last in ("", " ", "\n"):
            words = words.lstrip(" ")
        if not words:
            return
        if self._line_ended:
            self._line_ended = False
            if self._last != " " and not joins_without_blank(self._last, words[0]):
                words = " " + words
        self._add(words)

    def reference(self, label: str) -> bool:
        """Note that a footnote is referred to here; False where there are no words before."""
        words = "".join(self._pieces[-3:]).rstrip(" ")
        if not words or words.endswith("\n"):
            return False
        behind = len("".join(self._pieces[-3:])) - len(words)
        end = self._length - behind
        start = end - len(_GRAPHEME.findall(words[-_LONGEST_GRAPHEME:])[-1])
        self._marks.append(Mark("note", start, end, f"#{label}"))
        return True

    def line_break(self) -> None:
        """Add a hard line break: none at the beginning, never two in a row."""
        self._line_ended = False
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

    def take(self, like: Block) -> Block | None:
        """The finished block of one's kind, or None when there were no words.

        Marks still open end here and go on in whatever is added next.
        """
        for mark in self._open:
            self._record(mark)
        block = _finished(replace(like, text="".join(self._pieces), marks=tuple(self._marks)))
        self._pieces, self._length, self._last, self._marks = [], 0, "", []
        self._line_ended = False
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
    return run.take(Block(kind, ""))


def is_blank(text: str) -> bool:
    """Whether nothing of a text is seen: blanks of any kind, and signs without a glyph."""
    return _NOTHING.fullmatch(text) is not None


def preformatted_block(text: str) -> Block | None:
    """A block that keeps its blanks and line breaks, or None when there are no words."""
    text = normalise(text, preformatted=True)
    return None if is_blank(text) else Block("preformatted", text)


def _finished(block: Block) -> Block | None:
    """The block trimmed and composed (NFC), its marks trimmed to the words they cover."""
    text, marks = block.text.rstrip(" \n"), block.marks
    if is_blank(text):
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
