"""What two texts differ in, told in whole words.

The cost is bounded for hostile input: rapidfuzz's bit-parallel longest common
subsequence (Hyyrö 2004) over word tokens, line by line where a text is long,
and beyond that "all of this became all of that".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, NamedTuple

import regex
from rapidfuzz.distance import Indel

PieceKind = Literal["same", "removed", "added"]

# Beyond this many pairs of tokens the table of a comparison would pass some 12 MB.
_MOST_CELLS = 100_000_000

# A word is letters and digits with their marks ("don’t", "1,000.50"); scripts written
# without blanks go cluster by cluster. Every token is made of whole grapheme clusters
# (UAX #29, `\X`), so that no letter ever parts from its accent, no family from its child.
_LETTER = (
    r"(?=[\p{L}\p{N}_])"
    r"(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])\X"
)
_TOKEN = regex.compile(
    rf"(?:{_LETTER})+(?:(?:['’](?=\p{{L}})|[.,:](?=\p{{N}}))(?:{_LETTER})+)*"
    # Of flags, `\X` counts all those before each: a row of them would cost its square.
    r"|\n+|(?:(?=[^\S\n])\X)+|[\U0001F1E6-\U0001F1FF]{1,2}[\p{Grapheme_Extend}\u200D\p{Mc}]*+|\X"
)
# The same where every character is a cluster of its own: most texts, and many times as fast.
_PLAIN_TOKEN = re.compile(
    r"[A-Za-z0-9_]+(?:(?:'(?=[A-Za-z])|[.,:](?=[0-9]))[A-Za-z0-9_]+)*|\n+|[^\S\n]+|.", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, went or came."""

    kind: PieceKind
    text: str


class Change(NamedTuple):
    """Tokens ``[old_start, old_end)`` became tokens ``[new_start, new_end)``."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


class Comparison:
    """Two texts in tokens, and the changes between them, left to right and never adjacent."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = tokens_of(old), tokens_of(new)
        raw = _changes(self.old, self.new)
        self.changes = _joined(_settled(self.old, self.new, raw))
        self._old_offsets = [0, *accumulate(map(len, self.old))]

    def old_range(self, change: Change) -> tuple[int, int]:
        """Where the change stands in the old text, in code points."""
        return self._old_offsets[change.old_start], self._old_offsets[change.old_end]

    def with_neighbours(self, index: int) -> Change:
        """A change told by visible words: an insertion by one beside it, blanks by both."""
        change = self.changes[index]
        words = self.old_text(change)
        if words and not words.isspace():
            return change
        floor = self.changes[index - 1].old_end if index else 0
        following = self.changes[index + 1 : index + 2]
        ceiling = following[0].old_start if following else len(self.old)
        left = _reach(self.old[floor : change.old_start][::-1])
        right = _reach(self.old[change.old_end : ceiling])
        if not words:
            left, right = (left, 0) if left and (left <= right or not right) else (0, right)
        return Change(
            change.old_start - left,
            change.old_end + right,
            change.new_start - left,
            change.new_end + right,
        )

    def old_text(self, change: Change) -> str:
        """The words that went."""
        return "".join(self.old[change.old_start : change.old_end])

    def new_text(self, change: Change) -> str:
        """The words that came."""
        return "".join(self.new[change.new_start : change.new_end])


def tokens_of(text: str) -> list[str]:
    """Words, runs of blanks, and other grapheme clusters; together they are the text."""
    plain = text.isascii() and "\r" not in text
    found: list[str] = (_PLAIN_TOKEN if plain else _TOKEN).findall(text)
    return found


def difference(old: str, new: str) -> tuple[Piece, ...]:
    """The difference for people: whole words, changes with only a blank between told as one.

    The pieces that are ``same`` or ``removed`` make up ``old``, those that are
    ``same`` or ``added`` make up ``new``. None is empty.
    """
    comparison = Comparison(old, new)
    pieces: list[Piece] = []
    done = 0
    for change in _told_together(comparison):
        same = "".join(comparison.old[done : change.old_start])
        removed, added = comparison.old_text(change), comparison.new_text(change)
        pieces += [Piece("same", same), Piece("removed", removed), Piece("added", added)]
        done = change.old_end
    pieces.append(Piece("same", "".join(comparison.old[done:])))
    return tuple(piece for piece in pieces if piece.text)


def _told_together(comparison: Comparison) -> list[Change]:
    told: list[Change] = []
    for index, change in enumerate(comparison.changes):
        if change.old_start < change.old_end:
            change = comparison.with_neighbours(index)  # a blank that went cannot be seen
        between = comparison.old[told[-1].old_end : change.old_start] if told else []
        if told and (not between or is_blank(between)):
            told[-1] = spanned(told[-1], change)
        else:
            told.append(change)
    return told


def is_blank(tokens: Sequence[str]) -> bool:
    """Whether nothing but one run of blanks stands there, and no line break."""
    return len(tokens) == 1 and tokens[0].isspace() and "\n" not in tokens[0]


def _reach(tokens: Sequence[str]) -> int:
    """How many tokens it takes to come to a visible one, that one included."""
    found = (count for count, token in enumerate(tokens, 1) if not token.isspace())
    return next(found, len(tokens))


def spanned(first: Change, last: Change) -> Change:
    """The change from the beginning of one to the end of another."""
    return Change(first.old_start, last.old_end, first.new_start, last.new_end)


def _joined(changes: Iterable[Change]) -> list[Change]:
    joined: list[Change] = []
    for change in changes:
        if joined and change.old_start == joined[-1].old_end:
            joined[-1] = spanned(joined[-1], change)
        else:
            joined.append(change)
    return joined


def _changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    head, tail = _common_ends(old, new)
    old_mid, new_mid = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(old_mid) * len(new_mid) <= _MOST_CELLS:
        found = _compared(old_mid, new_mid)
    else:
        found = _compared_by_line(old_mid, new_mid)
    return [Change(a + head, b + head, c + head, d + head) for a, b, c, d in found]


def _common_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    most = min(len(old), len(new))
    head = 0
    while head < most and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < most - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    if not old and not new:
        return []
    if not old or not new or len(old) * len(new) > _MOST_CELLS:
        return [Change(0, len(old), 0, len(new))]
    # Numbers, because rapidfuzz compares hashes, and hashes of strings may collide.
    numbers: dict[str, int] = {}
    coded = [[numbers.setdefault(token, len(numbers)) for token in side] for side in (old, new)]
    changed = (code for code in Indel.opcodes(*coded) if code.tag != "equal")
    return _joined(Change(c.src_start, c.src_end, c.dest_start, c.dest_end) for c in changed)


def _compared_by_line(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    old_lines, new_lines = _lines(old), _lines(new)
    old_at = [0, *accumulate(map(len, old_lines))]
    new_at = [0, *accumulate(map(len, new_lines))]
    found: list[Change] = []
    budget = _MOST_CELLS
    for a, b, c, d in _compared(list(map("".join, old_lines)), list(map("".join, new_lines))):
        start, end, new_start, new_end = old_at[a], old_at[b], new_at[c], new_at[d]
        budget -= (end - start) * (new_end - new_start)
        if budget < 0:
            found.append(Change(start, end, new_start, new_end))
            continue
        within = _compared(old[start:end], new[new_start:new_end])
        found += [
            Change(start + w, start + x, new_start + y, new_start + z) for w, x, y, z in within
        ]
    return found


def _lines(tokens: Sequence[str]) -> list[list[str]]:
    lines: list[list[str]] = [[]]
    for token in tokens:
        lines[-1].append(token)
        if token[0] == "\n":
            lines.append([])
    return lines


def _settled(old: Sequence[str], new: Sequence[str], changes: list[Change]) -> Iterator[Change]:
    """Each pure insertion or deletion put where a writer would: it begins as a word begins.

    "the very good" → "the good" can be told as "very " or " very" gone; the
    former reads better. An insertion follows a word directly, so that it can
    be told by that word.
    """
    floor = 0
    for index, change in enumerate(changes):
        ceiling = changes[index + 1].old_start if index + 1 < len(changes) else len(old)
        if change.new_start == change.new_end:
            by = _slide(old, change.old_start, change.old_end, (floor, ceiling), blank=False)
        elif change.old_start == change.old_end:
            room = change.old_start - floor, ceiling - change.old_end
            limits = change.new_start - room[0], change.new_end + room[1]
            by = _slide(new, change.new_start, change.new_end, limits, blank=True)
        else:
            by = 0
        change = Change(*(position + by for position in change))
        floor = change.old_end
        yield change


def _slide(
    tokens: Sequence[str], start: int, end: int, limits: tuple[int, int], *, blank: bool
) -> int:
    """How far ``[start, end)`` moves, at most one token, to begin (not) with a blank."""
    if tokens[start].isspace() == blank:
        return 0
    if start > limits[0] and tokens[start - 1] == tokens[end - 1]:
        return -1 if tokens[start - 1].isspace() == blank else 0
    if end < limits[1] and tokens[start] == tokens[end]:
        return 1 if tokens[start + 1].isspace() == blank else 0
    return 0
