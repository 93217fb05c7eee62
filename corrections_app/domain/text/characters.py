"""Which characters may be sent: those that can be kept, be seen, and do what they seem to do.

What is refused is named and never left out in silence: without it, other words would
be stored than were sent, down to none, which means "take these words away".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import regex

from corrections_app.domain.errors import Invalid, Refusal
from corrections_app.domain.text.invisible import named

UNKEEPABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
"""Controls that have no glyph, NUL among them, which PostgreSQL refuses, and lone surrogates,
which cannot be encoded at all: no text here ever holds them."""

# The three flags of tag characters that fonts draw (UTS #51, ED-14a): they hide nothing.
_FLAGS = (
    r"\U0001F3F4\U000E0067\U000E0062(?:\U000E0065\U000E006E\U000E0067"
    r"|\U000E0073\U000E0063\U000E0074|\U000E0077\U000E006C\U000E0073)\U000E007F"
)
_TAGS = r"[\U000E0000-\U000E007F]"
_NAMED = r"\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\p{Bidi_Control}"
_REFUSED, _REFUSED_IN_LINES = (
    regex.compile(rf"(?P<flag>{_FLAGS})|{_TAGS}+|[[{_NAMED}]{besides}]", regex.V1)
    for besides in ("", r"--[\t\n\r]")
)
_SENTENCE = (
    "This holds %(character)s at place %(at)s, a character that nobody sees or that means "
    "nothing. It cannot be sent."
)


class Misfit(NamedTuple):
    """A character that is not taken, and its place in the text, counted from 1."""

    character: str
    at: int


def misfit(text: str, *, lines: bool = False, stood: str = "") -> Misfit | None:
    """The first character of a text that is not taken: a control, a lone surrogate, a
    noncharacter, a bidi control or a tag.

    ``lines`` lets tabs and line ends pass. What ``stood`` in the article's own words may
    stay, as often as it stood there; tags only in the run in which they stood.
    """
    start = next((start for start, _ in _misfits(text, lines, stood)), None)
    return None if start is None else Misfit(text[start], start + 1)


def without(text: str, *, lines: bool = False, stood: str = "") -> str:
    """The text without what `misfit` would find in it."""
    kept, done = [], 0
    for start, end in _misfits(text, lines, stood):
        kept.append(text[done:start])
        done = end
    return "".join([*kept, text[done:]])


def check(
    field: str, text: str, *, lines: bool = False, stood: str = "", refusal: type[Refusal] = Invalid
) -> None:
    """Refuse a text with a character that is not taken, naming it, its place and its field."""
    found = misfit(text, lines=lines, stood=stood)
    if found is not None:
        raise _refused(field, found, refusal)


def check_keepable(field: str, text: str) -> None:
    """Refuse what nothing can keep, whoever sends it. Raises `Invalid`."""
    found = UNKEEPABLE.search(text)
    if found is not None:
        raise _refused(field, Misfit(found[0], found.start() + 1), Invalid)


def _misfits(text: str, lines: bool, stood: str) -> Iterator[tuple[int, int]]:
    """Where they stand, a run of tags as one."""
    spare: Counter[str] | None = None
    for found in (_REFUSED_IN_LINES if lines else _REFUSED).finditer(text):
        run = found[0]
        if found["flag"]:
            continue
        if spare is None:
            spare = Counter(each[0] for each in _REFUSED.finditer(stood))
        if spare[run] and not UNKEEPABLE.match(run):
            spare[run] -= 1
            continue
        yield found.span()


def _refused(field: str, found: Misfit, refusal: type[Refusal]) -> Refusal:
    return refusal.at(field, _SENTENCE, character=named(found.character), at=found.at)
