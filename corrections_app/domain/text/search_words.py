"""A text as words to be looked up: in any script, without case, accents or invisible characters.

Both what is stored and what is asked is split here, so that no database's own
idea of a word decides, and every engine finds the same.
"""

from __future__ import annotations

import unicodedata

import regex

LONGEST = 60
"""Code points of a word that count."""
MOST_ASKED = 20
"""Words of a question that count."""

UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Scripts written without blanks, for a class of a pattern: they go character by character."""
_WORD = regex.compile(rf"(?V1)[{UNSPACED}&&\p{{L}}]|[[\p{{L}}\p{{N}}\p{{M}}]--[{UNSPACED}]]+")
_ASCII_WORD = regex.compile(r"[a-z0-9]+")
_INVISIBLE = regex.compile(r"\p{Cf}+")


def words(*texts: str | None) -> str:
    """The different words of some texts, in the order they come, a blank between them."""
    return " ".join(_words(" ".join(text for text in texts if text)))


def asked(question: str) -> list[str]:
    """The words that all have to be found; empty where nothing is asked."""
    return list(_words(question))[:MOST_ASKED]


def _words(text: str) -> dict[str, None]:
    if text.isascii():  # nothing there is composed, invisible or written without blanks
        return _cut(_ASCII_WORD.findall(text.lower()))
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # Marks of class 0 are letters of their own, such as the vowels of Hindi.
    marks = {ord(c): None for c in set(decomposed) if unicodedata.combining(c)}
    bare = decomposed.translate(marks) if marks else decomposed
    return _cut(_WORD.findall(_INVISIBLE.sub("", bare)))


def _cut(found: list[str]) -> dict[str, None]:
    return dict.fromkeys(word[:LONGEST] for word in dict.fromkeys(found))
