"""An article's body: blocks, marks, furniture, and the canonical text they make.

The unit everywhere is the Unicode code point, as the W3C Web Annotation Data
Model asks of a TextPositionSelector (section 4.2.5); ranges are half-open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from corrections_app.domain.text.characters import UNKEEPABLE

SEPARATOR = "\n\n"

BlockKind = Literal[
    "title",
    "standfirst",
    "byline",
    "paragraph",
    "heading",
    "list_item",
    "quote",
    "preformatted",
    "caption",
    "cell",
]
CellScope = Literal["", "col", "row"]
MarkKind = Literal["strong", "em", "code", "sub", "sup", "link", "note", "changed"]
AsideRole = Literal["ad", "related", "embed", "image", "table", "note"]
MediaKind = Literal["png", "jpeg", "gif", "webp", "avif"]

ASIDE_ROLES: tuple[str, ...] = get_args(AsideRole)
MEDIA_KINDS: tuple[str, ...] = get_args(MediaKind)


@dataclass(frozen=True, slots=True)
class Mark:
    """Emphasis or a link over ``[start, end)`` of one block's text.

    A ``note`` is the reference to a footnote that stands behind the words it
    covers; it is furniture: its label is in ``href`` (``#1``), never in the text. So is
    ``changed``, which leads from corrected words to their notice: no body holds it, a
    page lays it over the words that it shows.
    """

    kind: MarkKind
    start: int
    end: int
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a block of kind ``cell`` stands in its table; rows and columns count from nought.

    ``height`` and ``width`` are how many rows and columns it spans. ``scope`` says of
    a heading what it heads (HTML, section 4.9.10). Cells that follow each other are of
    one table while they go on in reading order; ``table`` is 1 in one that stands
    right behind another, 0 in that, and so on in turns. A cell without words is no
    block: it is where no other one stands.
    """

    row: int
    column: int
    height: int = 1
    width: int = 1
    scope: CellScope = ""
    table: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """One run of correctable text: a paragraph, a heading, the title…

    ``level`` is a heading's rank (2 to 6) or a list item's depth (1 and up).
    ``number`` is that of an ordered list's item where it is not one more than
    the item before it (`numbering`), and ``style`` how its list counts: ``a``,
    ``A``, ``i``, ``I``, or empty for digits. ``cell`` is there for kind ``cell`` alone.
    """

    kind: BlockKind
    text: str
    marks: tuple[Mark, ...] = ()
    level: int = 0
    ordered: bool = False
    number: int | None = None
    style: str = ""
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """A picture that is kept here: the SHA-256 of its bytes, what they are, its size in pixels."""

    digest: str
    kind: MediaKind
    width: int
    height: int

    @property
    def name(self) -> str:
        """What its file is called, here and in its address."""
        return f"{self.digest}.{self.kind}"


@dataclass(frozen=True, slots=True)
class Aside:
    """Furniture: an ad slot, related stories, an embed, an image, a table.

    It is rendered in its place and is *not* text: no offset ever counts it.
    A table is furniture in revisions of before its cells were text only: it has
    a line for each row; ``cells`` are there where they cannot be told from the lines.
    The line of an image is its text alternative: an empty one where the source says
    that it has none, no line where it says nothing. ``media`` is there where the image
    itself could be had.
    """

    role: AsideRole
    lines: tuple[str, ...] = ()
    href: str | None = None
    cells: tuple[tuple[str, ...], ...] = ()
    media: Media | None = None


Body = tuple[Block | Aside, ...]

_BLANKS = re.compile(r"[ \t\f\v]+")
_BLANKS_AT_BREAK = re.compile(r" ?\n ?")
_BREAKS = re.compile(r"\n{2,}")
_EMPTY_LINE = re.compile(r"\n(?=\n)")

JOINERS = "\u200c\u200d"
_HIDDEN_SIGNS = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)


def tidy(text: str) -> str:
    """Text as it can be stored: LF line ends, NFC, nothing unstorable, all else as it came."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", UNKEEPABLE.sub("", text))


def without_hidden_signs(text: str) -> str:
    """A text for a letter: without soft hyphens, zero-width blanks and signs of direction.

    A zero-width joiner or non-joiner stays: without it another word is read.
    """
    return _HIDDEN_SIGNS.sub("", text)


def normalise(text: str, *, preformatted: bool = False) -> str:
    """The canonical form of one block's text.

    NFC; CRLF to LF; runs of blanks to one and none around a line break
    (neither in ``preformatted``); trimmed; never two line breaks in a row.
    No-break spaces, soft hyphens, zero-width and bidi characters stay.
    """
    text = tidy(text)
    if preformatted:
        # An empty line would look like the end of the block: it keeps one blank.
        return _EMPTY_LINE.sub("\n ", text.strip("\n"))
    text = _BLANKS_AT_BREAK.sub("\n", _BLANKS.sub(" ", text))
    return _BREAKS.sub("\n", text).strip(" \n")


def is_canonical(block: Block) -> bool:
    """Whether a block's text is already in its canonical form, and not empty."""
    preformatted = block.kind == "preformatted"
    return bool(block.text) and normalise(block.text, preformatted=preformatted) == block.text


def text_blocks(body: Body) -> tuple[Block, ...]:
    """The blocks that are text, in order, furniture left out."""
    return tuple(part for part in body if isinstance(part, Block))


def canonical_text(body: Body) -> str:
    """The one text that offsets refer to: the text blocks joined by a blank line."""
    return SEPARATOR.join(block.text for block in text_blocks(body))


def block_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The range, in a canonical text, of the block or blocks that ``[start, end)`` touches."""
    before, after = text.rfind(SEPARATOR, 0, start), text.find(SEPARATOR, end)
    low = before + len(SEPARATOR) if before >= 0 else 0
    return low, after if after >= 0 else len(text)


def placed(body: Body) -> Iterator[tuple[Block | Aside, int | None]]:
    """Each part of the body with its ``data-start``; furniture has none."""
    offset = 0
    for part in body:
        if isinstance(part, Aside):
            yield part, None
        else:
            yield part, offset
            offset += len(part.text) + len(SEPARATOR)


def title_of(body: Body) -> str:
    """The headline, which is the first block of every body."""
    return _first_of(body, "title") or ""


def byline_of(body: Body) -> str | None:
    """Who wrote it, in a body that has this as text; None in one that does not say so."""
    return _first_of(body, "byline")


def _first_of(body: Body, kind: BlockKind) -> str | None:
    return next((part.text for part in body if isinstance(part, Block) and part.kind == kind), None)


def safe_href(url: str | None) -> str | None:
    """The address when it is one a page may link to (http, https, mailto), else None."""
    if not url:
        return None
    url = "".join(char for char in url.strip() if char.isprintable() and not char.isspace())
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and parts.netloc:
        return url
    return url if parts.scheme == "mailto" and "@" in parts.path else None


def media_in(body: Body) -> set[str]:
    """The digests of the pictures that stand in a body."""
    return {part.media.digest for part in body if isinstance(part, Aside) and part.media}


def as_json(body: Body) -> list[dict[str, Any]]:
    """A body as stored in a Revision: plain lists, strings and numbers."""
    return [_aside_json(part) if isinstance(part, Aside) else _block_json(part) for part in body]


def from_json(parts: Iterable[Mapping[str, Any]]) -> Body:
    """The body that `as_json` described."""
    return tuple(_from_json(part) for part in parts)


def _block_json(block: Block) -> dict[str, Any]:
    stored: dict[str, Any] = {"kind": block.kind, "text": block.text}
    if block.marks:
        stored["marks"] = [
            {"kind": mark.kind, "start": mark.start, "end": mark.end}
            | ({"href": mark.href} if mark.href else {})
            for mark in block.marks
        ]
    if block.level:
        stored["level"] = block.level
    if block.ordered:
        stored["ordered"] = True
    if block.number is not None:
        stored["number"] = block.number
    if block.style:
        stored["style"] = block.style
    if block.cell:
        stored["cell"] = _cell_json(block.cell)
    return stored


def _cell_json(cell: Cell) -> dict[str, Any]:
    """Where it stands, and of the rest what is not as in most cells."""
    said = {field.name: getattr(cell, field.name) for field in fields(Cell)}
    usual = {"height": 1, "width": 1, "scope": "", "table": 0}
    return {name: value for name, value in said.items() if value != usual.get(name)}


def _aside_json(aside: Aside) -> dict[str, Any]:
    stored: dict[str, Any] = {"kind": "aside", "role": aside.role, "lines": list(aside.lines)}
    if aside.href:
        stored["href"] = aside.href
    if aside.cells:
        stored["cells"] = [list(row) for row in aside.cells]
    if aside.media:
        stored["media"] = asdict(aside.media)
    return stored


def _from_json(part: Mapping[str, Any]) -> Block | Aside:
    if part["kind"] == "aside":
        cells = tuple(tuple(row) for row in part.get("cells", ()))
        media = Media(**part["media"]) if "media" in part else None
        return Aside(part["role"], tuple(part.get("lines", ())), part.get("href"), cells, media)
    if len(part) == 2:  # nothing but its kind and its words, as most
        return Block(part["kind"], part["text"])
    marks = tuple(
        Mark(mark["kind"], mark["start"], mark["end"], mark.get("href"))
        for mark in part.get("marks", ())
    )
    return Block(
        part["kind"],
        part["text"],
        marks,
        part.get("level", 0),
        part.get("ordered", False),
        part.get("number"),
        part.get("style", ""),
        Cell(**part["cell"]) if "cell" in part else None,
    )
