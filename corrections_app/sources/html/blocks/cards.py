"""Boxes in an article that show another page: a bookmark of Ghost, an embed of WordPress."""

from __future__ import annotations

import re

from corrections_app.domain.text.body import Aside
from corrections_app.sources.html.phrasing import words
from corrections_app.sources.html.tree import Node
from corrections_app.sources.links import absolute

_BOOKMARK = re.compile(r"(?:^|\s)kg-bookmark-card(?:\s|$)")
_EMBED = re.compile(r"(?:^|\s)wp-block-embed__wrapper(?:\s|$)")
_LINES = re.compile(r"kg-bookmark-(?:title|description|author|publisher)")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def card(node: Node, base: str | None) -> Aside | None:
    """The box that an element is: its words are those of the page that it leads to."""
    name = node.get("class")
    if node.tag == "figure" and _BOOKMARK.search(name):
        return _bookmark(node, base)
    if node.tag == "div" and _EMBED.search(name) and _ADDRESS.fullmatch(said := words(node)):
        return Aside("embed", (), absolute(said, base))
    return None


def _bookmark(node: Node, base: str | None) -> Aside | None:
    if any(part.tag == "figcaption" for part in node.elements):
        return None  # whose caption is the article's own
    links = [absolute(part.get("href"), base) for part in node.walk() if part.tag == "a"]
    lines = [words(part) for part in node.walk() if _LINES.search(part.get("class"))]
    return Aside("related", tuple(filter(None, lines)), next(filter(None, links), None))
