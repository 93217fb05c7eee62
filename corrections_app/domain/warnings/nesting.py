"""Quotation marks inside a quotation: single inside double, and none that stands alone."""

from __future__ import annotations

import regex

_PAIRS = {
    '"': '"', "“": '”"', "„": "“”", "‟": "”", "”": "”", "«": "»", "»": "«»", "‹": "›", "›": "‹›",
    "「": "」", "『": "』", "﹁": "﹂", "＂": "＂",
}  # fmt: skip
_DOUBLE = frozenset("".join(_PAIRS)) | frozenset("」』﹂")
_SINGLE = "‘’‚‛'`´"
_MARKS = regex.compile("[" + "".join(sorted(_DOUBLE)) + _SINGLE + "]")
_INNER = (("‘", "’"), ("“", "”"))


def nested(words: str) -> str:
    """The words as they may stand between “ and ”: their own quotations in single marks.

    Where the marks do not pair, as where a quotation was cut in two, there are none.
    """
    marked = _paired(words)
    return "".join(
        marked.get(at, "" if _MARKS.match(sign) else sign) for at, sign in enumerate(words)
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
