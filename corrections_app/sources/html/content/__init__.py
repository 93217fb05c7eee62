"""The main content of a page: which elements are the article.

The scoring is that of Arc90's Readability as Mozilla's reader view has it
today: paragraphs give points to what holds them, names in class and id and
the share of links correct them, and neighbours of the best one join it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from corrections_app.sources.html.content.cleaning import clean, is_sentence
from corrections_app.sources.html.content.hints import (
    announces_an_ad,
    is_byline,
    is_unlikely,
    kind,
    weight,
)
from corrections_app.sources.html.content.measures import Measure, measure
from corrections_app.sources.html.content.shaping import shape
from corrections_app.sources.html.phrasing import is_phrasing, words
from corrections_app.sources.html.tree import Node, tags
from corrections_app.sources.left_out import LeftOut

ENOUGH = 500
_SHORTEST = 25
_CANDIDATES = 5
# A heading is words of the page, whatever it is named; so is what is marked as a link.
_NEVER = tags("body a h1 h2 h3 h4 h5 h6 note-ref note-back")
_SCORED = tags("section h2 h3 h4 h5 h6 p td pre")
_START = {
    "div": 5,
    **dict.fromkeys(("pre", "td", "blockquote"), 3),
    **dict.fromkeys(("address", "ol", "ul", "dl", "dd", "dt", "li", "form"), -3),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "th"), -5),
}


@dataclass(frozen=True, slots=True)
class Rigour:
    """How much is cut away; each next attempt cuts less."""

    names: bool = True
    weights: bool = True
    conditions: bool = True


_ATTEMPTS = (
    Rigour(),
    Rigour(names=False),
    Rigour(names=False, weights=False),
    Rigour(names=False, weights=False, conditions=False),
)


@dataclass(frozen=True, slots=True)
class Found:
    """The article's elements under one root, and what was cut away."""

    root: Node
    out: LeftOut


def find(grow: Callable[[LeftOut], Node], *, keep_byline: bool) -> Found:
    """The article in a page, which ``grow`` makes anew for every attempt.

    An attempt that leaves less than 500 characters is followed by one that
    cuts less; the longest wins when none is enough.
    """
    best: tuple[int, Found] | None = None
    for rigour in _ATTEMPTS:
        out = LeftOut()
        root, length = _attempt(grow(out), rigour, out, keep_byline)
        if best is None or length > best[0]:
            best = length, Found(root, out)
        if length >= ENOUGH:
            break
    assert best is not None
    return best[1]


def _attempt(page: Node, rigour: Rigour, out: LeftOut, keep_byline: bool) -> tuple[Node, int]:
    _strip(page, rigour, out, keep_byline)
    shape(page)
    weighing = _Weighing(page, rigour)
    root = weighing.article()
    cut = {"weights": rigour.weights, "conditions": rigour.conditions}
    left = clean(root, out, **cut, sums=weighing.sums)
    return root, left.chars


def _strip(page: Node, rigour: Rigour, out: LeftOut, keep_byline: bool) -> None:
    """Cut what is named as furniture, and the first line that names the writer."""
    sums = measure(page)
    byline_stays = keep_byline
    sheltered: set[Node] = set()
    for node in page.walk():
        if node.tag in ("table", "code") or node in sheltered:
            sheltered.update(node.elements)
        kept: list[Node | str] = []
        for child in node.children:
            if isinstance(child, str):
                kept.append(child)
            elif not byline_stays and 0 < sums[child].chars < 100 and is_byline(child):
                byline_stays = True
            elif rigour.names and child not in sheltered and _is_furniture(child, sums[child]):
                out.note(kind(child), words(child))
                if announces_an_ad(child, sums[child]):
                    kept.append(Node("p", {}, node, [child.text()]))
            else:
                kept.append(child)
        node.children = kept


def _is_furniture(node: Node, found: Measure) -> bool:
    if node.tag in _NEVER or not is_unlikely(node):
        return False
    return not (is_phrasing(node) and is_sentence(node, found))


class _Weighing:
    """One page being weighed: the sums below each element, and the points it got."""

    def __init__(self, page: Node, rigour: Rigour) -> None:
        self.page = page
        self.rigour = rigour
        self.sums: dict[Node, Measure] = measure(page)
        self.points: dict[Node, float] = {}

    def article(self) -> Node:
        """A new root that holds the best element and the neighbours that belong to it."""
        for node in self.page.walk():
            if node.tag in _SCORED:
                self._give(node)
        for node in self.points:
            self.points[node] *= 1 - self.sums[node].link_density
        top = self._only_child(self._climb(self._common(self._best())))
        self.points.setdefault(top, self._start(top))
        root = Node("article")
        root.children = list(self._family(top))
        return root

    def _give(self, node: Node) -> None:
        """Points of one paragraph to its ancestors, fewer the farther away."""
        found = self.sums[node]
        if found.chars < _SHORTEST:
            return
        points = 2 + found.commas + min(found.chars // 100, 3)
        for level, around in enumerate(islice(node.ancestors(), _CANDIDATES)):
            share = 1 if level == 0 else 2 if level == 1 else level * 3
            self.points.setdefault(around, self._start(around))
            self.points[around] += points / share

    def _start(self, node: Node) -> float:
        return _START.get(node.tag, 0) + (weight(node) if self.rigour.weights else 0)

    def _best(self) -> list[Node]:
        best = sorted(self.points, key=lambda node: self.points[node], reverse=True)
        return best[:_CANDIDATES] or [self.page]

    def _common(self, best: list[Node]) -> Node:
        """The best, or what holds it and two more that are nearly as good."""
        top = best[0]
        if top is self.page:
            return top
        near = [node for node in best[1:] if self.points[node] >= 0.75 * self.points[top]]
        if len(near) < 3:
            return top
        holders = Counter(around for node in near for around in node.ancestors())
        common = (around for around in top.ancestors() if holders[around] >= 3)
        return next((node for node in common if node is not self.page), top)

    def _climb(self, top: Node) -> Node:
        """Up while what is around scores more: the article lies in several parts there."""
        score = self.points.setdefault(top, self._start(top))
        least = score / 3
        for around in top.ancestors():
            if around is self.page:
                break
            if around not in self.points:
                continue
            if self.points[around] < least:
                break
            if self.points[around] > score:
                return around
            score = self.points[around]
        return top

    def _only_child(self, top: Node) -> Node:
        """Up while there is nothing beside it, so that neighbours are found."""
        while top.parent not in (None, self.page) and len(top.parent.elements) == 1:
            top = top.parent
        return top

    def _family(self, top: Node) -> Iterator[Node | str]:
        if top.parent is None:
            yield from top.children
            return
        for sibling in top.parent.elements:
            if sibling is top or self._belongs(sibling, top):
                yield sibling

    def _belongs(self, node: Node, top: Node) -> bool:
        bonus = 0.2 * self.points[top] if top.get("class") == node.get("class") != "" else 0
        if node in self.points and self.points[node] + bonus >= max(10, 0.2 * self.points[top]):
            return True
        if node.tag != "p":
            return False
        found = self.sums[node]
        if found.chars > 80:
            return found.link_density < 0.25
        text = node.text()
        return found.link_density == 0 and (text.endswith(".") or ". " in text)
