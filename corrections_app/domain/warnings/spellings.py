"""Whether two names are one, spelt in two ways: Lindquist and Lindqvist, Kiev and Kyiv.

A guess by letters alone, for a default that a person sees; "Iran" and "Iraq" are no spellings of
one name, and neither are "Charles I" and "Charles II".
"""

from __future__ import annotations

import unicodedata

import regex
from rapidfuzz.distance import OSA

from corrections_app.domain.warnings.phrases import words_of
from corrections_app.domain.warnings.small_words import DIFFERENT

_SAME_SOUND = [
    (regex.compile(pattern), sound)
    for pattern, sound in (
        ("ß", "ss"), ("æ|ä", "ae"), ("ø|œ|ö", "oe"), ("ł", "l"), ("đ|ð", "d"), ("þ|th", "t"),
        ("ph", "f"), ("qu|qv|kv|kw", "kv"), ("ck|q|kh|c(?![hi])", "k"), ("tsch|tch|tsh", "ch"),
        ("sch|š", "sh"), ("w", "v"), ("ts|tz|cz|z", "s"), ("[yj]", "i"), ("ou|oo", "u"),
        ("ie|ei|ii|ee", "i"), ("aa|ae", "a"), ("oe", "o"), ("ue", "u"), ("(?<=[a-z])h", ""),
        ("(?<=[a-z]{2})e$", ""), (r"(\p{L})\1", r"\1"),
    )
]  # fmt: skip
_ROMAN = regex.compile(r"[IVXLCDM]+")
_LONG, _LONGER = 5, 8
_MOST_WORDS = 8


def is_spelling_of(one: str, other: str) -> bool:
    """Whether the two names differ only in how they are spelt; equal ones do not differ."""
    mine, theirs = words_of(one)[:_MOST_WORDS], words_of(other)[:_MOST_WORDS]
    if not mine or not theirs or mine == theirs:
        return False
    if len(mine) != len(theirs):
        return _heard("".join(mine)) == _heard("".join(theirs))
    pairs = zip(mine, theirs, strict=True)
    return all(a == b or _alike(a, b) for a, b in pairs)


def _alike(one: str, other: str) -> bool:
    if any(map(_ROMAN.fullmatch, (one, other))) or any(map(str.isnumeric, one + other)):
        return False
    if frozenset({one.lower(), other.lower()}) in DIFFERENT:
        return False
    mine, theirs = _heard(one), _heard(other)
    if mine == theirs:
        return True
    shorter = min(len(mine), len(theirs))
    most = 0 if shorter < _LONG else 1 if shorter < _LONGER else 2
    if mine[:1] != theirs[:1] or abs(len(mine) - len(theirs)) > 1:
        return False
    return OSA.distance(mine, theirs, score_cutoff=most) <= most


def _heard(name: str) -> str:
    """The letters of a name with those that stand for one sound folded into one."""
    plain = unicodedata.normalize("NFD", name.casefold())
    folded = "".join(sign for sign in plain if sign.isalnum())
    for pattern, sound in _SAME_SOUND:
        folded = pattern.sub(sound, folded)
    return folded
