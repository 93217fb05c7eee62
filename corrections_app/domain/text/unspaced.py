"""Scripts that put no blank between words: Han, kana, Thai, Lao, Khmer, Burmese."""

from __future__ import annotations

import regex

# With the signs that are as wide as their letters.
UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Yi}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
    r"\u3000-\u303f\u30a0\u30fb\u30fc\uff01-\uff65\ufe30-\ufe4f]"
)
# Signs that these scripts share with all others: they side with what stands beside them.
_SHARED = frozenset("“”‘’…—·")


def is_unspaced(text: str) -> bool:
    """Whether a text has letters of which no blank tells where a word ends."""
    return UNSPACED.search(text) is not None


def joins_without_blank(before: str, after: str) -> bool:
    """Whether a line that ends with one sign goes on with the other at once."""
    sides = [UNSPACED.match(sign) is not None for sign in (before, after)]
    if all(sides):
        return True
    other = after if sides[0] else before
    return any(sides) and other in _SHARED
