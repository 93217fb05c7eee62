"""As much of a change as a page can hold; what is left out is counted, never passed over.

Whoever sends a change decides how long it is, how many words of it differ and how much
of it nobody can see: so what is shown is measured by what it takes on a page, and not
by its length alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corrections_app.domain.text.differences import Piece, PieceKind
from corrections_app.domain.text.invisible import Glyphs, parts

PIECE = 10
"""What the element around a piece takes, in code points of plain text."""
CHIP = 30
"""What the name of an invisible character takes, in code points of plain text."""
_LONGEST_WORD = 40


class Shown(NamedTuple):
    """A run of words that stayed, went or came, with what cannot be seen in it named."""

    kind: PieceKind
    parts: tuple[Glyphs, ...]


@dataclass(frozen=True)
class Excerpt:
    """Some of a change; ``next`` is where the rest begins and ``left`` how long that is.

    Both in code points of all pieces together; ``next`` is None where nothing is left.
    """

    pieces: tuple[Shown, ...]
    next: int | None
    left: int


def excerpt(
    pieces: Sequence[Piece],
    room: int,
    *,
    begin: int = 0,
    around: int | None = None,
    chips: bool = True,
) -> Excerpt:
    """The pieces from code point ``begin`` on, as far as there is room.

    ``room`` is told in code points of plain text; a piece takes `PIECE` more and a name
    takes `CHIP`. ``around``: of longer words that stay, so many are kept on either side
    of a change. ``chips``: whether what cannot be seen is named.
    """
    shown: list[Shown] = []
    at, total = 0, sum(len(piece.text) for piece in pieces)
    for index, piece in enumerate(pieces):
        text = piece.text[max(0, begin - at) :]
        at += len(piece.text)
        if not text:
            continue
        if room <= 0:
            return Excerpt(tuple(shown), at - len(text), total - at + len(text))
        brief = text
        if around is not None and piece.kind == "same":
            brief = ends(text, 0 if index == 0 else around, around if at < total else 0)
        taken, cost = _taken(brief, room, chips)
        room -= PIECE + cost
        shown.append(Shown(piece.kind, tuple(taken)))
        done = sum(len(part.text) for part in taken)
        if brief is text and done < len(text):
            missing = len(text) - done
            return Excerpt(tuple(shown), at - missing, total - at + missing)
    return Excerpt(tuple(shown), None, 0)


def ends(text: str, first: int, last: int) -> str:
    """The first and the last so many code points, in whole words, with an ellipsis between."""
    if len(text) <= first + last + 2 * _LONGEST_WORD:
        return text
    head, tail = text[:first], text[len(text) - last :]
    head = (head.rpartition(" ")[0] or head) + "\N{NO-BREAK SPACE}" if head else ""
    tail = "\N{NO-BREAK SPACE}" + (tail.partition(" ")[2] or tail) if tail else ""
    return f"{head}…{tail}"


def _taken(text: str, room: int, chips: bool) -> tuple[list[Glyphs], int]:
    """The first parts of a text that there is room for, at least one; and what they take."""
    taken: list[Glyphs] = []
    cost = 0
    for part in _parts(text, chips):
        if cost and cost >= room:
            break
        if part.name:
            cost += CHIP
        else:
            part = Glyphs(_cut(part.text, max(room - cost, 1)))
            cost += len(part.text)
        taken.append(part)
    return taken, cost


def _parts(text: str, chips: bool) -> Iterator[Glyphs]:
    return parts(text) if chips else iter((Glyphs(text),))


def _cut(text: str, most: int) -> str:
    """At most so many code points, up to a blank where one is near."""
    if len(text) <= most:
        return text
    blank = text.rfind(" ", max(1, most - _LONGEST_WORD), most)
    return text[: blank + 1] if blank > 0 else text[:most]
