"""A change told in whole phrases: names, numbers with what they count, dates, words that mean
something.

A phrase begins as the least that differs and grows over its neighbours, which stand in both
texts, never past the end of a sentence, and never into the next change. All offsets are Unicode
code points, all ranges half-open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import regex

from corrections_app.domain.text.body import block_around
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.warnings.risky_words import NUMBERS, is_day
from corrections_app.domain.warnings.small_words import HEDGES, MULTIPLES, PARTICLES, PLURALS, SMALL

_REACH = 200
_MOST_GROWN = 8
_LONGEST_NAME = 4
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_LETTER = rf"(?:(?=[\p{{L}}\p{{N}}_])(?![{_UNSPACED}])\X)"
_TOKEN = regex.compile(
    rf"{_LETTER}+(?:(?:['’ʼ‑-](?=\p{{L}})|[.,:/](?=\p{{N}}))(?![{_UNSPACED}]){_LETTER}+)*"
    rf"|\n+|(?:(?=[^\S\n])\X)+|\X"
)
_WORD = regex.compile(r"[\p{L}\p{N}_]")
_FIGURE = regex.compile(r"\p{N}+(?:[.,:/]\p{N}+)*(?:st|nd|rd|th|er|e|s)?")
_BEFORE_FIGURE = regex.compile(r"[\p{Sc}#№+−-]")
_AFTER_FIGURE = regex.compile(r"[%‰°′″\p{Sc}]")
_CAPITAL = regex.compile(r"[\p{Lu}\p{Lt}]")
_DAY_OR_YEAR = regex.compile(r"\p{N}{1,4}(?:st|nd|rd|th|er)?|\d{1,4}([./-])\d{1,2}\1\d{1,4}")
_UNSPACED_SIGN = regex.compile(rf"[{_UNSPACED}]")


class Phrase:
    """One change: what stood there, `wrong`, and what shall stand there, `right`."""

    def __init__(self, text: str, edit: Edit, floor: int = 0, ceiling: int | None = None) -> None:
        """``floor`` and ``ceiling``: between them nothing else of the text is changed."""
        self.low, self.high = _window(text, edit, floor, len(text) if ceiling is None else ceiling)
        self.text = text
        head, tail = text[self.low : edit.start], text[edit.end : self.high]
        self.old: list[str] = _TOKEN.findall(text[self.low : self.high])
        self.new: list[str] = _TOKEN.findall(head + edit.replacement + tail)
        self.before, self.after = _common_ends(self.old, self.new)

    @property
    def wrong(self) -> str:
        """The words as they stood."""
        return "".join(self.old[self.before : len(self.old) - self.after])

    @property
    def right(self) -> str:
        """The words as they shall stand."""
        return "".join(self.new[self.before : len(self.new) - self.after])

    @property
    def start(self) -> int:
        """Where the words that stood there begin in the text."""
        return self.low + sum(map(len, self.old[: self.before]))

    @property
    def end(self) -> int:
        """Where they end."""
        return self.start + len(self.wrong)

    def grow_over(self, start: int, end: int) -> None:
        """Reach at least from ``start`` to ``end`` of the text, as far as that can be known."""
        while self.before and self.start > start:
            self.before -= 1
        while self.after and self.end < end:
            self.after -= 1

    def left(self) -> str:
        """The word before, with one blank between or none; "" where there is none."""
        return self._beside(self.old[: self.before][::-1])

    def following(self) -> str:
        """The word after, likewise."""
        return self._beside(self.old[len(self.old) - self.after :])

    def grow_left(self, words: int = 1) -> None:
        """Take the word before; only where there is one."""
        for _ in range(words):
            self.before -= 2 if self.old[self.before - 1].isspace() else 1

    def grow_right(self, words: int = 1) -> None:
        """Take the word after; only where there is one."""
        for _ in range(words):
            self.after -= 2 if self.old[-self.after].isspace() else 1

    def words_before(self, most: int) -> list[str]:
        """Up to so many words before, the nearest first."""
        return list(_run(self.old[: self.before][::-1], most))

    def words_after(self, most: int) -> list[str]:
        """Up to so many words after."""
        return list(_run(self.old[len(self.old) - self.after :], most))

    def copied(self) -> Phrase:
        """The same phrase, to be grown otherwise."""
        other = object.__new__(Phrase)
        other.__dict__.update(self.__dict__)
        return other

    def _beside(self, tokens: Sequence[str]) -> str:
        return next(_run(tokens, 1), "")


def words_of(words: str) -> list[str]:
    """The words among the signs and blanks."""
    return [token for token in _TOKEN.findall(words) if _WORD.match(token)]


def says_something(words: str) -> bool:
    """Whether it has a word that is more than an article or a preposition."""
    return any(word.lower() not in SMALL for word in words_of(words))


def grow_whole(phrase: Phrase) -> None:
    """Until neither side is, or breaks off at, words that say nothing alone."""
    for _ in range(_MOST_GROWN):
        sides = phrase.wrong, phrase.right
        if phrase.following() and any(map(_breaks_off, sides)):
            phrase.grow_right()
        elif phrase.left() and any(map(_lacks_its_beginning, sides)):
            phrase.grow_left()
        else:
            return


def grow_around(phrase: Phrase) -> None:
    """A word more on either side, and whole from there: where words were left out or put in."""
    if phrase.left():
        phrase.grow_left()
    if phrase.following():
        phrase.grow_right()
    for _ in range(_MOST_GROWN):
        if not (phrase.left() and phrase.old[phrase.before].lower() in SMALL):
            break
        phrase.grow_left()
    grow_whole(phrase)


def grow_name(phrase: Phrase) -> None:
    """Over the capitalised words beside it."""
    if _is_headline(phrase):
        return
    for _ in range(_LONGEST_NAME):
        if _belongs_to_name(phrase, phrase.words_before(2)):
            phrase.grow_left()
    for _ in range(_LONGEST_NAME):
        if _belongs_to_name(phrase, phrase.words_after(2)):
            phrase.grow_right()


def grow_date(phrase: Phrase) -> None:
    """Over the day, the month and the year beside it."""
    while _dates(phrase.words_before(2)):
        phrase.grow_left()
    while _dates(phrase.words_after(2)) or _grow_over_comma(phrase):
        if _dates(phrase.words_after(2)):
            phrase.grow_right()
    while phrase.before > 2 and _is_comma(phrase.old[phrase.before - 2 : phrase.before]):
        if not is_day(phrase.old[phrase.before - 3]) and not _is_day_number(
            phrase.old[phrase.before - 3]
        ):
            return
        phrase.before -= 3
        while _dates(phrase.words_before(2)):
            phrase.grow_left()


def grow_figure(phrase: Phrase) -> Phrase:
    """Over what is counted, with how exact it is; the figure alone is what comes back."""
    _grow_over_number(phrase)
    bare = phrase.copied()
    is_money = regex.search(r"\p{Sc}", phrase.right) is not None
    if not is_money and _names_a_number(phrase):
        phrase.grow_left()
        return phrase
    for length in (3, 2, 1):
        before = tuple(word.lower() for word in phrase.words_before(length)[::-1])
        if len(before) == length and before in HEDGES:
            phrase.grow_left(length)
            break
    if not is_money and not _AFTER_FIGURE.search(phrase.right) and not _is_share(phrase.right):
        phrase.grow_right(_counted(phrase.words_after(3)))
    return bare


def is_number(word: str) -> bool:
    """Whether it is a figure, or a number written out."""
    return bool(_FIGURE.fullmatch(word)) or word.lower() in NUMBERS or word.lower() in MULTIPLES


def _window(text: str, edit: Edit, floor: int, ceiling: int) -> tuple[int, int]:
    """The text around an edit within its blocks, cut at blanks."""
    low, high = block_around(text, edit.start, edit.end)
    low, high = max(floor, low), min(ceiling, high)
    if low < edit.start - _REACH or (low == floor and floor):
        low = max(low, edit.start - _REACH)
        while low < edit.start and not text[low].isspace():
            low += 1
    if high > edit.end + _REACH or (high == ceiling and ceiling < len(text)):
        high = min(high, edit.end + _REACH)
        while high > edit.end and not text[high - 1].isspace():
            high -= 1
    return low, high


def _common_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = 0
    while tail < most - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def _run(tokens: Sequence[str], most: int) -> Iterator[str]:
    """The words that come one after another with nothing but one blank between."""
    blank = False
    for token in tokens[: 2 * most + 1]:
        if token.isspace() and "\n" not in token and not blank:
            blank = True
        elif _WORD.match(token) and most:
            yield token
            blank, most = False, most - 1
        else:
            return


def _breaks_off(words: str) -> bool:
    found = words_of(words)
    return not found or found[-1].lower() in SMALL or _is_one_sign(words)


def _lacks_its_beginning(words: str) -> bool:
    return not says_something(words) or _is_one_sign(words)


def _is_one_sign(words: str) -> bool:
    """One sign of a script that puts no blanks between words is seldom a word."""
    signs = words_of(words)
    return len(signs) < 3 and bool(signs) and all(map(_UNSPACED_SIGN.match, signs))


def _is_headline(phrase: Phrase) -> bool:
    words = [word for word in words_of("".join(phrase.old)) if word.lower() not in SMALL]
    return len(words) > 4 and sum(bool(_CAPITAL.match(word)) for word in words) > 0.7 * len(words)


def _belongs_to_name(phrase: Phrase, words: list[str]) -> bool:
    if not words:
        return False
    word, beyond = words[0], words[1] if len(words) > 1 else ""
    if word in PARTICLES:
        return bool(_CAPITAL.match(beyond)) and beyond.lower() not in SMALL
    return (
        bool(_CAPITAL.match(word))
        and word.lower() not in SMALL
        and not is_day(word)
        and not _stands_small(phrase.text, word)
    )


def _stands_small(text: str, word: str) -> bool:
    """Whether the article has the word without its capital: then it only begins a sentence."""
    return regex.search(rf"\b{regex.escape(word.lower())}\b", text) is not None


def _dates(words: list[str]) -> bool:
    if not words:
        return False
    if words[0].lower() in ("of", "de") and len(words) > 1:
        return is_day(words[1])
    return is_day(words[0]) or _is_day_number(words[0])


def _is_day_number(word: str) -> bool:
    return _DAY_OR_YEAR.fullmatch(word) is not None


def _is_comma(tokens: Sequence[str]) -> bool:
    return len(tokens) == 2 and tokens[0] == "," and tokens[1].isspace()


def _grow_over_comma(phrase: Phrase) -> bool:
    """Over ", 1849" and ", May": whether that was there."""
    ahead = phrase.old[len(phrase.old) - phrase.after :][:3]
    if len(ahead) < 3 or not _is_comma(ahead[:2]):
        return False
    if not is_day(ahead[2]) and not regex.fullmatch(r"\p{N}{4}", ahead[2]):
        return False
    phrase.after -= 3
    return True


def _grow_over_number(phrase: Phrase) -> None:
    """Over all that is one number: its signs, "four" before "million", "per cent" after it."""
    while phrase.before and _BEFORE_FIGURE.fullmatch(phrase.old[phrase.before - 1]):
        phrase.before -= 1
    _grow_while(phrase.left, phrase.grow_left, is_number)
    while phrase.before and _BEFORE_FIGURE.fullmatch(phrase.old[phrase.before - 1]):
        phrase.before -= 1
    _grow_while(phrase.following, phrase.grow_right, is_number)
    if [word.lower() for word in phrase.words_after(2)] == ["per", "cent"]:
        phrase.grow_right(2)
    ahead = phrase.old[len(phrase.old) - phrase.after :][:2]
    if ahead and _AFTER_FIGURE.fullmatch(ahead[0]):
        phrase.after -= 1
    elif len(ahead) == 2 and ahead[0].isspace() and _AFTER_FIGURE.fullmatch(ahead[1]):
        phrase.after -= 2


def _grow_while(
    beside: Callable[[], str], grow: Callable[[], None], holds: Callable[[str], bool]
) -> None:
    for _ in range(_MOST_GROWN):
        if not beside() or not holds(beside()):
            return
        grow()


def _names_a_number(phrase: Phrase) -> bool:
    """Whether the number is part of a name, as in "Pier 4"."""
    return _belongs_to_name(phrase, phrase.words_before(2))


def _is_share(words: str) -> bool:
    return bool({"percent", "cent", "prozent"} & {word.lower() for word in words_of(words)})


def _counted(words: list[str]) -> int:
    """How many of the words after a number name what is counted, as far as one can tell."""
    small = [word.lower() in SMALL for word in words]
    plural = [word.lower() in PLURALS or bool(regex.search(r"[^s]s$", word)) for word in words]
    if not words or small[0]:
        return 0
    if plural[0]:
        return 1
    if len(words) > 1 and plural[1] and not small[1]:
        return 2
    return 1 if len(words) == 1 or small[1] else 0
