"""Where somebody is quoted, in any script's style; and quotations inside a quotation.

A mark that opens may be closed by several (“…” and „…“ and ”…”), and an
unclosed double mark holds to the end of its paragraph, as where a quotation runs on
into the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex

_PAIRS = {
    '"': '"', "“": '”"', "„": "“”", "‟": "”", "”": "”", "«": "»", "»": "«»", "‹": "›", "›": "‹›",
    "「": "」", "『": "』", "﹁": "﹂", "＂": "＂",
}  # fmt: skip
"""The double marks that open, and what closes each."""
_CLOSED_BY = _PAIRS | {"„": '“”"', "‘": "’", "‚": "‘’", "'": "'"}
_DOUBLE = frozenset("".join(_PAIRS)) | frozenset("」』﹂")
# They close elsewhere, or are an apostrophe or an inch: only before a word do they open one.
_DOUBTFUL = "\"”»›'‘‚＂"
_SINGLE = "'‘‚"
_MARK = regex.compile("[" + "".join(_CLOSED_BY) + "’」』﹂]")
_ANY_MARK = regex.compile("[" + "".join(sorted(_DOUBLE)) + "‘’‚‛'`´" + "]")
_INNER = (("‘", "’"), ("“", "”"))
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


def nested(words: str) -> str:
    """The words as they may stand between “ and ”: their own quotations in single marks.

    Where the marks do not pair, as where a quotation was cut in two, there are none.
    """
    marked = _paired(words)
    return "".join(
        marked.get(at, "" if _ANY_MARK.match(sign) else sign) for at, sign in enumerate(words)
    )


def is_balanced(words: str) -> bool:
    """Whether every double quotation mark that opens is closed, and the other way round."""
    return _pairs(words) is not None


def _paired(words: str) -> dict[int, str]:
    """What stands for each mark that stays, by where it stands."""
    marked = {
        at: "’" for at, sign in enumerate(words) if sign in "’'ʼ" and _is_apostrophe(words, at)
    }
    for start, end, depth in _pairs(words) or ():
        marked[start], marked[end] = _INNER[depth % 2]
    return marked


def _pairs(words: str) -> list[tuple[int, int, int]] | None:
    """The pairs of marks and how deep each stands; None where one stands alone."""
    opened: list[int] = []
    found: list[tuple[int, int, int]] = []
    for at, sign in enumerate(words):
        if sign == "‘" or (sign == "’" and opened and words[opened[-1]] == "‘"):
            if sign == "‘":
                opened.append(at)
            elif not _is_apostrophe(words, at):
                found.append((opened.pop(), at, len(opened)))
        elif sign in _DOUBLE:
            if opened and sign in _PAIRS.get(words[opened[-1]], ""):
                found.append((opened.pop(), at, len(opened)))
            elif sign in _PAIRS:
                opened.append(at)
            else:
                return None
    return None if opened else found


def _is_apostrophe(words: str, at: int) -> bool:
    return 0 < at < len(words) - 1 and words[at - 1].isalpha() and words[at + 1].isalpha()
