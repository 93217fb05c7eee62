"""Selecting words on a page as a reader does, by the keyboard's or the mouse's own means."""

from __future__ import annotations

from typing import Any

# Puts the selection where a mouse would: from the first word of one block to the last of another.
_SELECT = """([from, to]) => {
  const find = (words) => {
    const article = document.querySelector("article");
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.data.indexOf(words);
      if (at >= 0) return [walker.currentNode, at];
    }
    throw new Error("not on the page: " + words);
  };
  const [first, start] = find(from);
  const [last, end] = find(to);
  first.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
  const selection = getSelection();
  selection.removeAllRanges();
  selection.setBaseAndExtent(first, start, last, end + to.length);
}"""


def select(page: Any, first: str, last: str | None = None) -> None:
    """Select from the beginning of some words to the end of others."""
    page.evaluate(_SELECT, [first, last or first])
