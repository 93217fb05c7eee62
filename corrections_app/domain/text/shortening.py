"""Text made shorter, at the end of a sentence or of a word, and never within a sign."""

from __future__ import annotations

import regex

_GRAPHEME = regex.compile(r"\X")
_SENTENCE = regex.compile(r"[。！？!?．｡៕။]+[」』”’）)]*|[.!?…]+[”’\"»)]*(?=\s)")
_LEAST = 0.5


def opening(text: str, most: int) -> str:
    """The first words of a text, at most so many code points and an ellipsis.

    Where blanks divide words it ends with a word; else with a sentence, and
    where that would leave less than half, with a whole sign as a reader sees it.
    """
    if len(text) <= most:
        return text
    part = whole_graphemes(text, 0, most)
    words = part.rpartition(" ")[0].rstrip(",;:–— ")
    if len(words) >= _LEAST * most:
        return words + "…"
    ends = [found.end() for found in _SENTENCE.finditer(part)]
    if ends and ends[-1] >= _LEAST * most:
        return part[: ends[-1]]
    return part.rstrip(" ,;:，、；：") + "…"


def whole_graphemes(text: str, start: int, end: int) -> str:
    """The part of a text, less the signs at its ends that would be cut in two (UAX #29)."""
    # No grapheme of a language is as long: what is before cannot change where they begin.
    since = max(0, start - 64)
    pieces = []
    for found in _GRAPHEME.finditer(text, since, min(len(text), end + 64)):
        if found.start() >= start and found.end() <= end:
            pieces.append(found[0])
    return "".join(pieces)
