"""How much of what stands below each element, counted once, from the leaves up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from corrections_app.sources.html.tree import FORM_FIELDS, Node

_COMMAS = re.compile(r"[,،﹐︐︑⹁⸴⸲，、]")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MOSTLY_LINKS = 0.5
_LONG = 4_096
_EMBEDS = frozenset({"object", "embed", "iframe", "video", "audio"})
_COUNTED = frozenset(
    {"p", "img", "figcaption", "li", "a", "ul", "ol", *_HEADINGS, *_EMBEDS, *FORM_FIELDS}
)
VIDEO = re.compile(
    r"//(?:www\.)?(?:dailymotion|youtube|youtube-nocookie|player\.vimeo|v\.qq|bilibili"
    r"|archive|upload\.wikimedia|player\.twitch)\.",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Measure:
    """Sums over an element and all below it; text in characters, blanks collapsed."""

    chars: int = 0
    commas: int = 0
    link_chars: float = 0
    heading_chars: int = 0
    list_chars: int = 0
    paragraphs: int = 0
    images: int = 0
    items: int = 0
    fields: int = 0
    embeds: int = 0
    videos: int = 0
    captions: int = 0
    linked_images: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is counted, as of most elements that have no words."""
        return not (
            self.chars or self.images or self.fields or self.embeds or self.items or self.paragraphs
        )

    @property
    def link_density(self) -> float:
        """The share of the words that are links."""
        return self.link_chars / self.chars if self.chars else 0.0

    def add(self, other: Measure) -> None:
        """Count another's sums in."""
        self.chars += other.chars
        self.commas += other.commas
        self.link_chars += other.link_chars
        self.heading_chars += other.heading_chars
        self.list_chars += other.list_chars
        self.paragraphs += other.paragraphs
        self.images += other.images
        self.items += other.items
        self.fields += other.fields
        self.embeds += other.embeds
        self.videos += other.videos
        self.captions += other.captions
        self.linked_images += other.linked_images

    def close(self, node: Node) -> None:
        """Count the element itself, once all below it is counted."""
        tag = node.tag
        if tag not in _COUNTED:
            return
        self.paragraphs += tag == "p"
        self.images += tag == "img" and "data-spare" not in node.attrs
        # Words under a picture; those of a teaser are a link to what it leads to.
        self.captions += (
            tag == "figcaption" and self.chars > 0 and self.link_density < _MOSTLY_LINKS
        )
        self.items += tag == "li"
        self.fields += tag in FORM_FIELDS
        self.embeds += tag in _EMBEDS
        self.videos += (
            tag in _EMBEDS and VIDEO.search(node.get("src") or node.get("data")) is not None
        )
        if tag == "a":
            # A link into the same page is a footnote rather than a way out of it.
            share = 0.3 if node.get("href").startswith("#") else 1.0
            self.link_chars = self.chars * share
            self.linked_images = self.images
        if tag in _HEADINGS:
            self.heading_chars = self.chars
        if tag in ("ul", "ol"):
            self.list_chars = self.chars


def own(children: Iterable[Node | str]) -> Measure:
    """The sums of the text that stands directly among these children."""
    chars = commas = 0
    for child in children:
        if type(child) is str:
            more, signs = _counted(child) if len(child) < _LONG else _count(child)
            if more:
                chars += more + (chars > 0)  # a blank between two runs of text
                commas += signs
    return Measure(chars=chars, commas=commas)


def _count(text: str) -> tuple[int, int]:
    """Characters with blanks collapsed, and commas."""
    return len(" ".join(text.split())), len(_COMMAS.findall(text))


# A page is measured before and after each cut, and most of its text stays as it is.
_counted = lru_cache(maxsize=4_096)(_count)


# Stands for every element in which nothing is counted; it is never changed.
_NOTHING = Measure()


def measure(root: Node) -> dict[Node, Measure]:
    """The sums for the root and every element below it."""
    sums: dict[Node, Measure] = {}
    for node in reversed(root.below()):
        total = own(node.children) if node.children else Measure()
        for child in node.children:
            if type(child) is Node and (below := sums[child]) is not _NOTHING:
                total.add(below)
        total.close(node)
        sums[node] = _NOTHING if total.is_empty else total
    return sums
