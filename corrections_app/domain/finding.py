"""Which sentences of a text a few typed words mean, as people type them from memory or a phone.

Case, accents, vowel signs of Arabic and Hebrew, sub- and superscripts, blanks and points within
numbers do not count; where nothing else is found, small slips of typing are forgiven. Only for
choosing a sentence that is then looked at: what is applied is compared to the letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
_UNCOUNTED = regex.compile(rf"{_PARTS}+|[\p{{Cf}}\u0640]+")  # and what draws a word out in Arabic
# Letters with a stroke are one sign in Unicode, and typed without it all the same.
_BARE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_ONE_SLIP, _TWO_SLIPS = 4, 8
"""From so many letters on one slip is forgiven in a word, or two; none in a number."""


class Word(NamedTuple):
    """One word at ``[start, end)`` of a text, and how it is compared."""

    bare: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """That a sentence has the words: at ``[start, end)`` where they follow each other.

    ``rank`` orders matches, the lowest first; those of one rank are equally good.
    """

    rank: int
    start: int = 0
    end: int = 0


def words(text: str) -> list[Word]:
    """The words of a text, in order. Time is linear in the text."""
    found = (Word(bare(each[0]), each.start(), each.end()) for each in _WORD.finditer(text))
    return [word for word in found if word.bare]


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
    the sentences takes a look into a set for each word.
    """

    def __init__(self, typed: str, known: Iterable[str]) -> None:
        self.words = [word.bare for word in words(typed)][:MOST_ASKED]
        different = list(dict.fromkeys(known))
        self._with = [{each for each in different if word in each} for word in self.words]
        self._like = [
            exact | set(_slips(word, different))
            for word, exact in zip(self.words, self._with, strict=True)
        ]

    def match(self, sentence: Sequence[Word]) -> Match | None:
        """How well a sentence has the words; None where it has not all of them."""
        for rank, sets in ((0, self._with), (2, self._like)):
            if not sets or not all(any(w.bare in each for w in sentence) for each in sets):
                continue
            run = next(_runs(sentence, sets), None)
            return Match(rank, *run) if run else Match(rank + 1)
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


def _runs(sentence: Sequence[Word], sets: Sequence[set[str]]) -> Iterator[tuple[int, int]]:
    """Where the words follow each other."""
    for at in range(len(sentence) - len(sets) + 1):
        if all(sentence[at + n].bare in each for n, each in enumerate(sets)):
            yield sentence[at].start, sentence[at + len(sets) - 1].end
