"""Text as an aligner sees it: words and signs, with typography folded away.

A *token* is a word with its marks, one character of a script that puts no
blanks between words, or one sign. Blanks are no tokens: what matters is only
whether two tokens touch. Two tokens are the same when their *folded* forms are:
quotes, dashes, the ellipsis, soft hyphens and the like, kinds of blank, and
Unicode's composed and decomposed spellings (NFC, UAX #15) make no difference.
"""

from __future__ import annotations

import unicodedata
from array import array
from itertools import accumulate, compress, islice

import regex

_ONE_FOR_ONE = (
    dict.fromkeys("‘’‚‛′ʼ", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\t\n\v\f\r\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000", " ")
    | dict.fromkeys(map(chr, range(0x2000, 0x200B)), " ")
)
_PARALLEL = str.maketrans(_ONE_FOR_ONE)
_FOLDED = str.maketrans(_ONE_FOR_ONE | dict.fromkeys("\u00ad\u200b\u2060\ufeff") | {"…": "..."})
_BLANKS = regex.compile(r"\s+")
_DASHES = regex.compile(r"-{2,3}")

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー"
# Invisible joiners belong to the word they stand in. The length of a word is
# bounded so that a text without blanks is not one token, equal or lost as a whole.
_JOINERS = r"\u00ad\u200b\u200c\u200d\u2060\ufeff"
_TOKEN = regex.compile(
    rf"\s++"
    rf"|[{_UNSPACED}][\p{{M}}{_JOINERS}]*+"
    rf"|[\w\p{{M}}{_JOINERS}--[{_UNSPACED}]]{{1,64}}+"
    rf"|\.{{3}}|-{{2,3}}|\X",
    regex.V1,
)
# A passage with fewer letters may stand at two places by chance; it is not known again elsewhere.
LEAST_MOVED = 24

# Tokens are cut in portions, because a list of a million strings is a hundred megabytes.
_PORTION = 1 << 16


def fold(text: str) -> str:
    """The text with its typography folded: what two spellings of the same words share."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_FOLDED)
    folded: str = _BLANKS.sub(" ", _DASHES.sub("-", text))
    return folded


def parallel(old: str, new: str) -> bool:
    """Whether the texts are equal, or differ only by signs that stand for each other one to one."""
    return len(old) == len(new) and (
        old == new or old.translate(_PARALLEL) == new.translate(_PARALLEL)
    )


def letters(text: str) -> int:
    """How many letters and digits the text has."""
    return sum(map(str.isalnum, text))


def token_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the tokens of ``text[start:end]`` stand."""
    found = _TOKEN.finditer(text, start, end)
    return [token.span() for token in found if not token.group().isspace()]


class Vocabulary(dict[str, int]):
    """Numbers for tokens as they are met; equal when folded means equal number, blanks are 0."""

    def __init__(self) -> None:
        super().__init__()
        self._folded: dict[str, int] = {}
        self._fences = -2  # hash(-1) == hash(-2): what is counted by its hash must avoid them
        self.letters = [0]

    def __missing__(self, token: str) -> int:
        if token.isspace():
            number = 0
        else:
            plain = token.isascii() and token.isalnum()
            number = self._number(token if plain else fold(token))
        self[token] = number
        return number

    def fence(self) -> int:
        """A number that nothing else has, now or later."""
        self._fences -= 1
        return self._fences

    def _number(self, folded: str) -> int:
        number = self._folded.setdefault(folded, len(self.letters))
        if number == len(self.letters):
            self.letters.append(letters(folded))
        return number


class Tokens:
    """The tokens of some stretches of one text, in order.

    ``numbers`` from the vocabulary (a fence after each stretch, which nothing
    matches), ``starts`` and ``ends`` in code points, ``weight`` the letters that stand
    before each token and, last, in all.
    """

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.numbers: list[int] = []
        self.starts = array("l")
        self.ends = array("l")
        self.weight = array("l", [0])

    def __len__(self) -> int:
        return len(self.numbers)

    def scan(self, start: int, end: int) -> None:
        """Add the tokens of ``text[start:end]`` and a fence after them."""
        while start < end:
            stop = min(start + _PORTION, end)
            found = _TOKEN.findall(self.text, start, stop)
            if stop < end and len(found) > 1:
                found.pop()  # it may go on in the next portion
            start = self._add(found, start)
        self._fence(end)

    def _add(self, found: list[str], start: int) -> int:
        numbers = list(map(self.vocabulary.__getitem__, found))
        bounds = array("l", accumulate(map(len, found), initial=start))
        self.numbers.extend(filter(None, numbers))
        self.starts.extend(compress(bounds, numbers))
        self.ends.extend(compress(bounds[1:], numbers))
        known = self.vocabulary.letters
        weights = (known[number] for number in numbers if number)
        self.weight.extend(islice(accumulate(weights, initial=self.weight[-1]), 1, None))
        return bounds[-1]

    def _fence(self, at: int) -> None:
        self.numbers.append(self.vocabulary.fence())
        self.starts.append(at)
        self.ends.append(at)
        self.weight.append(self.weight[-1])

    def touches(self, index: int) -> bool:
        """Whether the token stands against the one before it, with no blank between."""
        return self.starts[index] == self.ends[index - 1]
