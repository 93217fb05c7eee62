"""The article's elements to blocks, marks and furniture."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from corrections_app.domain.text.body import ASIDE_ROLES, Aside, AsideRole, Block, normalise
from corrections_app.domain.text.tables import apart
from corrections_app.sources.beside_text import without_site_syntax
from corrections_app.sources.html.blocks.cards import card
from corrections_app.sources.html.blocks.lists import Lists
from corrections_app.sources.html.blocks.pictures import picture, stands_for_words, words_of
from corrections_app.sources.html.blocks.quotes import marks_for
from corrections_app.sources.html.blocks.tables import is_flat, read_table
from corrections_app.sources.html.content.cleaning import is_data
from corrections_app.sources.html.content.hints import is_caption
from corrections_app.sources.html.styles import Styles
from corrections_app.sources.html.tree import BLOCKS, FORM_FIELDS, Node
from corrections_app.sources.inline import Inline, plain_block, preformatted_block
from corrections_app.sources.left_out import LeftOut
from corrections_app.sources.links import absolute
from corrections_app.sources.rules import is_ad_label

_HEADING = re.compile(r"h[1-6]")
_CODE = frozenset({"code", "kbd", "samp", "tt"})


@dataclass(frozen=True, slots=True)
class Manner:
    """How the elements of one kind of document are read.

    Relative links are resolved against ``base``. ``lang`` is the document's.
    In Markdown (``is_markdown``) a picture's title is its caption, a code
    block may be furniture, and the label of an advertisement is a paragraph.
    """

    base: str | None = None
    lang: str = ""
    styles: Styles = field(default_factory=Styles)
    is_markdown: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """The blocks below an element, and which of them are headings of the first rank."""

    parts: list[Block | Aside]
    tops: list[Block]


def blocks(root: Node, manner: Manner, out: LeftOut) -> Read:
    """The blocks below an element, in order."""
    walker = _Walker(manner, out)
    waiting: list[tuple[Node | str, bool]] = [(root, False)]
    while waiting:
        part, leaving = waiting.pop()
        if isinstance(part, str):
            walker.text(part)
        elif leaving:
            walker.leave(part)
        elif walker.enter(part):
            waiting.append((part, True))
            waiting.extend((child, False) for child in reversed(part.children))
    walker.flush()
    return Read(walker.parts, walker.tops)


@dataclass(slots=True)
class _Walker:
    """Where the walk stands: in which list, quotation, heading or caption."""

    manner: Manner
    out: LeftOut
    parts: list[Block | Aside] = field(default_factory=list)
    tops: list[Block] = field(default_factory=list)
    run: Inline = field(default_factory=Inline)
    pictures: list[Block | Aside] = field(default_factory=list)
    lists: Lists = field(default_factory=Lists)
    quotes: int = 0
    captions: int = 0
    code: int = 0
    spoken: int = 0
    headings: list[int] = field(default_factory=list)

    def text(self, words: str) -> None:
        """Take words as they stand between the elements."""
        if not self.code and not self.manner.is_markdown:
            words = without_site_syntax(words, self.out)
        self.run.text(words)

    def enter(self, node: Node) -> bool:
        """Take what an element means; False when what is below it is taken with it."""
        if node.tag in BLOCKS:
            self.flush()
            if node.attrs and (box := card(node, self.manner.base)):
                self.parts.append(box)
                return False
            self._shift(node, 1)
        elif kinds := self.manner.styles.marks(node):
            href = absolute(node.get("href"), self.manner.base) if node.tag == "a" else None
            for kind in kinds:
                self.run.open(kind, href)
            self.code += node.tag in _CODE
            return True
        return not self._is_whole(node)

    def leave(self, node: Node) -> None:
        """End what `enter` began."""
        if node.tag in BLOCKS:
            self.flush()
            self._shift(node, -1)
        elif node.tag == "q":
            self.spoken -= 1
            self.run.text(marks_for(self.manner.lang, self.spoken)[1])
        elif kinds := self.manner.styles.marks(node):
            for _ in kinds:
                self.run.close()
            self.code -= node.tag in _CODE

    def flush(self) -> None:
        """End the block that grows, and put the pictures in it after it."""
        block = self.run.take(self._like())
        if block and not self.manner.is_markdown and is_ad_label(block.text):
            self.parts.append(Aside("ad", (block.text,)))
        elif block:
            self.lists.done()
            self.parts.append(block)
            if self.headings and self.headings[-1] == 1:
                self.tops.append(block)
        self.parts.extend(self.pictures)
        self.pictures = []

    def _shift(self, node: Node, step: int) -> None:
        tag = node.tag
        self.quotes += step * (tag == "blockquote")
        self.captions += step * (tag == "caption" or is_caption(node))
        if tag in ("ul", "ol", "li"):
            self.lists.enter(node) if step > 0 else self.lists.leave(node)
        elif _HEADING.fullmatch(tag):
            self.headings = [*self.headings, int(tag[1])] if step > 0 else self.headings[:-1]

    def _like(self) -> Block:
        if self.captions:
            return Block("caption", "")
        if self.headings:
            return Block("heading", "", level=max(2, self.headings[-1]))
        item = self.lists.item()
        return item or Block("quote" if self.quotes else "paragraph", "")

    def _is_whole(self, node: Node) -> bool:
        """Whether this element is taken at once, with all below it."""
        if node.tag == "table" and is_flat(node) and is_data(node):
            cells = list(read_table(node, self._cell, self.out))
            self.parts.extend(apart(cells, self.parts[-1] if self.parts else None))
            self._shift(node, -1)
            return True
        if take := _TAKERS.get(node.tag):
            take(self, node)
            return True
        if node.tag == "q":
            self.text(marks_for(self.manner.lang, self.spoken)[0])
            self.spoken += 1
        return node.tag in FORM_FIELDS - {"button"}

    def _cell(self, node: Node) -> list[Block | Aside]:
        """What is below a cell of a table. It is never deeper than one: the table is flat."""
        parts = blocks(node, self.manner, self.out).parts
        if any(isinstance(part, Block) for part in parts):
            for part in parts:
                if isinstance(part, Aside) and part.role != "ad":
                    self.out.note("pictures in tables", " ".join(part.lines))
        return parts

    def _break(self, _: Node) -> None:
        if self.run.at_line_break:
            self.flush()
        else:
            self.run.line_break()

    def _rule(self, _: Node) -> None:
        if self.manner.is_markdown:
            self.out.note("dividing lines")

    def _picture(self, node: Node) -> None:
        if stands_for_words(node):
            self.run.text(words_of(node))
            return
        self.pictures.extend(picture(node, self.manner.base))
        if self.manner.is_markdown and (said := plain_block("caption", node.get("title"))):
            self.pictures.append(said)

    def _preformatted(self, node: Node) -> None:
        role = node.get("data-aside")
        if role and self.manner.is_markdown:
            lines = filter(None, (normalise(line) for line in _raw(node).split("\n")))
            known = cast(AsideRole, role) if role in ASIDE_ROLES else "note"
            self.parts.append(Aside(known, tuple(lines)))
        elif block := preformatted_block(_raw(node)):
            self.parts.append(block)

    def _note(self, node: Node) -> None:
        """The reference to a footnote, or before the note itself its number."""
        label = node.get("label")
        if self.run:
            if node.tag == "note-ref" and not self.run.reference(label):
                self.out.note("references to footnotes", label)
        elif not self.lists.number_note(label):
            self.run.text(f"{label} ")

    def _embed(self, node: Node) -> None:
        href = absolute(node.get("src") or node.get("data"), self.manner.base)
        title = normalise(node.get("title").replace("\n", " "))
        if href or title:
            self.pictures.append(Aside("embed", (title,) if title else (), href))
        else:
            self.out.note("embeds", title)


_TAKERS: dict[str, Callable[[_Walker, Node], None]] = {
    "br": _Walker._break,
    "hr": _Walker._rule,
    "img": _Walker._picture,
    "pre": _Walker._preformatted,
    "note-ref": _Walker._note,
    "note-back": _Walker._note,
    **dict.fromkeys(("iframe", "video", "audio", "object", "embed"), _Walker._embed),
}


def _raw(node: Node) -> str:
    """Text with its blanks and line breaks as they stand; a block inside is a line of its own."""
    pieces: list[str] = []
    waiting: list[Node | str] = [*reversed(node.children)]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            pieces.append(part)
        elif part.tag == "br":
            pieces.append("\n")
        elif part.tag == "img":
            pieces.append(part.get("alt"))
        else:
            if part.tag in BLOCKS and pieces and not pieces[-1].endswith("\n"):
                pieces.append("\n")
            if part.tag in BLOCKS:
                waiting.append("\n")
            waiting.extend(reversed(part.children))
    return "".join(pieces)
