"""What stands inside a sentence: its words are never cut away by the names of their elements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from corrections_app.sources.html.tree import BLOCKS, FORM_FIELDS, Node, tags

_APART = BLOCKS | FORM_FIELDS - {"button"} | tags("br iframe video audio object embed figure")
_SENTENCES = tags("p li h1 h2 h3 h4 h5 h6 td th dd dt blockquote figcaption caption summary pre")
# So many letters of loose text in a box are a sentence, and not the label of a tool.
_LEAST_LOOSE = 25
# Words beside an element stand near it; in a line of thousands of parts nobody looks for them.
_NEAR = 60
_MOST_SIBLINGS = 2_000
_MOST_AROUND = 12
_MOST_PARTS = 400


def is_phrasing(node: Node) -> bool:
    """Whether an element is part of a line, and all that is in it too."""
    return not any(part.tag in _APART for part in node.walk())


def words(node: Node) -> str:
    """What is read of an element, on one line: blocks and breaks are blanks in it."""
    return "".join(_pieces([node])).strip()


def stands_among_words(node: Node) -> bool:
    """Whether other words of the same line stand beside a phrasing element.

    Where so much is around it that looking would take long, they do.
    """
    here = node
    for _ in range(_MOST_AROUND):
        parent = here.parent
        if parent is None:
            return False
        if len(parent.children) > _MOST_SIBLINGS:
            return True
        enough = 1 if parent.tag in _SENTENCES or parent.tag not in BLOCKS else _LEAST_LOOSE
        if len(parent.children) > 1 and _has_letters(_line_around(here, parent), enough):
            return True
        if parent.tag in BLOCKS:
            return False
        here = parent
    return True


def _has_letters(parts: Iterable[Node | str], enough: int) -> bool:
    """Whether so many letters and digits are read in the parts, as far as it is looked for."""
    waiting: list[Node | str] = list(parts)
    for _ in range(_MOST_PARTS):
        if not waiting:
            return False
        part = waiting.pop()
        if isinstance(part, str):
            enough -= sum(map(str.isalnum, part[:_MOST_PARTS]))
            if enough <= 0:
                return True
        elif part.tag not in FORM_FIELDS - {"button"}:
            waiting.extend(part.children[:_MOST_PARTS])
    return True


def before_and_after(node: Node) -> tuple[str, str]:
    """The words of the same line on either side of a phrasing element."""
    before, after = "", ""
    here = node
    while (parent := here.parent) is not None and len(parent.children) <= _MOST_SIBLINGS:
        line = list(_line_around(here, parent, itself=True))
        at = next((at for at, part in enumerate(line) if part is here), 0)
        before = "".join(_pieces(line[:at])) + before
        after += "".join(_pieces(line[at + 1 :]))
        if parent.tag in BLOCKS:
            break
        here = parent
    return before, after


def _line_around(node: Node, parent: Node, *, itself: bool = False) -> Iterator[Node | str]:
    at = next((at for at, child in enumerate(parent.children) if child is node), None)
    if at is None:
        return  # it was taken out of the tree
    yield from reversed(list(_until_apart(reversed(parent.children[:at]))))
    if itself:
        yield node
    yield from _until_apart(parent.children[at + 1 :])


def _until_apart(parts: Iterable[Node | str]) -> Iterator[Node | str]:
    for part in islice(parts, _NEAR):
        if isinstance(part, Node) and part.tag in _APART:
            return
        yield part


def _pieces(parts: Iterable[Node | str]) -> Iterator[str]:
    waiting: list[tuple[Node | str, bool]] = [(part, False) for part in reversed(list(parts))]
    while waiting:
        part, leaving = waiting.pop()
        if isinstance(part, str):
            yield part
        elif part.tag in _APART:
            yield " "
            if not leaving and part.tag not in FORM_FIELDS - {"button"}:
                waiting.append((part, True))
                waiting.extend((child, False) for child in reversed(part.children))
        else:
            waiting.extend((child, False) for child in reversed(part.children))
