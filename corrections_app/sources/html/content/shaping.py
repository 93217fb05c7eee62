"""A page's loose text put into paragraphs, so that paragraphs can be weighed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corrections_app.sources.html.content.measures import measure
from corrections_app.sources.html.tree import Node, tags

_PHRASING = tags(
    "abbr audio b bdo br button cite code data datalist dfn em embed i img input kbd label "
    "mark math meter noscript object output progress q ruby samp select small span strong sub "
    "sup textarea time var wbr font u s tt big nobr rb note-ref note-back"
)
_PERHAPS_PHRASING = frozenset({"a", "del", "ins"})
_BLOCKS = tags("blockquote dl div img ol p pre table ul")
_LOOSE = tags("div p section article main center td blockquote body")

Run = list[Node | str]


def shape(root: Node) -> None:
    """Make paragraphs of loose text in ``div`` elements and between pairs of ``<br>``.

    A ``div`` without blocks in it is a paragraph; one that only wraps a
    paragraph becomes it, unless it is mostly links.
    """
    nodes = list(root.walk())
    phrasing, holding, sums = _phrasing(nodes), _holding_blocks(nodes), measure(root)
    for node in nodes:
        if node.parent is None and node is not root:
            continue
        if node.tag in _LOOSE:
            _wrap(node, phrasing)
        if node.tag == "div" and node is not root:
            only = _only_child(node)
            if only is not None and only.tag == "p" and sums[node].link_density < 0.25:
                _become(node, only)
                _wrap(node, phrasing)
            elif node not in holding and only is None:
                node.tag = "p"


def _phrasing(nodes: Sequence[Node]) -> set[Node]:
    found: set[Node] = set()
    for node in reversed(nodes):
        # An element of the page's own making is part of the line that it stands in.
        perhaps = node.tag in _PERHAPS_PHRASING or "-" in node.tag
        loose = perhaps and all(child in found for child in node.elements)
        if loose or node.tag in _PHRASING:
            found.add(node)
    return found


def _holding_blocks(nodes: Sequence[Node]) -> set[Node]:
    found: set[Node] = set()
    for node in reversed(nodes):
        if any(child.tag in _BLOCKS or child in found for child in node.elements):
            found.add(node)
    return found


def _wrap(node: Node, phrasing: set[Node]) -> None:
    if node.tag != "div" and not _has_double_break(node.children):
        return
    parts = list(_parts(node, phrasing))
    if node.tag == "p":
        if len(parts) < 2:
            return
        # Paragraphs that only double breaks divide stand under one name.
        node.tag = "div"
    node.children = [_paragraph(node, part) if isinstance(part, list) else part for part in parts]


def _parts(node: Node, phrasing: set[Node]) -> Iterator[Run | Node]:
    """Children in order: runs of phrasing content with words, and blocks between them."""
    run: Run = []
    for child in node.children:
        if isinstance(child, Node) and child not in phrasing:
            if _is_something(run):
                yield run
            run = []
            yield child
            continue
        run.append(child)
        if _ends_in_double_break(run):
            if _is_something(run):
                yield run
            run = []
    if _is_something(run):
        yield run


def _ends_in_double_break(run: Run) -> bool:
    breaks = 0
    for part in reversed(run):
        if isinstance(part, Node) and part.tag == "br":
            breaks += 1
            if breaks == 2:
                return True
        elif not (isinstance(part, str) and not part.strip()):
            return False
    return False


def _has_double_break(children: Sequence[Node | str]) -> bool:
    run: Run = []
    for child in children:
        run = [*run[-3:], child]
        if isinstance(child, Node) and child.tag == "br" and _ends_in_double_break(run):
            return True
    return False


def _is_something(run: Run) -> bool:
    return any(
        part.strip() if isinstance(part, str) else part.tag not in ("br", "wbr") for part in run
    )


def _paragraph(parent: Node, run: Run) -> Node:
    paragraph = Node("p", {}, parent, run)
    for part in run:
        if isinstance(part, Node):
            part.parent = paragraph
    return paragraph


def _only_child(node: Node) -> Node | None:
    children = [child for child in node.children if isinstance(child, Node) or child.strip()]
    only = children[0] if len(children) == 1 else None
    return only if isinstance(only, Node) else None


def _become(node: Node, child: Node) -> None:
    """Put a child in the place of the element that wraps it, whose names still count."""
    node.tag, node.children = child.tag, child.children
    node.attrs = {**node.attrs, **child.attrs}
    child.parent = None
    for part in node.elements:
        part.parent = node
