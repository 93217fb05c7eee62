"""Letters that look like other letters.

A small part of Unicode's confusables (UTS #39): the letters of Cyrillic, Greek and
Armenian that a text face draws like Latin ones, full-width and mathematical
alphabets (by compatibility decomposition), and signs nobody tells apart in print.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import islice

import regex

from corrections_app.domain.text.invisible import named, seen, unseen

_LATIN_FOR = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХҮԚԜаеѕіјорсухһԁԛԝѵғΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονρυιՕՍօսոհցյıɡ",
        "ABESIJKMHOPCTYXYQWaesijopcyxhdqwvfABEZHIKMNOPTYXaovpuiOUounhgjig",
        strict=True,
    )
)
# One stroke, one ring, one short line, one raised comma.
_SIGNS = (
    dict.fromkeys("I1|ӏӀ", "l")
    | dict.fromkeys("0", "O")
    | dict.fromkeys("‐‑", "-")
    | dict.fromkeys("−", "–")
    | dict.fromkeys("ʼ", "’")
)
# Of the signs one becomes a letter that another sign is drawn like.
_SAME = str.maketrans({c: _SIGNS.get(like, like) for c, like in (_LATIN_FOR | _SIGNS).items()})
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_ALPHABET = regex.compile(
    r"(\p{Latin})|(\p{Cyrillic})|(\p{Greek})|(\p{Armenian})|(\p{Cherokee})|(\p{Coptic})|(\p{Lisu})"
)


def skeleton(text: str) -> str:
    """What the eye keeps of a text: equal for two texts that look the same."""
    return _drawn(seen(text))


def _drawn(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_SAME)


def looks_stranger(old: str, new: str) -> bool:
    """Whether a text looks like the one before it and is not, or mixes alphabets as it did not."""
    old, new = seen(old), seen(new)
    if old != new and _drawn(old) == _drawn(new):
        return True
    return bool(set(mixed_words(new)) - set(mixed_words(old)))


def mixed_words(text: str) -> list[str]:
    """The words with letters of more than one alphabet, in order."""
    return [] if text.isascii() else [w for w in _WORD.findall(text) if _is_mixed(w)]


def _is_mixed(word: str) -> bool:
    return not word.isascii() and len({_alphabet(letter) for letter in word} - {None}) > 1


@lru_cache(maxsize=1024)  # a text has few different letters
def _alphabet(letter: str) -> int | None:
    """Which of those alphabets a letter is of, if any."""
    found = _ALPHABET.match(letter)
    return found.lastindex if found else None


def looks_the_same(old: str, new: str) -> bool:
    """Whether two different texts look the same."""
    return old != new and skeleton(old) == skeleton(new)


def strangers(old: str, new: str, most: int = 6) -> list[str]:
    """The odd characters of ``new`` that ``old`` has not, named, in order; at most so many.

    Odd is what nobody sees, what is drawn like something else, and what something else
    that went was drawn like: of two texts that differ in plain letters too, not those.
    """
    gone = {skeleton(one) for one in set(old) - set(new)} - {" "}
    fresh = (one for one in dict.fromkeys(new) if one not in old)
    odd = (one for one in fresh if unseen(one) or _is_drawn_alike(one) or skeleton(one) in gone)
    return [named(one) for one in islice(odd, most)]


def _is_drawn_alike(character: str) -> bool:
    return not character.isascii() and skeleton(character) != character
