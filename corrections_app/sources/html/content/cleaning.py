"""The furniture inside an article's elements, cut away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corrections_app.sources.html.content.hints import (
    announces_an_ad,
    is_share_bar,
    is_writers_picture,
    kind,
    names_button,
    names_notice,
    names_teasers,
    weight,
)
from corrections_app.sources.html.content.measures import Measure, measure, own
from corrections_app.sources.html.phrasing import is_phrasing, stands_among_words, words
from corrections_app.sources.html.tree import FORM_FIELDS, Node
from corrections_app.sources.left_out import LeftOut

_ALWAYS = frozenset({"footer", "aside", "nav", "object", "embed", *FORM_FIELDS})
_FORMS = frozenset({"form", "fieldset"})
_ON_CONDITION = frozenset({*_FORMS, "table", "ul", "div"})
_BOXES = frozenset({"div", "section", "p", "ul", "ol", "table"})
_DATA_SIGNS = frozenset({"col", "colgroup", "tfoot", "thead", "th"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LONGEST_SHARE_BAR = 500
_LONGEST_NOTICE = 500
_MOSTLY_LINKS = 0.5
_SENTENCES = frozenset({"p", "li", "td", "dd", "blockquote", "figcaption", *_HEADINGS})
_SENTENCE = 25
_LONGEST_ENTRY = 60


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an element stands, as far as cutting asks."""

    in_data: bool = False
    in_code: bool = False
    figure: int = 0


def clean(
    root: Node,
    out: LeftOut,
    *,
    weights: bool = True,
    conditions: bool = True,
    sums: dict[Node, Measure] | None = None,
) -> Measure:
    """Cut what is not the article, from the leaves up, and note it by kind and words.

    ``sums`` is the measure of all below the root, where it is known. Gives the
    measure of what is left.
    """
    places, before = _places(root), sums or measure(root)
    after: dict[Node, Measure] = {}
    for node in reversed(list(root.walk())):
        total = own(node.children)
        kept: list[Node | str] = []
        for child in node.children:
            if isinstance(child, str):
                kept.append(child)
            elif _leads_away(child, before[child]) or _goes(
                child, after[child], places[child], weights, conditions
            ):
                # A field goes, but the box around it shall still be known for a form.
                total.fields += child.tag in FORM_FIELDS
                if child.tag not in FORM_FIELDS:
                    out.note(kind(child), words(child))
                if announces_an_ad(child, after[child]):
                    kept.append(Node("p", {}, node, [child.text()]))
            else:
                kept.append(child)
                total.add(after[child])
        node.children = kept
        total.close(node)
        after[node] = total
    return after[root]


def is_sentence(node: Node, found: Measure) -> bool:
    """Whether a part of a line is words of a sentence, whatever its authors named it."""
    if not node.children or node.tag in _BOXES or node.tag in _HEADINGS:
        return False
    if stands_among_words(node):
        return True
    alone = node.parent is not None and node.parent.tag in _SENTENCES
    return alone and found.chars >= _SENTENCE and found.link_density < _MOSTLY_LINKS


def is_data(table: Node) -> bool:
    """Whether a table holds data, and is not there for the page's layout."""
    if table.get("role") == "presentation" or table.get("datatable") == "0":
        return False
    own = list(_own(table))
    if table.get("summary") or any(node.tag == "caption" and node.children for node in own):
        return True
    if any(node.tag in _DATA_SIGNS for node in own):
        return True
    if any(node.tag == "table" for node in own):
        return False
    rows = [node for node in own if node.tag == "tr"]
    columns = max((len(row.elements) for row in rows), default=0)
    if len(rows) <= 1 or columns <= 1:
        return False
    if all(_is_entry(cell) for row in rows for cell in row.elements):
        return True
    return len(rows) >= 10 or columns > 4 or len(rows) * columns > 10


def _is_entry(cell: Node) -> bool:
    """Whether a cell holds no more than a figure or a name, as those of a layout do not.

    Programs for writing put the words of every cell into a paragraph.
    """
    parts = cell.elements
    if len(parts) == 1 and parts[0].tag == "p":
        parts = parts[0].elements
    return len(words(cell)) <= _LONGEST_ENTRY and all(
        is_phrasing(part) and part.tag not in ("img", "input") for part in parts
    )


def _own(table: Node) -> Iterator[Node]:
    """What is below a table, a table inside it as a whole."""
    waiting = table.elements
    while waiting:
        node = waiting.pop()
        yield node
        if node.tag != "table":
            waiting.extend(node.elements)


def _places(root: Node) -> dict[Node, _Place]:
    places: dict[Node, _Place] = {root: _Place()}
    for node in root.walk():
        here = places[node]
        inner = _Place(
            here.in_data or (node.tag == "table" and is_data(node)),
            here.in_code or node.tag == "code",
            3 if node.tag == "figure" else max(0, here.figure - 1),
        )
        for child in node.elements:
            places[child] = inner
    return places


def _leads_away(node: Node, found: Measure) -> bool:
    """Whether this box, by its name and its make-up, is for reading or signing up elsewhere."""
    if node.tag not in _BOXES:
        return False
    if found.chars < _LONGEST_NOTICE and names_notice(node):
        return True
    return found.link_density > _MOSTLY_LINKS and (names_teasers(node) or names_button(node))


def _goes(node: Node, found: Measure, place: _Place, weights: bool, conditions: bool) -> bool:
    if is_phrasing(node) and is_sentence(node, found):
        return False
    if node.tag in _ALWAYS:
        # Below a quotation stands whose words they are.
        return not (node.tag == "footer" and node.parent and node.parent.tag == "blockquote")
    if is_writers_picture(node):
        return True
    if is_share_bar(node) and found.chars < _LONGEST_SHARE_BAR and node.tag not in _HEADINGS:
        return True
    names = weight(node) if weights else 0
    if not conditions or node.tag not in _ON_CONDITION or place.in_data or place.in_code:
        return False
    if node.tag == "table" and is_data(node):
        return False
    if found.captions and found.images and found.link_density < _MOSTLY_LINKS:
        return False
    return names < 0 or (found.commas < 10 and _is_fishy(node, found, place, names))


def _is_fishy(node: Node, found: Measure, place: _Place, names: int) -> bool:
    """Whether the make-up of a box with few commas is that of furniture."""
    if found.videos or announces_an_ad(node, found):
        return not found.videos
    is_list = node.tag in ("ul", "ol") or found.list_chars > 0.9 * found.chars > 0
    pictured = place.figure > 0
    if is_list and node.tag == "ul" and _is_gallery(node, found):
        return False
    return (
        _is_unbalanced(node, found, is_list, pictured)
        or _is_too_linked(found, is_list, names)
        or (not is_list and not pictured and _is_bare(found))
        or (found.embeds == 1 and found.chars < 75)
        or found.embeds > 1
    )


def _is_unbalanced(node: Node, found: Measure, is_list: bool, pictured: bool) -> bool:
    """More pictures, list items or form fields than paragraphs would have."""
    # Pictures that lead nowhere are there to be looked at.
    leads = found.linked_images > 0 or found.chars > 0
    return (
        (not pictured and leads and found.images > 1 and found.paragraphs / found.images < 0.5)
        or (not is_list and found.items - 100 > found.paragraphs)
        or (node.tag in _FORMS and found.fields > found.paragraphs // 3)
    )


def _is_too_linked(found: Measure, is_list: bool, names: int) -> bool:
    if names >= 25:
        return found.link_density > 0.5
    return not is_list and found.link_density > 0.2


def _is_bare(found: Measure) -> bool:
    """Hardly a word, no heading to speak of, and a link."""
    headings = found.heading_chars / found.chars if found.chars else 0
    return (
        headings < 0.9
        and found.chars < 25
        and (found.images == 0 or found.images > 2)
        and found.link_density > 0
    )


def _is_gallery(node: Node, found: Measure) -> bool:
    """A list of pictures, one to each item."""
    simple = all(len(item.elements) <= 1 for item in node.elements)
    return simple and found.items > 0 and found.images == found.items
