"""House rules: what a newsroom writes and what it does not, found in texts.

A rule is a standing answer ("we write Kyiv, not Kiev"). Its forms are looked for as they are
written: inflected ones are found only where they are listed too. Typographic and straight
apostrophes are alike, and so are all blanks of one place. Offsets are code points.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from urllib.parse import urlsplit

import regex

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid
from corrections_app.domain.text import characters
from corrections_app.domain.text.body import tidy
from corrections_app.domain.text.search_words import UNSPACED

MOST = 500
"""Rules that a newsroom keeps at a time, switched off or not."""
MOST_FORMS = 20
"""Of one rule."""
LONGEST = limits.NAME
"""Of what we write, and of a form."""
REASON = 500
LINK = 500
_MOST_PLACES = 1_000
"""In one text; a rule that finds more says nothing more."""
_LANGUAGE = regex.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}")
_APOSTROPHES = "'’‘ʼ‛＇`´"
_BLANKS = " \n\t\u00a0\u2007\u2009\u202f"
_KEPT = str.maketrans(_APOSTROPHES + _BLANKS, "'" * len(_APOSTROPHES) + " " * len(_BLANKS))
_RUN = regex.compile(rf"(?V1)[[\p{{L}}\p{{N}}\p{{M}}_]--[{UNSPACED}]]+")
_ALONE = regex.compile(f"[{UNSPACED}]")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")


@dataclass(frozen=True)
class Rule:
    """What is written (``preferred``), and the ``forms`` that are not written instead of it.

    ``lang`` limits it to articles of a language (``uk``, ``en-gb``); empty for all.
    ``whole_words``: a form inside a longer word is another word. ``number`` is 0 for a new one.
    """

    number: int
    preferred: str
    forms: tuple[str, ...]
    reason: str
    link: str = ""
    lang: str = ""
    whole_words: bool = True
    case_sensitive: bool = False
    active: bool = True

    def speaks(self, lang: str) -> bool:
        """Whether it is about articles in a language."""
        return not self.lang or _covers(self.lang, lang)


@dataclass(frozen=True)
class Found:
    """A rule that a change touches, by the ``form`` that we do not write, as the rule has it.

    ``instead``: the form came where what we write was, or the other way round.
    """

    rule: Rule
    form: str
    instead: bool = True


@dataclass(frozen=True)
class Match:
    """A form at ``[start, end)`` of a text, as the rule has it."""

    start: int
    end: int
    form: str


class Searched:
    """A text, folded once however many rules are looked for in it."""

    def __init__(self, text: str) -> None:
        self.text = unicodedata.normalize("NFC", text)

    @cached_property
    def _exact(self) -> str:
        return _fold(self.text, True)

    @cached_property
    def _lower(self) -> str:
        return _fold(self.text, False)

    @cached_property
    def _ends(self) -> list[int]:
        """Where words end."""
        return [run.end() for run in _RUN.finditer(self._exact)]

    def places(self, words: str, rule: Rule) -> Iterator[tuple[int, int]]:
        """Where some words of a rule stand, in order and apart. Time is linear in the text."""
        folded = self._exact if rule.case_sensitive else self._lower
        words = _fold(words, rule.case_sensitive)
        start = folded.find(words)
        while start >= 0:
            end = start + len(words)
            if _is_apart(folded, start, end, whole_words=rule.whole_words):
                yield start, end
            else:
                end = self._after(start) if rule.whole_words else start + 1
            start = folded.find(words, end)

    def _after(self, start: int) -> int:
        """Behind the word that goes on at a place, inside which nothing else begins."""
        at = bisect_right(self._ends, start)
        inside = _is_letter(self._exact[start]) and not _ALONE.match(self._exact[start])
        return self._ends[at] if inside and at < len(self._ends) else start + 1


def matches(rule: Rule, text: Searched) -> list[Match]:
    """Where forms of a rule stand, in order and apart; of two at one place the longer one."""
    found = [
        Match(start, end, form)
        for form in rule.forms
        for start, end in islice(text.places(form, rule), _MOST_PLACES)
    ]
    kept: list[Match] = []
    for one in sorted(found, key=lambda match: (match.start, -match.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def against(rules: Iterable[Rule], old: str, new: str) -> list[Found]:
    """The rules that a change of ``old`` into ``new`` breaks: it brings a form not written."""
    return _brought(rules, Searched(old), Searched(new))


def following(rules: Iterable[Rule], old: str, new: str) -> list[Found]:
    """The rules that a change follows: a form goes, and what we write comes."""
    return [found for found in _brought(rules, Searched(new), Searched(old)) if found.instead]


def in_place(rule: Rule, there: str) -> str:
    """What we write, with the capitals of the form that is there.

    As the rule has it where the form is there just as the rule has that ("TV"), and where it
    has capitals of its own ("macOS").
    """
    wanted, letters = rule.preferred, [each for each in there if each.isalpha()]
    as_listed = _fold(there, True) in (_fold(form, True) for form in rule.forms)
    if rule.case_sensitive or not letters or as_listed:
        return wanted
    if wanted[:1].islower() and wanted != wanted.lower():
        return wanted
    if len(letters) > 1 and there == there.upper():
        return wanted.upper()
    return wanted[:1].upper() + wanted[1:] if letters[0].isupper() else wanted


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The range widened to whole words."""
    while _joins(text, start):
        start -= 1
    while _joins(text, end):
        end += 1
    return start, end


def unvaried(form: str) -> str:
    """The longest part of a form that is written with the same letters wherever it is."""
    return max(_fold(form, True).replace("'", " ").split() or [form], key=len)


def checked(rule: Rule) -> Rule:
    """The rule tidied. Raises `Invalid` or `TooLong`, which name the field at fault."""
    preferred = _words("preferred", rule.preferred)
    forms = tuple(filter(None, (_words("forms", form) for form in rule.forms)))
    reason = tidy(rule.reason).strip()
    characters.check("reason", reason, lines=True)
    limits.check_length("reason", reason, REASON)
    if not preferred:
        raise Invalid.at("preferred", "Write the form that we use.")
    if not forms:
        raise Invalid.at("forms", "Write at least one form that we do not use.")
    if len(forms) > MOST_FORMS:
        raise Invalid.at("forms", "One rule has %(most)s forms at most.", most=MOST_FORMS)
    if not reason:
        raise Invalid.at("reason", "Say why, in a sentence that readers understand.")
    lang = rule.lang.strip().lower()
    if lang and not _LANGUAGE.fullmatch(lang):
        raise Invalid.at("lang", "A language is a code such as uk, de or en-gb; or leave it empty.")
    tidied = replace(rule, preferred=preferred, forms=forms, reason=reason, lang=lang)
    tidied = replace(tidied, link=_link(rule.link.strip()))
    _check_own(tidied)
    return tidied


def check_among(rule: Rule, others: Iterable[Rule]) -> None:
    """Refuse a rule that contradicts one of the others that apply. Raises `Invalid`."""
    preferred = Searched(rule.preferred)
    for other in others:
        if not other.active or not _meet(rule, other):
            continue
        told = {"other": other.preferred}
        for form in rule.forms:
            if any(_is_same(form, its, rule, other) for its in other.forms):
                sentence = "“%(form)s” belongs to another rule already: we write “%(other)s”."
                raise Invalid.at("forms", sentence, form=form, **told)
        if match := next(iter(matches(other, preferred)), None):
            sentence = "Another rule says that we do not write “%(form)s” but “%(other)s”."
            raise Invalid.at("preferred", sentence, form=match.form, **told)
        if match := next(iter(matches(rule, Searched(other.preferred))), None):
            sentence = "“%(form)s” is part of what another rule prefers: “%(other)s”."
            raise Invalid.at("forms", sentence, form=match.form, **told)


def _brought(rules: Iterable[Rule], old: Searched, new: Searched) -> list[Found]:
    found = []
    for rule in rules:
        come = matches(rule, new)
        if not come:
            continue
        were = matches(rule, old)
        if len(come) <= len(were):
            continue
        went = _count(rule.preferred, rule, old) > _count(rule.preferred, rule, new)
        spare = Counter(match.form for match in were)
        form = next(match.form for match in come if not _taken(spare, match.form))
        found.append(Found(rule, form, went))
    return found


def _taken(spare: Counter[str], form: str) -> bool:
    """Whether one that was there before accounts for this one."""
    spare[form] -= 1
    return spare[form] >= 0


def _count(words: str, rule: Rule, text: Searched) -> int:
    return sum(1 for _ in islice(text.places(words, rule), _MOST_PLACES))


def _fold(text: str, case_sensitive: bool) -> str:
    """One code point for one, so that places are those of the text."""
    text = text.translate(_KEPT)
    # "İ" is the one letter whose lower case has two code points.
    return text if case_sensitive else text.replace("İ", "i").lower().replace("ς", "σ")


def _is_apart(text: str, start: int, end: int, *, whole_words: bool) -> bool:
    if end < len(text) and _is_mark(text[end]):
        return False  # half a letter
    if not whole_words:
        return True
    return not (_joins(text, start) or _joins(text, end))


def _joins(text: str, at: int) -> bool:
    """Whether a word goes on across this place (after UAX #29, with apostrophes told apart).

    Between letters of Cyrillic an apostrophe is part of the word, as in м’ята; elsewhere it
    parts them, as in Kiev’s and l’Ukraine.
    """
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _is_letter(before) and _is_letter(after):
        return not _ALONE.search(before + after)
    if after in _APOSTROPHES:
        sides = before + text[at + 1 : at + 2]
    elif before in _APOSTROPHES:
        sides = text[max(at - 2, 0) : at - 1] + after
    else:
        return False
    return len(_CYRILLIC.findall(sides)) == 2


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_" or _is_mark(character)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _words(field: str, text: str) -> str:
    characters.check(field, text)
    words = " ".join(tidy(text).split())
    limits.check_length(field, words, LONGEST)
    return words


def _link(link: str) -> str:
    characters.check("link", link)
    limits.check_length("link", link, LINK)
    try:
        parts = urlsplit(link)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        whole = False
    if link and (not whole or any(each.isspace() for each in link)):
        raise Invalid.at("link", "A link begins with https:// or http://.")
    return link


def _check_own(rule: Rule) -> None:
    for at, form in enumerate(rule.forms):
        if any(_is_same(form, other, rule, rule) for other in rule.forms[:at]):
            raise Invalid.at("forms", "“%(form)s” is named twice.", form=form)
    if match := next(iter(matches(rule, Searched(rule.preferred))), None):
        told = {"form": match.form, "preferred": rule.preferred}
        if not rule.case_sensitive and match.form != rule.preferred and _is_same_but_case(**told):
            sentence = (
                "“%(form)s” differs from “%(preferred)s” in capital letters only: tick that they "
                "matter."
            )
        else:
            sentence = (
                "“%(form)s” is part of “%(preferred)s”, so the rule would object to its own words."
            )
        raise Invalid.at("forms", sentence, **told)


def _is_same_but_case(form: str, preferred: str) -> bool:
    return _fold(form, False) == _fold(preferred, False)


def _is_same(form: str, other: str, mine: Rule, theirs: Rule) -> bool:
    exact = mine.case_sensitive and theirs.case_sensitive
    return _fold(form, exact) == _fold(other, exact)


def _meet(one: Rule, other: Rule) -> bool:
    """Whether there may be an article that both are about."""
    return one.speaks(other.lang) or other.speaks(one.lang) or not (one.lang and other.lang)


def _covers(wide: str, narrow: str) -> bool:
    narrow = narrow.lower()
    return narrow == wide or narrow.startswith(f"{wide}-")
