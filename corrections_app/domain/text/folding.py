"""Text as people type it: without curly quotes, long dashes, capitals and double blanks.

Only for offering places to confirm; what is applied is compared to the letter.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

_DOUBLE = "“”„‟«»〝〞＂″"
_SINGLE = "‘’‚‛‹›`´ʼ＇′"
_DASHES = "‐‑‒–—―−⁃﹘﹣－"
_BLANKS = "\t\n\v\f\r\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_ONE_FOR_ONE = str.maketrans(
    _DOUBLE + _SINGLE + _DASHES + _BLANKS + "ς×",
    '"' * len(_DOUBLE) + "'" * len(_SINGLE) + "-" * len(_DASHES) + " " * len(_BLANKS) + "σx",
)
_SPELT_OUT = {"…": "...", "™": "(tm)"}
# Soft hyphens, zero-width and bidi characters: nobody types them.
_UNTYPED = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_OF_OTHER_LENGTH = re.compile(rf" {{2,}}|-{{2,}}|[…™]|[ßﬀ-ﬆ]|[{_UNTYPED}]+")


class Folded:
    """A text folded, with the way back from its offsets to those of the original.

    Time and memory are linear in the text.
    """

    def __init__(self, original: str) -> None:
        even = _even(original)
        parts: list[str] = []
        self._at, self._original = [0], [0]
        done = length = 0
        for found in _OF_OTHER_LENGTH.finditer(even):
            folded = _fold(found[0])
            length += found.start() - done
            self._note(length, found.start())
            parts += [even[done : found.start()], folded]
            length += len(folded)
            done = found.end()
            self._note(length, done)
        self.text = "".join([*parts, even[done:]])
        self._note(len(self.text), len(original))

    def range(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original that was folded to the non-empty ``[start, end)``."""
        return self._place(start)[0], self._place(end - 1)[1]

    def folded_range(self, start: int, end: int) -> tuple[int, int]:
        """The range of the folded text that the original's ``[start, end)`` became."""
        return self._folded(start, end=False), self._folded(end, end=True)

    def _folded(self, offset: int, *, end: bool) -> int:
        """Where a point of the original stands folded; within a run that shrank, its border."""
        run = (bisect_left if end else bisect_right)(self._original, offset) - 1
        run = min(max(run, 0), len(self._at) - 2)
        into = offset - self._original[run]
        if self._original[run + 1] - self._original[run] == self._at[run + 1] - self._at[run]:
            return self._at[run] + into
        return self._at[run + 1] if end and into else self._at[run]

    def _note(self, folded: int, original: int) -> None:
        self._at.append(folded)
        self._original.append(original)

    def _place(self, index: int) -> tuple[int, int]:
        """The original range of one folded character."""
        run = bisect_right(self._at, index) - 1
        start, length = self._original[run], self._at[run + 1] - self._at[run]
        if self._original[run + 1] - start != length:
            return start, self._original[run + 1]
        return start + index - self._at[run], start + index - self._at[run] + 1


def folded(text: str) -> str:
    """A text folded, without the way back."""
    return _OF_OTHER_LENGTH.sub(lambda found: _fold(found[0]), _even(text))


def _even(text: str) -> str:
    """What folds to as many code points."""
    # "İ" is the one letter whose lower case has two code points.
    return text.replace("İ", "i").lower().translate(_ONE_FOR_ONE)


def _fold(found: str) -> str:
    if found[0] in " -":
        return found[0]
    if found in _SPELT_OUT:
        return _SPELT_OUT[found]
    return found.casefold() if found.isalpha() else ""
