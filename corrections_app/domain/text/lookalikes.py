"""Letters that look like other letters, in words and in the names of hosts.

Unicode's confusables (UTS #39) of what passes for a letter or digit of ASCII, with the
small capitals that it leaves out and what a text face draws alike besides; full-width and
mathematical alphabets by compatibility decomposition; signs nobody tells apart in print.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

import regex

from corrections_app.domain.text.invisible import named, seen, unseen
from corrections_app.domain.text.unicode.confusables import DRAWN_LIKE

_LISTED = {twin: like for like, twins in DRAWN_LIKE.items() for twin in twins}
_BESIDES = dict(zip("ҮԚғյʙɢʜɴʀʟᴀᴅᴇᴊᴋᴍᴘᴛꜰ", "YQfjbghnrladejkmptf", strict=True))
# One stroke, one ring, one short line, one raised comma.
_SIGNS = (
    dict.fromkeys("I1|ІΙӏӀ", "l")
    | dict.fromkeys("0", "O")
    | dict.fromkeys("‐‑", "-")
    | dict.fromkeys("−", "–")
    | dict.fromkeys("ʼ", "’")
)
_LIKE = _LISTED | _BESIDES | _SIGNS
# Of the signs one becomes a letter that another sign is drawn like.
_SAME = str.maketrans({c: _SIGNS.get(like, like) for c, like in _LIKE.items()})
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
# Left out are those that ordinary words mix with Latin: of East Asia (UTS #39, section 5.2, allows
# that), and those that put no blanks between words.
_SCRIPTS = (
    "Latin Cyrillic Greek Armenian Cherokee Coptic Lisu Hebrew Arabic Tifinagh Runic Georgian "
    "Malayalam Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Sinhala "
    "Ethiopic Canadian_Aboriginal Ogham Gothic Old_Italic Deseret Osage Vai Bamum Syriac "
    "Thaana Nko Glagolitic Adlam Carian Lydian Lycian Warang_Citi Miao Elbasan"
)
_ALPHABET = regex.compile("|".join(rf"(\p{{{script}}})" for script in _SCRIPTS.split()))
_FOREIGN = len(_SCRIPTS.split()) + 1
"""Latin letters that no newspaper's language writes, drawn like those of ASCII: as an alphabet."""
_OWN_LATIN = frozenset("ıþƒʋɣ")  # Turkish, Icelandic, Ewe


def skeleton(text: str) -> str:
    """What the eye keeps of a text: equal for two texts that look the same."""
    return _drawn(seen(text))


def _drawn(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text).translate(_SAME)
    return unicodedata.normalize("NFC", parts)  # marks stay on what they stand on


def looks_stranger(old: str, new: str) -> bool:
    """Whether a text looks like the one before it and is not, mixes alphabets as it
    did not, or has words that another alphabet disguises as Latin where all others are Latin."""
    old, new = seen(old), seen(new)
    if old != new and _drawn(old) == _drawn(new):
        return True
    if mixes_anew(old, new):
        return True
    return _has_only_latin(old) and any(_disguised_words(new))


def mixes_anew(old: str, new: str) -> bool:
    """Whether a text has words of more than one alphabet's letters that the one before has not."""
    return any(map(_is_mixed, _words(new) - _words(old)))


def _words(text: str) -> frozenset[str]:
    """The different words: thousands may be the same."""
    return frozenset() if text.isascii() else frozenset(_WORD.findall(text))


def _is_mixed(word: str) -> bool:
    return not word.isascii() and len({_alphabet(letter) for letter in set(word)} - {None}) > 1


@lru_cache(maxsize=1024)  # a text has few different letters
def _alphabet(letter: str) -> int | None:
    """Which of those alphabets a letter is of, if any."""
    found = _ALPHABET.match(letter)
    if found is None:
        return None
    is_odd = found.lastindex == 1 and letter in _LIKE and not letter.isascii()
    return _FOREIGN if is_odd and letter not in _OWN_LATIN else found.lastindex


def _disguised_words(text: str) -> Iterator[str]:
    """The words, of letters of one foreign alphabet, that are drawn like Latin ones throughout."""
    for word in _words(text):
        if len(word) > 1 and {_alphabet(letter) for letter in set(word)}.isdisjoint({None, 1}):
            drawn = _drawn(word)
            if drawn.isascii() and drawn.isalpha():
                yield word


def _has_only_latin(text: str) -> bool:
    return {_alphabet(letter) for letter in set(text)} - {None} == {1}


def strange_host(address: str) -> str:
    """The host of a web address as the network knows it, where its letters say something else.

    ``""`` where it is written in ASCII anyway. A label that cannot be so written is left as it is.
    """
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return "" if host.isascii() else ".".join(map(_label, host.split(".")))


def _label(label: str) -> str:
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:
        return label


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
    return not character.isascii() and skeleton(character) != unicodedata.normalize(
        "NFC", character
    )
