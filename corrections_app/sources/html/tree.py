"""A page as a plain tree: elements and text, without scripts, comments and the unseen.

The parser's own nodes are left at once: this tree is cut, measured and walked
many times, always by loops and never by recursion, whatever the page holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from corrections_app.domain.errors import ImportRefused


def tags(names: str) -> frozenset[str]:
    """A set of element names, written as words."""
    return frozenset(names.split())


MOST_ELEMENTS = 100_000
DEEPEST = 1_000

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# Elements that are closed by what follows them, or that hold nothing: no measure of depth.
_CLOSES_ITSELF = tags(
    "a area base br col embed hr img input link meta param source track wbr p li dt dd tr td th "
    "thead tbody tfoot option optgroup colgroup rt rp html head body path"
)
_UNSEEN = {
    "script": "scripts",
    "style": "styles",
    "noscript": "scripts",
    "template": "templates",
    "link": "",
    "meta": "",
    "head": "",
    "svg": "",
    "canvas": "",
    "dialog": "dialogs",
}
# They stay as signs of a form until the page is cleaned, but without their words.
FORM_FIELDS = frozenset({"input", "textarea", "select", "button"})


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """An element; ``children`` are elements and runs of text in their order."""

    tag: str
    attrs: dict[str, str | None] = field(default_factory=dict)
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    def get(self, name: str) -> str:
        """An attribute's value, empty when it has none."""
        return self.attrs.get(name) or ""

    @property
    def hints(self) -> str:
        """Class and id: what the page's authors called this element."""
        return f"{self.get('class')} {self.get('id')}"

    @property
    def elements(self) -> list[Node]:
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Node)]

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in the page's order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.elements))

    def ancestors(self) -> Iterator[Node]:
        """The elements around this one, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def text(self) -> str:
        """All words below, blanks collapsed."""
        pieces: list[str] = []
        waiting: list[Node | str] = [self]
        while waiting:
            part = waiting.pop()
            if isinstance(part, str):
                pieces.append(part)
            else:
                waiting.extend(reversed(part.children))
        return " ".join("".join(pieces).split())


def parse_page(html: str) -> LexborHTMLParser:
    """The page as the parser sees it; raises ImportRefused for one built to exhaust us.

    The HTML standard's "in scope" checks walk all open elements for each new
    one, so parsing takes time that grows with the square of the depth.
    """
    depth = deepest = elements = 0
    for closing, name in _TAG.findall(html):
        elements += not closing
        if name.lower() not in _CLOSES_ITSELF:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    if elements > MOST_ELEMENTS:
        raise ImportRefused(
            f"has {elements:,} elements, the limit is {MOST_ELEMENTS:,}: import the article alone"
        )
    if deepest > DEEPEST:
        raise ImportRefused(
            f"nests elements more than {DEEPEST:,} deep: close its tags, or import it as text"
        )
    return LexborHTMLParser(html)


def select(page: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements a CSS selector names; raises ImportRefused when it is malformed."""
    try:
        return page.css(selector)
    except (SelectolaxError, ValueError):
        raise ImportRefused(f"--content {selector!r} is not a CSS selector") from None


def grow(root: LexborNode, dropped: Counter[str]) -> Node:
    """The tree below an element; what a reader never sees is left out and counted."""
    top = Node(root.tag or "", dict(root.attributes))
    waiting = [(top, child) for child in _backwards(root)]
    while waiting:
        parent, source = waiting.pop()
        if source.is_text_node:
            parent.children.append(source.text_content or "")
        elif source.is_element_node and not _is_unseen(source, dropped):
            node = Node(source.tag or "", dict(source.attributes), parent)
            parent.children.append(node)
            if node.tag not in FORM_FIELDS:
                waiting.extend((node, child) for child in _backwards(source))
    return top


def _backwards(node: LexborNode) -> Iterator[LexborNode]:
    child = node.last_child
    while child is not None:
        yield child
        child = child.prev


def _is_unseen(source: LexborNode, dropped: Counter[str]) -> bool:
    kind = _UNSEEN.get(source.tag or "")
    if kind:
        dropped[kind] += 1
    return kind is not None or _is_hidden(source.attributes)


def _is_hidden(attrs: dict[str, str | None]) -> bool:
    style = (attrs.get("style") or "").replace(" ", "").lower()
    return (
        "hidden" in attrs
        or "display:none" in style
        or "visibility:hidden" in style
        or (
            attrs.get("aria-hidden") == "true"
            and "fallback-image" not in (attrs.get("class") or "")
        )
    )
