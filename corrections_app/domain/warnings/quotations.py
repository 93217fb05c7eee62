"""Where somebody is quoted: the words between quotation marks, in any script's style.

A mark that opens may be closed by several (“…” and „…“ and ”…”), and an
unclosed double mark holds to the end of its paragraph, as where a quotation runs on
into the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex

_CLOSED_BY = {
    '"': '"', "“": '”"', "„": '“”"', "‟": "”", "”": "”", "«": "»", "»": "«»", "‹": "›", "›": "‹›",
    "「": "」", "『": "』", "﹁": "﹂", "＂": "＂",
    "‘": "’", "‚": "‘’", "'": "'",
}  # fmt: skip
# They close elsewhere, or are an apostrophe or an inch: only before a word do they open one.
_DOUBTFUL = "\"”»›'‘‚＂"
_SINGLE = "'‘‚"
_MARK = regex.compile("[" + "".join(_CLOSED_BY) + "’」』﹂]")
_WORD = regex.compile(r"\w")
_DOUBLE_MARKS = regex.compile('["“”„‟«»「」『』﹁﹂＂]')


@lru_cache(maxsize=4)  # a correction may have hundreds of edits in one paragraph
def quoted(paragraph: str) -> tuple[tuple[int, int], ...]:
    """The ranges between the marks, in order; a quotation in a quotation belongs to it."""
    return tuple(_found(paragraph))


def marks(text: str) -> int:
    """How many double quotation marks there are, of any style."""
    return len(_DOUBLE_MARKS.findall(text))


def _found(paragraph: str) -> Iterator[tuple[int, int]]:
    opened: int | None = None
    closers = ""
    single = False
    for mark in _MARK.finditer(paragraph):
        at = mark.start()
        if opened is None:
            if _opens(paragraph, at):
                opened, closers, single = at + 1, _CLOSED_BY[mark[0]], mark[0] in _SINGLE
        elif mark[0] in closers and not (single and _word_at(paragraph, at + 1)):
            yield opened, at
            opened = None
    if opened is not None and not single:
        yield opened, len(paragraph)


def _opens(text: str, at: int) -> bool:
    if text[at] not in _CLOSED_BY:
        return False
    if text[at] not in _DOUBTFUL:
        return True
    following = text[at + 1 : at + 2]
    return bool(following) and not following.isspace() and not _word_at(text, at - 1)


def _word_at(text: str, at: int) -> bool:
    return 0 <= at < len(text) and bool(_WORD.match(text[at]))
