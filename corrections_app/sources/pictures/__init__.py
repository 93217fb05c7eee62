"""The pictures of a document: looked for where it lies, known by their bytes, and kept bare.

A reader of documents leaves `Wanted` where a picture stands; `found` turns each
into furniture, with the picture where its bytes could be had. Where from is a
`Shelf`'s affair: `Beside` looks in the document's own folder and fetches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from corrections_app.domain import limits
from corrections_app.domain.text.body import Aside, Block, Media
from corrections_app.sources.left_out import quoted
from corrections_app.sources.pictures.beside import Beside, Shelf
from corrections_app.sources.pictures.errors import NotHad
from corrections_app.sources.pictures.kinds import cleaned, kind_of

__all__ = ["Beside", "NotHad", "Pictures", "Shelf", "Wanted", "found", "kind_of"]


@dataclass(frozen=True, slots=True)
class Wanted(Aside):
    """A picture as a document names it, until it is known whether it can be had.

    ``addresses`` are where it may be, as they were written, the best first;
    ``is_silent`` where the document says that it has no text alternative.
    """

    addresses: tuple[str, ...] = ()
    is_silent: bool = False


@dataclass(slots=True)
class Pictures:
    """The pictures that were had, by where their bytes are, and what is said of all of them."""

    shelf: Shelf
    had: dict[Media, str] = field(default_factory=dict)
    _came: list[str] = field(default_factory=list)
    _missing: dict[str, list[str]] = field(default_factory=dict)
    _known: dict[str, Media | str] = field(default_factory=dict)

    def content(self, media: Media) -> bytes:
        """The bytes of a picture as it is kept. Raises NotHad where it is another one by now."""
        bare = cleaned(self.shelf.content(self.had[media]))
        if bare.media != media:
            raise NotHad("changed while it was brought in")
        return bare.content

    def sentences(self) -> tuple[str, ...]:
        """Which pictures came, and for each reason which did not."""
        came = (f"Pictures that came: {quoted(self._came)}.",) if self._came else ()
        return came + tuple(
            f"Pictures that did not come ({reason}): {quoted(names)}."
            for reason, names in sorted(self._missing.items())
        )

    def settle(self, wanted: Wanted) -> Aside | None:
        """The furniture that a picture is; None where there is neither picture nor word of it."""
        media = self._first(wanted)
        lines = wanted.lines or (("",) if media and wanted.is_silent else ())
        if media or lines or wanted.href:
            return Aside("image", lines, wanted.href, media=media)
        return None

    def _first(self, wanted: Wanted) -> Media | None:
        reason = ""
        for address in wanted.addresses:
            media = self._looked_at(address)
            if isinstance(media, str):
                reason = reason or media
                continue
            if media not in self.had:
                self._came.append(f"{_named(address)} ({media.width} × {media.height})")
            self.had.setdefault(media, address)
            return media
        if reason:
            self._missing.setdefault(reason, []).append(_named(wanted.addresses[0]))
        return None

    def _looked_at(self, address: str) -> Media | str:
        """The picture behind an address, or why there is none: each is looked at once."""
        if address not in self._known:
            try:
                if len(self.had) >= limits.PICTURES:
                    raise NotHad(f"more than {limits.PICTURES} in one article")
                self._known[address] = cleaned(self.shelf.content(address)).media
            except NotHad as why:
                self._known[address] = str(why)
        return self._known[address]


def found(parts: Iterable[Block | Aside], shelf: Shelf) -> tuple[list[Block | Aside], Pictures]:
    """The parts with every `Wanted` settled, and the pictures that were had."""
    pictures = Pictures(shelf)
    settled = (pictures.settle(part) if isinstance(part, Wanted) else part for part in parts)
    return [part for part in settled if part is not None], pictures


def _named(address: str) -> str:
    """An address as it is told: what holds the picture itself would be long."""
    if address[:5].lower() == "data:":
        return f"{address[:40].partition(',')[0]},…"
    return "".join(char if char.isprintable() else "?" for char in address)
