"""Characters that nobody sees, named and told apart from the words around them.

Invisible are the characters Unicode tells programs to draw nothing for
(default-ignorable code points, UAX #44), bidi controls among them, and blanks
of another kind than the one on the keyboard, and four signs that are white. What
holds an emoji together (UTS #51) is left alone: it is seen, as the emoji.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import regex

_PICTURE = r"\p{Extended_Pictographic}[\uFE0E\uFE0F]?\p{Emoji_Modifier}?"
_EMOJI = (
    r"\U0001F3F4[\U000E0030-\U000E0039\U000E0061-\U000E007A]{3,6}\U000E007F"
    rf"|{_PICTURE}(?:\u200D{_PICTURE})*"
    r"|[0-9#*]\uFE0F?\u20E3"
)
# By their class signs, and drawn as nothing: Braille's and CJK's blanks, the place of an object, a
# note without a head.
_WHITE = r"\u2800\u303F\uFFFC\U0001D159"
# A no-break blank is white and a control character does nothing: neither is "ignorable".
_UNSEEN = (
    r"[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}"
    rf"{_WHITE}--[ \n\t]]"
)
_PART = regex.compile(rf"(?P<emoji>{_EMOJI})|(?P<unseen>({_UNSEEN})\3*+)", regex.V1)
_RUN = _PART.groupindex["unseen"] - 1
_ANY = regex.compile(_UNSEEN, regex.V1)
_JOINED = regex.compile(r"[\p{Extended_Pictographic}\u20E3]")
_BLANK = regex.compile(r"\p{Zs}")
_GAP = regex.compile(r"[\p{Zs}\u2800\u303F]")  # what is as wide as a blank


class Glyphs(NamedTuple):
    """A run of ordinary characters, or of one that cannot be seen, again and again.

    ``name`` is ``""`` for the former, else "U+200B ZERO WIDTH SPACE".
    """

    text: str
    name: str = ""

    @property
    def label(self) -> str:
        """Its name, and how often it stands there: "U+200B ZERO WIDTH SPACE × 9,990"."""
        return self.name + self._times

    @property
    def short(self) -> str:
        """The same by its number: "U+200B × 9,990"."""
        return self.name.partition(" ")[0] + self._times

    @property
    def is_common(self) -> bool:
        """Whether typesetters use it everywhere: a blank of a kind, a soft hyphen."""
        return self.text[:1] == "\N{SOFT HYPHEN}" or bool(_BLANK.match(self.text))

    @property
    def _times(self) -> str:
        return f" × {len(self.text):,}" if self.name and len(self.text) > 1 else ""


def parts(text: str) -> Iterator[Glyphs]:
    """The text in order, each run of one invisible character on its own.

    Together they are the text.
    """
    done = 0
    for found in _PART.finditer(text):
        if found["unseen"] is None:
            continue
        if found.start() > done:
            yield Glyphs(text[done : found.start()])
        yield Glyphs(found[0], named(found[0][0]))
        done = found.end()
    if done < len(text):
        yield Glyphs(text[done:])


def unseen(text: str) -> list[str]:
    """The invisible characters, in order."""
    odd = _odd(text)
    if not _may_be_joined(odd, text):
        return [one for one in text if one in odd] if odd else []
    return [one for found in _PART.findall(text) for one in found[_RUN]]


def seen(text: str) -> str:
    """What a reader sees: without invisible characters, every blank the ordinary one."""
    odd = _odd(text)
    if not _may_be_joined(odd, text):
        return text.translate({ord(c): " " if _GAP.match(c) else None for c in odd})
    return _PART.sub(_seen, text)


def _odd(text: str) -> set[str]:
    """Its characters that are never seen but where they hold an emoji together."""
    return set(_ANY.findall("".join(set(text))))


def _may_be_joined(odd: set[str], text: str) -> bool:
    """Whether some of them may hold an emoji together; where none is, each is as it is alone."""
    return bool(odd) and _JOINED.search(text) is not None


def _seen(found: regex.Match[str]) -> str:
    run = found["unseen"]
    if run is None:
        return found[0]
    return " " * len(run) if _GAP.match(run) else ""


def named(character: str) -> str:
    """Its number and its name in Unicode: "U+200B ZERO WIDTH SPACE"."""
    number = f"U+{ord(character):04X}"
    return f"{number} {unicodedata.name(character, '')}".rstrip()
