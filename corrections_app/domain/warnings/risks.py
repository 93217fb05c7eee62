"""What makes a change worth a second look: facts, sources, and what the eye cannot see.

A risk says what *kind* of words a change touches, never whether it is right. Two
texts are compared for each edit, whole words as they stood and as they shall stand: a
number that stands in both is not changed. Names are known by their capital, so not in
scripts without case, and a German noun counts as one. All offsets are Unicode code
points, all ranges half-open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import zip_longest

import regex

from corrections_app.domain.text.body import block_around
from corrections_app.domain.text.edits import Edit, splice_within
from corrections_app.domain.text.invisible import unseen
from corrections_app.domain.text.lookalikes import looks_stranger
from corrections_app.domain.warnings.quotations import marks, quoted
from corrections_app.domain.warnings.risky_words import (
    NEGATING_PREFIXES,
    NEGATION_SIGNS,
    NEGATIONS,
    NUMBER_SIGNS,
    NUMBERS,
    is_day,
)

# About ten words: a clause, which no spelling ever adds.
MUCH_LONGER = 60

# A person marks up a few words; of more edits the whole passage is compared at once.
MOST_EDITS = 50

# How far a sentence's beginning, or the month beside a day, is looked for.
_AROUND = 80

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}\p{N}]*(?:['’ʼ-]\p{L}[\p{L}\p{M}\p{N}]*)*")
_NUMBER = regex.compile(
    rf"\p{{Sc}}|[%‰]|(?<!\w)[-−+](?=\p{{N}})|\p{{N}}+(?:[.,:/]\p{{N}}+)*|[{NUMBER_SIGNS}]"
)
_YEAR = regex.compile(r"(?<![\d.,:/])(?:1[5-9]|20)\d\d(?![\d.,:/]\d|\d)")
_FULL_DATE = regex.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{1,2}:\d\d")
_ADDRESS = regex.compile(r"(?i)\b(?:https?://|www\.)\S++|(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.-]++")
_NOT = regex.compile(r"(?i).*(?:n['’]t|['’]nt)|can-?not|(?:do|does|did|is|are|was|were)nt")
_PRONOUN = regex.compile(r"I(?:['’].*)?")
# Looked for from the end: what decides stands there, and most words have nothing like it.
_SENTENCE_END = regex.compile(r"(?r)(?:^|\n|([\w.]*)[.!?…。؟։।])[\p{P}\s]*$")
_ABBREVIATION = regex.compile(
    r"(?:Mr|Mrs|Ms|Dr|St|Prof|Rev|Gen|Sen|Rep|Lt|Col|Sgt|Capt|Gov|Hon|Mme|Mlle|vs"
    r"|ім|им|вул|ул|проф|акад|просп)|(?:\w\.)*\w"
)
_CAPITAL = regex.compile(r"[\p{Lu}\p{Lt}]")
# What the next block begins with, the next cell of a table, says nothing of this one.
_NAME_NEXT = regex.compile(r"(?!\n\n)\s+[\p{Lu}\p{Lt}]\p{L}")


class Risk(StrEnum):
    """A kind of words that a change touches."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    QUOTATION = "quotation"
    LINK = "link"
    NEGATION = "negation"
    INVISIBLE = "invisible"
    LOOKALIKE = "lookalike"
    LONGER = "longer"


class _Change:
    """One edit in whole words: ``old`` and ``new`` between ``before`` and ``after``."""

    def __init__(self, text: str, edit: Edit) -> None:
        self.text = text
        self.start, self.end = _whole_words(text, edit.start, edit.end)
        self.old = text[self.start : self.end]
        head, tail = text[self.start : edit.start], text[edit.end : self.end]
        self.new = head + edit.replacement + tail
        # A sign, a digit or a dot says nothing without what it is written together with.
        start, end = _run(text, self.start, self.end)
        lead, trail = text[start : self.start], text[self.end : end]
        self.runs = lead + self.old + trail, lead + self.new + trail
        self.before = text[max(0, self.start - _AROUND) : self.start]
        self.after = text[self.end : self.end + _AROUND]

    def differs(self, tell: Callable[[str], Iterable[str]]) -> bool:
        return _differ(tell(self.old), tell(self.new))

    def differs_written(self, tell: Callable[[str], Iterable[str]]) -> bool:
        return _differ(*map(tell, self.runs))


def _differ(old: Iterable[str], new: Iterable[str]) -> bool:
    """Whether two rows of words do: known at the first that does, of however many."""
    return any(one != other for one, other in zip_longest(old, new))


def found(
    text: str, edits: Sequence[Edit], links: Sequence[tuple[int, int]] = ()
) -> frozenset[Risk]:
    """The risks of making these edits in the canonical text.

    ``links``: where the text is marked as a link. `Risk.LONGER` is a text that grows
    by more than `MUCH_LONGER` code points in all.
    """
    risks = {Risk.LINK} if any(_touches(edit, links) for edit in edits) else set()
    if len(edits) > MOST_EDITS:
        edits = (_as_one(text, edits),)
    if sum(len(edit.replacement) - (edit.end - edit.start) for edit in edits) > MUCH_LONGER:
        risks.add(Risk.LONGER)
    for edit in edits:
        change = _Change(text, edit)
        if change.old != change.new:
            unknown = [risk for risk in _TESTS if risk not in risks]
            risks.update(risk for risk in unknown if _TESTS[risk](change))
    return frozenset(risks)


def _as_one(text: str, edits: Sequence[Edit]) -> Edit:
    """One edit that does the same: of very many, each need not be looked at by itself."""
    start, end = edits[0].start, edits[-1].end
    return Edit(start, end, splice_within(text, start, end, edits))


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    floor, ceiling = max(0, start - _AROUND), min(len(text), end + _AROUND)
    while floor < start < len(text) and text[start - 1 : start + 1].isalnum():
        start -= 1
    while 0 < end < ceiling and text[end - 1 : end + 1].isalnum():
        end += 1
    return start, end


def _run(text: str, start: int, end: int) -> tuple[int, int]:
    floor, ceiling = max(0, start - _AROUND), min(len(text), end + _AROUND)
    while start > floor and not text[start - 1].isspace():
        start -= 1
    while end < ceiling and not text[end].isspace():
        end += 1
    return start, end


def _touches(edit: Edit, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(edit.start < end and start < edit.end for start, end in ranges)


def _numbers(text: str) -> Iterator[str]:
    yield from _all(_NUMBER, text)
    yield from _told(_folded_words(text), lambda word: word if word in NUMBERS else None)


def _told(words: Sequence[str], tell: Callable[[str], str | None]) -> Iterator[str]:
    """What is told of each of some words, in order: thousands are one word, asked of once."""
    known = {word: said for word in set(words) if (said := tell(word))}
    return (known[word] for word in words if word in known) if known else iter(())


def _all(pattern: regex.Pattern[str], text: str) -> Iterator[str]:
    return (found[0] for found in pattern.finditer(text))


@lru_cache(maxsize=4)  # the same words are asked for numbers, for dates and for negations
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text))


@lru_cache(maxsize=4)
def _folded_words(text: str) -> tuple[str, ...]:
    return tuple(map(str.lower, _words(text)))


def _addresses(text: str) -> Iterator[str]:
    """Addresses of pages and of people; most texts hold no sign that all of them have."""
    if any(sign in text for sign in "@:") or "www." in text.lower():
        yield from _all(_ADDRESS, text)


def _dates(text: str) -> Iterator[str]:
    yield from _told(_words(text), lambda word: word if is_day(word) else None)
    yield from _all(_FULL_DATE, text)
    yield from _all(_YEAR, text)


def _changes_date(change: _Change) -> bool:
    if change.differs_written(_dates):
        return True
    beside = _WORD.findall(change.before)[-1:] + _WORD.findall(change.after)[:1]
    return change.differs_written(_numbers) and any(map(is_day, beside))


def _changes_name(change: _Change) -> bool:
    return _differ(_names(change, change.old), _names(change, change.new))


def _names(change: _Change, words: str) -> Iterator[str]:
    if not _CAPITAL.search(words):
        return iter(())
    whole = change.before + words + change.after
    first = len(change.before)
    return (
        word[0]
        for word in _WORD.finditer(whole, first, first + len(words))
        if not word[0].islower()
        and _CAPITAL.search(word[0])
        and not _PRONOUN.fullmatch(word[0])
        and not is_day(word[0])
        and (not _begins_sentence(whole, word.start()) or _is_known(change, whole, word))
    )


def _begins_sentence(text: str, at: int) -> bool:
    end = _SENTENCE_END.search(text[max(0, at - _AROUND) : at])
    if end is None:
        return False
    return not (end[1] and end[0].rstrip().endswith(".") and _ABBREVIATION.fullmatch(end[1]))


def _is_known(change: _Change, whole: str, word: regex.Match[str]) -> bool:
    """Whether a word that begins a sentence would have its capital anyway."""
    if _CAPITAL.search(word[0], 1) or _NAME_NEXT.match(whole, word.end()):
        return True
    if len(change.old) > _AROUND or len(change.new) > _AROUND:
        return False  # a text is not searched for each of a thousand words
    elsewhere = regex.finditer(rf"\b{regex.escape(word[0])}\b", change.text)
    return any(
        not change.start <= place.start() < change.end
        and not _begins_sentence(change.text, place.start())
        for place in elsewhere
    )


def _changes_quotation(change: _Change) -> bool:
    if marks(change.old) != marks(change.new):
        return True
    start, end = block_around(change.text, change.start, change.end)
    low, high = change.start - start, change.end - start
    return any(low < until and at < high for at, until in quoted(change.text[start:end]))


def _changes_negation(change: _Change) -> bool:
    if change.differs(_negations):
        return True
    old, new = _folded_words(change.old), _folded_words(change.new)
    gone, come = set(old) - set(new), set(new) - set(old)
    return any(
        word.startswith(prefix) and word[len(prefix) :] in bare
        for bare, words in ((gone, come), (come, gone))
        for word in words
        if bare and word.startswith(NEGATING_PREFIXES)
        for prefix in NEGATING_PREFIXES
    )


def _negations(text: str) -> Iterator[str]:
    """The negations in order; "don't" says "not" as "do not" does."""
    if not text.isascii():
        yield from (character for character in text if character in NEGATION_SIGNS)
    yield from _told(_folded_words(text), _negation)


def _negation(word: str) -> str | None:
    said = "not" if "n" in word and _NOT.fullmatch(word) else word
    return said if said in NEGATIONS else None


_TESTS: dict[Risk, Callable[[_Change], bool]] = {
    Risk.NUMBER: lambda change: change.differs_written(_numbers),
    Risk.DATE: _changes_date,
    Risk.NAME: _changes_name,
    Risk.QUOTATION: _changes_quotation,
    Risk.LINK: lambda change: change.differs_written(_addresses),
    Risk.NEGATION: _changes_negation,
    Risk.INVISIBLE: lambda change: change.differs(unseen),
    Risk.LOOKALIKE: lambda change: looks_stranger(change.old, change.new),
}
