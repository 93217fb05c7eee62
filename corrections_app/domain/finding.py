"""Which sentences of a text a few typed words mean, as people type them from memory or a phone.

Case, accents, vowel signs of Arabic and Hebrew, sub- and superscripts, blanks and points within
numbers do not count; where nothing else is found, small slips of typing are forgiven. Only for
choosing a sentence that is then looked at: what is applied is compared to the letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_

import regex
from rapidfuzz import process
from rapidfuzz.distance import OSA

from corrections_app.domain.text.search_words import LONGEST, MOST_ASKED, UNSPACED

# Groups of three digits are one number however they are parted; letters of scripts without
# blanks are words of their own. Possessive: time stays linear in hostile texts.
_PARTS = r"[ \u00a0\u2009\u202f'’.,]"
_GROUPED = rf"(?<![\p{{L}}\p{{N}}])\p{{Nd}}{{1,3}}(?:{_PARTS}\p{{Nd}}{{3}})++(?!\p{{N}})"
_WORD = regex.compile(
    rf"(?V1){_GROUPED}|[{UNSPACED}&&\p{{L}}]\p{{M}}*+"
    rf"|[[\p{{L}}\p{{N}}\p{{M}}\p{{Cf}}\u0640]--[{UNSPACED}]]++"
)
_PLAIN = regex.compile(r"[A-Za-z0-9]++")
_GROUP = regex.compile(rf"\d{_PARTS}\d{{3}}")  # without one, plain letters are parted alike
_UNCOUNTED = regex.compile(rf"{_PARTS}+|[\p{{Cf}}\u0640]+")  # and what draws a word out in Arabic
# Letters with a stroke are one sign in Unicode, and typed without it all the same.
_BARE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_ONE_SLIP, _TWO_SLIPS = 4, 8
"""From so many letters on one slip is forgiven in a word, or two; none in a number."""


@dataclass(frozen=True, slots=True)
class Match:
    """That a sentence has the words: from its word ``first`` to ``last`` where they follow on.

    ``rank`` orders matches, the lowest first; those of one rank are equally good.
    """

    rank: int
    first: int | None = None
    last: int | None = None


def words(text: str) -> list[str]:
    """The words of a text, in order, as they stand there. Time is linear in the text."""
    plain = text.isascii() and not _GROUP.search(text)
    return (_PLAIN if plain else _WORD).findall(text)


def place(text: str, match: Match) -> tuple[int, int] | None:
    """Where in a text the words of a match stand, if they follow each other there."""
    if match.first is None or match.last is None:
        return None
    found = [each.span() for each in islice(_WORD.finditer(text), match.last + 1)]
    return found[match.first][0], found[-1][1]


def bare(word: str) -> str:
    """What of a word is compared: its letters and digits."""
    if word.isascii() and word.isalnum():
        return word.lower()[:LONGEST]
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    # Marks of class 0 are letters of their own, such as the vowels of Hindi.
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _UNCOUNTED.sub("", plain).translate(_BARE)[:LONGEST]


class Sought:
    """What was typed, ready to be looked for in sentences that have only ``known`` words.

    Each typed word is compared with each different word once, so that looking through
    the sentences takes a look into a table for each word.
    """

    def __init__(self, typed: str, known: Iterable[str]) -> None:
        self.words = list(filter(None, map(bare, words(typed))))[:MOST_ASKED]
        self._bare = {each: bare(each) for each in dict.fromkeys(known)}
        self._uncounted = {each for each, letters in self._bare.items() if not letters}
        different = list(dict.fromkeys(filter(None, self._bare.values())))
        exact = [{each for each in different if word in each} for word in self.words]
        like = [
            same | set(_slips(word, different))
            for word, same in zip(self.words, exact, strict=True)
        ]
        self._tables = [(rank, self._table(sets)) for rank, sets in ((0, exact), (2, like))]
        self._all = (1 << len(self.words)) - 1

    def match(self, sentence: Sequence[str]) -> Match | None:
        """How well a sentence has the words; None where it has not all of them."""
        for rank, table in self._tables:
            signs = [table.get(word, 0) for word in sentence]
            if not self._all or reduce(or_, set(signs), 0) != self._all:
                continue
            run = self._run(sentence, signs)
            return Match(rank, *run) if run else Match(rank + 1)
        return None

    def _table(self, sets: Sequence[set[str]]) -> dict[str, int]:
        """For each known word a bit for every typed one that it can be."""
        bits: dict[str, int] = {}
        for number, each in enumerate(sets):
            for letters in each:
                bits[letters] = bits.get(letters, 0) | 1 << number
        return {word: bits[letters] for word, letters in self._bare.items() if letters in bits}

    def _run(self, sentence: Sequence[str], signs: Sequence[int]) -> tuple[int, int] | None:
        """Where the words first follow each other (shift-and: one step for each word)."""
        begun, counted = 0, []
        for at, sign in enumerate(signs):
            if self._uncounted and sentence[at] in self._uncounted:
                continue
            counted.append(at)
            begun = (begun << 1 | 1) & sign
            if begun >> len(self.words) - 1:
                return counted[-len(self.words)], at
        return None


def _slips(word: str, different: Sequence[str]) -> Iterator[str]:
    """The words that differ from one by few letters, each left out, put in, wrong or swapped."""
    most = (len(word) >= _ONE_SLIP) + (len(word) >= _TWO_SLIPS)
    if not most or not word.isalpha():
        return
    near = process.extract(
        word, different, scorer=OSA.distance, processor=None, score_cutoff=most, limit=None
    )
    yield from (each for each, _, _ in near if each.isalpha())
