"""What a reader has selected, found again without any of the application's own counting."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import regex

from corrections_app.models import Correction

# Makes the selections drawn (or takes the one there is), captures and sends each.
IN_THE_PAGE = Path(__file__).with_name("selections.js").read_text(encoding="utf-8")
AS_IT_IS = {"how": "as it is", "says": "As it is."}

_BLANKS = tuple(" \n\t\f\v\r")
_HOWS = ("words", "near", "near", "mixed", "nodes", "page", "keys", "keys")
_STEPS = ("character", "word", "line", "lineboundary")


def drawn(chance: Random, count: int) -> list[dict[str, Any]]:
    """Selections of every making, in the form that the page's function takes."""
    draws = []
    for number in range(count):
        how, start, end = chance.choice(_HOWS), chance.random(), chance.random()
        if how == "near":
            how, end = "words", min(max(start + chance.uniform(-0.03, 0.03), 0), 1)
        step, times = chance.choice(_STEPS), chance.randint(1, 12)
        draws.append(
            {"how": how, "from": start, "to": end, "step": step, "times": times}
            | {"says": f"Draw {number}."}
        )
    return draws


def selected(text: str, held: list[dict[str, Any]]) -> tuple[int, int, str] | None:
    """The place that these characters of blocks are, in code points of the canonical text.

    From the first to the last, without blanks at the ends, with no grapheme cluster cut; None
    where nothing but blanks is selected. Counted in UTF-16 units, as browsers do, over the
    text's grapheme clusters.
    """
    if not held:
        return None
    start, end = _hull(text, held)
    units = text.encode("utf-16-le")
    while start < end and units[2 * start : 2 * start + 2].decode("utf-16", "replace") in _BLANKS:
        start += 1
    while start < end and units[2 * end - 2 : 2 * end].decode("utf-16", "replace") in _BLANKS:
        end -= 1
    if start >= end:
        return None
    points, at, low, high = 0, 0, 0, 0
    for cluster in regex.findall(r"\X", text):
        if at <= start:
            low = points
        points, at = points + len(cluster), at + _units(cluster)
        if at >= end:
            high = points
            break
    return low, high, text[low:high]


def same_words(text: str, held: list[dict[str, Any]]) -> bool:
    """Whether the page's characters, block by block, are those of the canonical text there."""
    start, end = _hull(text, held)
    blocks = [b"".join(unit.to_bytes(2, "little") for unit in block["units"]) for block in held]
    return "\n\n".encode("utf-16-le").join(blocks) == text.encode("utf-16-le")[2 * start : 2 * end]


def stored(session: Any, answer: dict[str, Any]) -> tuple[int, int, str]:
    """What the database holds of a submission that the server said it received."""
    session.rollback()
    found = session.query(Correction).filter_by(reference=answer["reference"]).one()
    return found.start, found.end, found.exact


def _hull(text: str, held: list[dict[str, Any]]) -> tuple[int, int]:
    first, last = held[0], held[-1]
    return _units(text[: first["start"]]) + first["from"], _units(text[: last["start"]]) + last[
        "to"
    ]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
