"""Which of the words that might be the headline are it: no candidate counts without another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corrections_app.sources.html.beside import is_hidden, set_aside
from corrections_app.sources.html.phrasing import words
from corrections_app.sources.html.tree import Node, grow
from corrections_app.sources.inline import plain_block
from corrections_app.sources.left_out import LeftOut

ALIKE = 0.6
_SAME = 0.75
_SURE = 0.9
# A name of a newspaper, or "Home": no headline that is worth more than a heading.
_NAME = 2
_MOST_SHOWN = 20
_SEPARATOR = re.compile(r"\s+[|\-–—\\/>»·]\s+")
_KICKER = re.compile(
    r"kicker|label|eyebrow|overline|rubric|tagline|topic|categor|badge|premium|flag|section-name",
    re.IGNORECASE,
)
_LONGEST_KICKER = 4


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading as it is shown: all of its words, and those of each of its parts."""

    whole: str
    readings: tuple[str, ...]
    plain: str
    """Without what its authors named a kicker or a label."""

    def like(self, title: str) -> tuple[float, str]:
        """How much a reading of it is like a title, and that reading: the nearest."""
        return max((similarity(reading, title), reading) for reading in self.readings)


def headline(page: LexborHTMLParser, declared: Sequence[str], site: str | None) -> str | None:
    """The headline as the page shows it, where what the page says of itself confirms it.

    A ``<title>`` holds the newspaper's name too, mostly behind the headline,
    and the name may be a heading of rank 1 as well: one that nothing confirms
    loses to what the page is called.
    """
    whole = _page_title(page)
    parts = [part for part in _SEPARATOR.split(whole) if part not in ("", site)]
    shown = [found for found in _headings(page, "h1") if found.whole != site]
    for title in [*declared, *_telling(parts)]:
        if (best := _nearest(shown, title)) and best[0] >= ALIKE:
            return best[1]
    if declared:
        return declared[0]
    for part in _telling(parts):
        best = _nearest(_headings(page, "h2, h3"), part)
        if best and best[0] >= _SURE and len(_terms(part)) > _NAME:
            return best[1]
    named = max((len(_terms(part)) for part in parts), default=0)
    if len(shown) == 1 and named <= _NAME:
        return shown[0].plain or shown[0].whole
    return next(iter(_without_site(whole, parts)), None) or next(
        (found.plain or found.whole for found in shown), None
    )


def similarity(one: str, other: str) -> float:
    """How much of the longer of two headlines is in both: 0 to 1, by words."""
    first, second = set(_terms(one)), set(_terms(other))
    return len(first & second) / max(len(first), len(second), 1)


def repeats(heading: str, title: str, *, is_top: bool) -> bool:
    """Whether a heading says the headline again; one of rank 1 may have a kicker beside it."""
    if similarity(heading, title) > _SAME:
        return True
    long, short = _terms(heading), _terms(title)
    more = len(long) - len(short)
    if not is_top or not short or not 0 < more <= _LONGEST_KICKER:
        return False
    return long[more:] == short or long[: len(short)] == short


def flat(source: LexborNode) -> Node:
    """What an element shows, without what is beside its text."""
    out = LeftOut()
    root = grow(source, out, is_hidden)
    set_aside(root, out)
    return root


def line(text: str) -> str:
    """Words on one line as a text holds them: no-break spaces stay."""
    block = plain_block("title", text.replace("\n", " "))
    return block.text if block else ""


def _telling(parts: Sequence[str]) -> list[str]:
    """The parts of a page's title that may be a headline: no name where there is more than one."""
    long = [part for part in parts if len(_terms(part)) > _NAME]
    return long or list(parts)


def _nearest(shown: Iterable[_Heading], title: str) -> tuple[float, str] | None:
    return max((found.like(title) for found in shown), default=None, key=lambda like: like[0])


def _headings(page: LexborHTMLParser, names: str) -> list[_Heading]:
    found = []
    for source in page.css(names)[:_MOST_SHOWN]:
        root = flat(source)
        if whole := line(words(root)):
            readings = tuple(dict.fromkeys(filter(None, [whole, *_readings(root)])))
            found.append(_Heading(whole, readings, _without_kickers(root)))
    return found


def _readings(root: Node) -> Iterator[str]:
    """A heading without each of its parts, and each part by itself."""
    holder = root
    while len(holder.children) == 1 and isinstance(holder.children[0], Node):
        holder = holder.children[0]
    yield _without_kickers(root)
    if len(holder.children) > _MOST_SHOWN:
        return
    for at, child in enumerate(holder.children):
        rest = [part for other, part in enumerate(holder.children) if other != at]
        yield line(" ".join(words(part) if isinstance(part, Node) else part for part in rest))
        yield line(words(child) if isinstance(child, Node) else child)


def _without_kickers(root: Node) -> str:
    kept = Node(root.tag, children=[])
    waiting: list[tuple[Node, Node]] = [(root, kept)]
    while waiting:
        old, new = waiting.pop()
        for child in old.children:
            if isinstance(child, str):
                new.children.append(child)
            elif not _KICKER.search(child.hints):
                copy = Node(child.tag, child.attrs, new)
                new.children.append(copy)
                waiting.append((child, copy))
    return line(words(kept))


def _page_title(page: LexborHTMLParser) -> str:
    """The page's own title: that of a drawing in it is another."""
    element = page.css_first("head > title") or next(
        (node for node in page.css("title") if not _is_in_drawing(node)), None
    )
    return line(element.text()) if element else ""


def _is_in_drawing(node: LexborNode) -> bool:
    above = node.parent
    while above is not None:
        if above.tag == "svg":
            return True
        above = above.parent
    return False


def _terms(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _without_site(whole: str, parts: list[str]) -> list[str]:
    """The title without the newspaper's name, where it is clear which part that is."""
    named = " | " in whole or whole.count(" - ") == 1 or len(parts) == 1
    clear = named and parts and len(_terms(parts[0])) >= max(len(_terms(part)) for part in parts)
    return [parts[0]] if clear else [whole] if whole else []
