"""The article's elements to blocks, marks and furniture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from corrections_app.domain.text.body import Aside, Block, BlockKind, MarkKind, normalise
from corrections_app.sources.html.cleaning import is_data
from corrections_app.sources.html.hints import is_caption
from corrections_app.sources.html.tree import FORM_FIELDS, Node, tags
from corrections_app.sources.inline import Inline, plain_block, preformatted_block
from corrections_app.sources.links import absolute
from corrections_app.sources.rules import is_ad_label

_BLOCKS = tags(
    "address article aside blockquote body caption center dd details div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p section "
    "summary table tbody td tfoot th thead tr ul"
)
_MARKS: dict[str, MarkKind] = {
    **dict.fromkeys(("strong", "b"), "strong"),
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), "em"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
    "sub": "sub",
    "sup": "sup",
    "a": "link",
}
_HEADING = re.compile(r"h[1-6]")
_EMBEDS = frozenset({"iframe", "video", "audio", "object", "embed"})
_SOURCES = ("src", "data-src", "data-original", "data-lazy-src", "data-url")
_TINY = frozenset({"0", "1"})


def blocks(root: Node, base: str | None, dropped: Counter[str]) -> list[Block | Aside]:
    """The blocks below an element, in order; relative links are resolved against ``base``."""
    walker = _Walker(base, dropped)
    waiting: list[tuple[Node | str, bool]] = [(root, False)]
    while waiting:
        part, leaving = waiting.pop()
        if isinstance(part, str):
            walker.run.text(part)
        elif leaving:
            walker.leave(part)
        elif walker.enter(part):
            waiting.append((part, True))
            waiting.extend((child, False) for child in reversed(part.children))
    walker.flush()
    return walker.parts


@dataclass(slots=True)
class _Walker:
    """Where the walk stands: in which list, quotation, heading or caption."""

    base: str | None
    dropped: Counter[str]
    parts: list[Block | Aside] = field(default_factory=list)
    run: Inline = field(default_factory=Inline)
    pictures: list[Aside] = field(default_factory=list)
    lists: list[bool] = field(default_factory=list)
    quotes: int = 0
    captions: int = 0
    headings: list[int] = field(default_factory=list)
    item_begins: bool = False

    def enter(self, node: Node) -> bool:
        """Take what an element means; False when what is below it is taken with it."""
        if node.tag in _BLOCKS:
            self.flush()
            self._shift(node, 1)
        elif node.tag in _MARKS:
            self.run.open(_MARKS[node.tag], absolute(node.get("href"), self.base))
            return True
        return not self._is_whole(node)

    def leave(self, node: Node) -> None:
        """End what `enter` began."""
        if node.tag in _BLOCKS:
            self.flush()
            self._shift(node, -1)
        elif node.tag in _MARKS:
            self.run.close()

    def flush(self) -> None:
        """End the block that grows, and put the pictures in it after it."""
        kind, level, ordered = self._kind()
        block = self.run.take(kind, level=level, ordered=ordered)
        if block and is_ad_label(block.text):
            self.parts.append(Aside("ad", (block.text,)))
        elif block:
            self.item_begins = False
            self.parts.append(block)
        self.parts.extend(self.pictures)
        self.pictures = []

    def _shift(self, node: Node, step: int) -> None:
        tag = node.tag
        self.quotes += step * (tag == "blockquote")
        self.captions += step * (tag == "caption" or is_caption(node))
        if tag in ("ul", "ol"):
            self.lists = [*self.lists, tag == "ol"] if step > 0 else self.lists[:-1]
        elif tag == "li":
            self.item_begins = step > 0
        elif _HEADING.fullmatch(tag):
            self.headings = [*self.headings, int(tag[1])] if step > 0 else self.headings[:-1]

    def _kind(self) -> tuple[BlockKind, int, bool]:
        if self.captions:
            return ("caption", 0, False)
        if self.headings:
            return ("heading", max(2, self.headings[-1]), False)
        if self.item_begins:
            return ("list_item", max(1, len(self.lists)), bool(self.lists and self.lists[-1]))
        return ("quote" if self.quotes else "paragraph", 0, False)

    def _is_whole(self, node: Node) -> bool:
        """Whether this element is taken at once, with all below it."""
        match node.tag:
            case "br":
                self._break()
            case "img":
                self.pictures.extend(_picture(node, self.base))
            case "pre":
                self.flush()
                if block := preformatted_block(_raw(node)):
                    self.parts.append(block)
            case "table" if _is_flat(node) and is_data(node):
                self.parts.extend(_table(node))
                self._shift(node, -1)
            case tag if tag in _EMBEDS:
                self._embed(node)
            case tag:
                return tag in FORM_FIELDS
        return True

    def _break(self) -> None:
        if self.run.at_line_break:
            self.flush()
        else:
            self.run.line_break()

    def _embed(self, node: Node) -> None:
        href = absolute(node.get("src") or node.get("data"), self.base)
        title = normalise(node.get("title").replace("\n", " "))
        if href or title:
            self.pictures.append(Aside("embed", (title,) if title else (), href))
        else:
            self.dropped["embeds"] += 1


def _picture(node: Node, base: str | None) -> Iterator[Aside]:
    """The image, unless it is a counting pixel or nothing can be said of it."""
    if node.get("width") in _TINY or node.get("height") in _TINY:
        return
    addresses = (absolute(node.get(name), base) for name in _SOURCES)
    href = next(filter(None, addresses), None)
    alt = normalise(node.get("alt").replace("\n", " "))
    if href or alt:
        yield Aside("image", (alt,) if alt else (), href)


def _is_flat(table: Node) -> bool:
    return not any(node.tag == "table" for node in table.walk() if node is not table)


def _table(table: Node) -> Iterator[Block | Aside]:
    """A caption, and one line for each row."""
    lines: list[str] = []
    for node in table.walk():
        if node.tag == "caption" and (caption := plain_block("caption", node.text())):
            yield caption
        elif node.tag == "tr":
            cells = filter(None, (normalise(cell.text()) for cell in node.elements))
            lines.append(" · ".join(cells))
    if any(lines):
        yield Aside("table", tuple(filter(None, lines)))


def _raw(node: Node) -> str:
    """Text with its blanks and line breaks as they stand."""
    pieces: list[str] = []
    waiting: list[Node | str] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            pieces.append(part)
        elif part.tag == "br":
            pieces.append("\n")
        else:
            waiting.extend(reversed(part.children))
    return "".join(pieces)
