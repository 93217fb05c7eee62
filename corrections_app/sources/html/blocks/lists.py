"""Which list the walk through a page is in, and what number its next item has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corrections_app.domain.text.body import Block
from corrections_app.sources.html.tree import Node

_NUMBER = re.compile(r"\s*([+-]?\d{1,6})", re.ASCII)
_OF_DOCS = re.compile(r"(?:^|\s)lst-kix_\w+-(\d)(?:\s|$)", re.ASCII)
_STYLES = ("a", "A", "i", "I")


@dataclass(slots=True)
class _List:
    ordered: bool
    next: int
    step: int
    style: str
    level: int = 0
    """Where its name says how deep it is: Google Docs puts no list into another."""


@dataclass(slots=True)
class Lists:
    """The lists and items that are open, outermost first."""

    _lists: list[_List] = field(default_factory=list)
    # An item's own words are its first block; what else is in it stands by itself.
    _items: list[Block | None] = field(default_factory=list)
    _note: Block | None = None

    def enter(self, node: Node) -> None:
        """Begin a list or an item."""
        if node.tag == "li":
            self._items.append(self._new_item(node))
            return
        ordered = node.tag == "ol"
        backwards = ordered and "reversed" in node.attrs
        items = sum(child.tag == "li" for child in node.elements)
        first = _number(node.get("start"), items if backwards else 1)
        style = node.get("type").strip()
        self._lists.append(
            _List(
                ordered,
                first,
                -1 if backwards else 1,
                style if style in _STYLES else "",
                _level(node.get("class")),
            )
        )

    def leave(self, node: Node) -> None:
        """End a list or an item."""
        open_ones = self._items if node.tag == "li" else self._lists
        if open_ones:
            open_ones.pop()

    def item(self) -> Block | None:
        """What kind of block an item's first words are, where one waits for them."""
        return (self._items[-1] if self._items else None) or self._note

    def done(self) -> None:
        """A block was made: the item that waited for its words has them."""
        self._note = None
        if self._items:
            self._items[-1] = None

    def number_note(self, label: str) -> bool:
        """Number the next block as a footnote; False for a label that no list can count with."""
        if self.item() is not None:
            return True  # it is in a list that numbers it
        if label.isascii() and label.isdigit():
            self._note = Block("list_item", "", level=1, ordered=True, number=int(label))
            return True
        if len(label) == 1 and label.isascii() and label.isalpha():
            number = ord(label.lower()) - ord("a") + 1
            style = "a" if label.islower() else "A"
            self._note = Block("list_item", "", (), 1, True, number, style)
            return True
        return False

    def _new_item(self, node: Node) -> Block:
        around = self._lists[-1] if self._lists else _List("data-ordered" in node.attrs, 1, 1, "")
        level = _number(node.get("data-level"), max(1, around.level or len(self._lists)))
        if not around.ordered:
            return Block("list_item", "", level=level)
        number = _number(node.get("value"), around.next)
        around.next = number + around.step
        style = node.get("type") if node.get("type") in _STYLES else around.style
        return Block("list_item", "", level=level, ordered=True, number=number, style=style)


def _level(name: str) -> int:
    found = _OF_DOCS.search(name)
    return int(found[1]) + 1 if found else 0


def _number(text: str, otherwise: int) -> int:
    found = _NUMBER.match(text)
    return int(found[1]) if found else otherwise
