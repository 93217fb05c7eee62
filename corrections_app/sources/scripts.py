"""What a document's letters tell of it where it says nothing: direction and language."""

from __future__ import annotations

import unicodedata

import regex

from corrections_app.domain.unspaced import UNSPACED

_LETTERS = regex.compile(r"\p{L}")
_SAMPLE = 4_000
# Latin and Cyrillic are written in too many languages to tell which.
_OTHERS = regex.compile(r"[^\p{Latin}\p{Cyrillic}]")
# What is most often meant where only the letters tell; a sign of another language comes first.
_LANGUAGES = (
    (regex.compile(r"[ٹڈڑںےۓھہ]"), "ur"),
    (regex.compile(r"[پچژگ]"), "fa"),
    (regex.compile(r"\p{Arabic}"), "ar"),
    (regex.compile(r"\p{Hebrew}"), "he"),
    (regex.compile(r"\p{Thaana}"), "dv"),
    (regex.compile(r"\p{Syriac}"), "syr"),
    (regex.compile(r"\p{Nko}"), "nqo"),
    (regex.compile(r"[\p{Hiragana}\p{Katakana}]"), "ja"),
    (regex.compile(r"\p{Hangul}"), "ko"),
    (regex.compile(r"\p{Han}"), "zh"),
    (regex.compile(r"\p{Thai}"), "th"),
    (regex.compile(r"\p{Lao}"), "lo"),
    (regex.compile(r"\p{Khmer}"), "km"),
    (regex.compile(r"\p{Greek}"), "el"),
    (regex.compile(r"\p{Georgian}"), "ka"),
    (regex.compile(r"\p{Armenian}"), "hy"),
)
_LEAST_SHARE = 0.5


def direction_of(text: str) -> str:
    """``rtl`` or ``ltr``: the way in which most letters of a text run (UAX #9)."""
    letters = _LETTERS.findall(text[:_SAMPLE])
    if not _has_others(letters):
        return "ltr"
    ways = [unicodedata.bidirectional(sign) for sign in letters]
    backwards = sum(way in ("R", "AL") for way in ways)
    return "rtl" if 2 * backwards > len(ways) else "ltr"


def language_of(text: str) -> str | None:
    """The language that the letters of a text name by themselves, or None where many share them."""
    letters = _LETTERS.findall(text[:_SAMPLE])
    if not _has_others(letters):
        return None
    for script, lang in _LANGUAGES:
        if lang in ("ur", "fa"):
            if script.search("".join(letters)) and _most(letters, regex.compile(r"\p{Arabic}")):
                return lang
        elif lang == "ja":
            if any(map(script.match, letters)) and _most(letters, UNSPACED):
                return lang
        elif _most(letters, script):
            return lang
    return None


def _has_others(letters: list[str]) -> bool:
    return 2 * len(_OTHERS.findall("".join(letters))) > len(letters)


def _most(letters: list[str], script: regex.Pattern[str]) -> bool:
    return sum(bool(script.match(sign)) for sign in letters) > _LEAST_SHARE * len(letters)
