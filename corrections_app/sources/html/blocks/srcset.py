"""Which of several sizes of a picture is the one to keep (HTML, srcset attributes)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MEASURE = 700  # CSS pixels: about the width of a line of text
_ENOUGH = 2 * _MEASURE  # sharp on dense screens; more is weight that nobody sees
_LONGEST = 20_000
_MOST = 40
_END = re.compile(r",(?=\s|\Z)")


def ranked(srcset: str) -> list[str]:
    """The addresses, the best first: the smallest that is sharp everywhere, or the largest."""
    sizes = list(_candidates(srcset[:_LONGEST]))[:_MOST]
    enough = sorted((width, at) for at, (width, _) in enumerate(sizes) if width >= _ENOUGH)
    others = sorted((-width, at) for at, (width, _) in enumerate(sizes) if width < _ENOUGH)
    return [sizes[at][1] for _, at in [*enough, *others]]


def _candidates(srcset: str) -> Iterator[tuple[float, str]]:
    """Each address with its width in pixels; where only a density is said, that of a line."""
    address, width = "", float(_MEASURE)
    for word in _END.sub(" , ", srcset).split():
        if word == ",":
            if address:
                yield width, address
            address, width = "", float(_MEASURE)
        elif not address:
            address = word
        else:
            said, comma, following = word.partition(",")
            width = _width(said) or width
            if comma:
                yield width, address
                address, width = following, float(_MEASURE)
    if address:
        yield width, address


def _width(said: str) -> float | None:
    """What ``480w`` or ``1.5x`` says, in pixels."""
    number, unit = said[:-1], said[-1:]
    if not number.replace(".", "", 1).isdecimal() or not number.isascii() or len(number) > 9:
        return None
    return float(number) * {"w": 1, "x": _MEASURE}.get(unit, 0) or None
