"""A page as a plain tree: elements and text, without scripts and comments.

The parser's own nodes are left at once: this tree is cut, measured and walked
many times, always by loops and never by recursion, whatever the page holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from corrections_app.domain.errors import ImportRefused
from corrections_app.sources.left_out import LeftOut


def tags(names: str) -> frozenset[str]:
    """A set of element names, written as words."""
    return frozenset(names.split())


MOST_ELEMENTS = 100_000
DEEPEST = 1_000
MOST_NESTING = 4_000_000
"""How many elements stand around all elements of a page, counted together."""

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# Elements that are closed by what follows them, or that hold nothing: no measure of depth.
_CLOSES_ITSELF = tags(
    "a area base br col embed hr img input link meta param source track wbr p li dt dd tr td th "
    "thead tbody tfoot option optgroup colgroup rt rp html head body path"
)
UNSEEN = "words that are not seen"
# What they hold is not for reading; those with a name are reported.
_NOT_WORDS = {
    "script": "scripts",
    "style": "styles",
    "template": "templates",
    "link": "",
    "meta": "",
    "head": "",
    "title": "",
    "svg": "",
    "canvas": "",
}
# They stay as signs of a form until the page is cleaned, but without their words.
FORM_FIELDS = frozenset({"input", "textarea", "select", "button"})
_WORDLESS = FORM_FIELDS - {"button"}
BLOCKS = tags(
    "address article aside blockquote body caption center dd details div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section "
    "summary table tbody td tfoot th thead tr ul"
)
_TEMPLATE = re.compile(r"<(/?)template\b([^>]*)>", re.IGNORECASE)
_SHADOW = "shadow-root"


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
        return [child for child in self.children if type(child) is Node]

    def below(self) -> list[Node]:
        """This element and all below it, every element before those in it."""
        found = [self]
        for node in found:
            if node.children:
                found.extend([child for child in node.children if type(child) is Node])
        return found

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in the page's order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            if node.children:
                waiting.extend([child for child in node.children[::-1] if type(child) is Node])

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
    depth = deepest = elements = nesting = 0
    for closing, name in _TAG.findall(html):
        elements += not closing
        if name.lower() not in _CLOSES_ITSELF:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
            nesting += depth
    if elements > MOST_ELEMENTS:
        raise ImportRefused(
            f"has {elements:,} elements, the limit is {MOST_ELEMENTS:,}: import the article alone"
        )
    if deepest > DEEPEST:
        raise ImportRefused(
            f"nests elements more than {DEEPEST:,} deep: close its tags, or import it as text"
        )
    if nesting > MOST_NESTING:
        raise ImportRefused(
            f"nests {elements:,} elements very deep: import the article alone, or as text"
        )
    return LexborHTMLParser(_with_shadows(html) if "shadowroot" in html else html)


def _with_shadows(html: str) -> str:
    """The page with its declared shadow trees as elements: the parser shows no template's words."""
    shadows: list[bool] = []

    def renamed(tag: re.Match[str]) -> str:
        closing, attributes = tag.groups()
        if not closing:
            shadows.append("shadowroot" in attributes.lower())
        is_shadow = shadows[-1:] == [True]
        if closing and shadows:
            shadows.pop()
        return f"<{closing}{_SHADOW}>" if is_shadow else tag[0]

    return _TEMPLATE.sub(renamed, html)


def select(page: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements a CSS selector names; raises ImportRefused when it is malformed."""
    try:
        return page.css(selector)
    except (SelectolaxError, ValueError):
        raise ImportRefused(f"--content {selector!r} is not a CSS selector") from None


def grow(root: LexborNode, out: LeftOut, is_unseen: Callable[[Node], bool]) -> Node:
    """The tree below an element, without scripts and without what ``is_unseen``.

    A declared shadow tree stands where it is shown. Of ``noscript`` the pictures
    stay, marked ``data-spare``: they may be the only ones.
    """
    top = Node(root.tag or "", dict(root.attributes))
    shadows = 0
    waiting = [(top, child) for child in _backwards(root)]
    while waiting:
        parent, source = waiting.pop()
        if source.is_text_node:
            parent.children.append(source.text_content or "")
        elif source.is_element_node:
            node = _element(source, parent, out)
            if node is None:
                continue
            if node.attrs and is_unseen(node):
                out.note(UNSEEN, source.text())
                continue
            parent.children.append(node)
            shadows += node.tag == _SHADOW
            if node.tag not in _WORDLESS:
                waiting.extend((node, child) for child in _backwards(source))
    for node in list(top.walk()) if shadows else ():
        _show_shadow(node)
    return top


def _element(source: LexborNode, parent: Node, out: LeftOut) -> Node | None:
    """An element below its parent, or None where nothing below it is for reading."""
    tag, attrs = source.tag or "", dict(source.attributes)
    if tag == "noscript":
        parent.children.extend(_spare_pictures(source, parent))
        return None
    if tag in _NOT_WORDS:
        if _NOT_WORDS[tag]:
            out.note(_NOT_WORDS[tag])
        return None
    return Node("img" if tag == "amp-img" else tag, attrs, parent)


def _spare_pictures(source: LexborNode, parent: Node) -> Iterator[Node]:
    for picture in source.css("img"):
        yield Node("img", {**picture.attributes, "data-spare": ""}, parent)


def _show_shadow(host: Node) -> None:
    """Put a shadow tree in the place of what it shows, which goes into its slots."""
    shadow = next((child for child in host.elements if child.tag == _SHADOW), None)
    if shadow is None:
        return
    light = [child for child in host.children if child is not shadow]
    for slot in [node for node in shadow.walk() if node.tag == "slot"]:
        name = slot.get("name")
        shown = [
            child
            for child in light
            if (child.get("slot") if isinstance(child, Node) else "") == name
        ]
        if shown:
            slot.children = shown
    host.children = shadow.children
    for node in host.walk():
        for child in node.elements:
            child.parent = node


def _backwards(node: LexborNode) -> list[LexborNode]:
    return list(node.iter(include_text=True))[::-1]
