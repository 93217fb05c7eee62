"""A body arranged for a page: marks nested, lists and quotations gathered, words linked to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple, TypeGuard
from urllib.parse import quote

from flask import Flask

from corrections_app.domain.numbering import Counter
from corrections_app.domain.quoting import text_fragment
from corrections_app.domain.shortening import opening, whole_graphemes
from corrections_app.domain.text import SEPARATOR, Aside, Block, Mark, MarkKind
from corrections_app.domain.unspaced import is_unspaced

_TEASER = 200
_WORDS_AROUND = 3
_WORDS_AT_EACH_END = 6
_LONGEST_QUOTE = 40  # words; beyond that the first and the last ones name it


class Marked(NamedTuple):
    """Words inside one mark; what they hold is bare words and further marks."""

    kind: MarkKind
    href: str | None
    spans: tuple[Span, ...]


Span = str | Marked


class Item(NamedTuple):
    """One entry of a list, with the lists that hang beneath it.

    ``value`` is its number where a browser would not count on to it.
    """

    block: Block
    start: int | None
    lists: list[Listing]
    value: int | None = None


class Listing(NamedTuple):
    """Consecutive entries of one kind on one level; ``style`` is how they are counted."""

    ordered: bool
    items: list[Item]
    first: int = 1
    style: str = ""


class Group(NamedTuple):
    """What one element of the page holds: its ``kind``, and the parts or lists inside it.

    ``figure`` is an image, embed or table with its caption; ``quote`` are
    consecutive quotations; ``list`` holds `Listing`s; anything else one part.
    """

    kind: str
    parts: list[tuple[Block | Aside, int | None]]
    lists: list[Listing]


def install(app: Flask) -> None:
    """Give the templates these filters."""
    for rule in (spans, arranged, rows, teaser, lead_in, lead_out, words_link, masked):
        app.add_template_filter(rule)


def spans(block: Block) -> tuple[Span, ...]:
    """A block's text with its marks nested: marks that cross are split, links stay whole."""
    marks = [mark for mark in block.marks if mark.kind != "note"]
    nested = tuple(_nested(block.text, _uncrossed(marks), 0, len(block.text)))
    notes = sorted((mark for mark in block.marks if mark.kind == "note"), key=lambda m: m.end)
    return _with_notes(nested, notes) if notes else nested


def _with_notes(spans: Iterable[Span], notes: list[Mark]) -> tuple[Span, ...]:
    """The spans with references to footnotes where they stand: marks that hold no words."""
    waiting = deque(notes)
    done = 0

    def noted(parts: Iterable[Span]) -> Iterator[Span]:
        nonlocal done
        for part in parts:
            if isinstance(part, Marked):
                yield Marked(part.kind, part.href, tuple(noted(part.spans)))
                continue
            while waiting and waiting[0].end <= done + len(part):
                cut = max(0, waiting[0].end - done)
                if cut:
                    yield part[:cut]
                part, done = part[cut:], done + cut
                yield Marked("note", waiting.popleft().href, ())
            done += len(part)
            if part:
                yield part

    return tuple(noted(spans))


def _uncrossed(marks: Iterable[Mark]) -> list[Mark]:
    """The marks cut at the edges of links; of overlapping links only the first is one."""
    links: list[Mark] = []
    for mark in sorted((mark for mark in marks if mark.kind == "link"), key=_outermost_first):
        if not links or mark.start >= links[-1].end:
            links.append(mark)
    others = [mark for mark in marks if mark.kind != "link"]
    for link in links:
        others = [piece for mark in others for piece in _split_where_crossed(mark, link)]
    return sorted([*links, *others], key=_outermost_first)


def _split_where_crossed(mark: Mark, link: Mark) -> Iterator[Mark]:
    for edge in (link.start, link.end):
        crosses = mark.start < edge < mark.end
        encloses = mark.start <= link.start and link.end <= mark.end
        if crosses and not encloses:
            yield Mark(mark.kind, mark.start, edge)
            yield Mark(mark.kind, edge, mark.end)
            return
    yield mark


def _outermost_first(mark: Mark) -> tuple[int, int]:
    return mark.start, -mark.end


def _nested(text: str, marks: list[Mark], start: int, end: int) -> Iterator[Span]:
    while marks:
        outer, *rest = marks
        if outer.start > start:
            yield text[start : outer.start]
        inside = [_clipped(mark, outer.start, outer.end) for mark in rest if mark.start < outer.end]
        beyond = [_clipped(mark, outer.end, end) for mark in rest if mark.end > outer.end]
        within = tuple(_nested(text, inside, outer.start, outer.end))
        yield Marked(outer.kind, outer.href, within)
        start, marks = outer.end, sorted(beyond, key=_outermost_first)
    if start < end:
        yield text[start:end]


def _clipped(mark: Mark, low: int, high: int) -> Mark:
    return Mark(mark.kind, max(mark.start, low), min(mark.end, high), mark.href)


def arranged(parts: Iterable[tuple[Block | Aside, int | None]]) -> list[Group]:
    """The parts of a body in the elements of a page, in order."""
    groups: list[Group] = []
    for kind, run in groupby(parts, key=lambda part: _kind(part[0])):
        found = list(run)
        if kind == "list_item":
            groups.append(Group("list", found, _listed(found)))
        elif kind == "quote":
            groups.append(Group(kind, found, []))
        else:
            for part in found:
                _add(groups, kind, part)
    return groups


def _kind(part: Block | Aside) -> str:
    return "aside" if isinstance(part, Aside) else part.kind


def _add(groups: list[Group], kind: str, part: tuple[Block | Aside, int | None]) -> None:
    above = groups[-1].parts[0][0] if groups else None
    if kind == "caption" and _is_picture(above) and groups[-1].kind == "aside":
        groups[-1] = Group("figure", [*groups[-1].parts, part], [])
    else:
        groups.append(Group(kind, [part], []))


def _is_picture(part: Block | Aside | None) -> TypeGuard[Aside]:
    return isinstance(part, Aside) and part.role in ("image", "embed", "table")


def _listed(parts: list[tuple[Block | Aside, int | None]]) -> list[Listing]:
    lists: list[Listing] = []
    deepest: list[tuple[int, list[Listing]]] = [(0, lists)]
    counter = Counter()
    for block, start in parts:
        assert isinstance(block, Block)
        while len(deepest) > 1 and block.level <= deepest[-1][0]:
            deepest.pop()
        here = deepest[-1][1]
        found = counter.take(block)
        assert found
        run, begins = found
        if begins or not here:
            here.append(Listing(block.ordered, [], run.shown, run.style))
        item = Item(block, start, [], None if begins else block.number)
        here[-1].items.append(item)
        deepest.append((block.level, item.lists))
    return lists


def rows(table: Aside) -> list[list[str]]:
    """The cells of a table; a heading line that lacks its corner gets an empty one."""
    if table.cells:
        return [list(row) for row in table.cells]
    found = [line.split(" · ") for line in table.lines]
    width = max(map(len, found), default=0)
    return [[""] * (width - len(row)) + row if at == 0 else row for at, row in enumerate(found)]


def teaser(body: Iterable[Block | Aside]) -> str:
    """What an article begins with, for the list of articles: its standfirst or first words."""
    texts = [part for part in body if isinstance(part, Block)]
    first = next((part for part in texts if part.kind == "standfirst"), None)
    first = first or next((part for part in texts if part.kind == "paragraph"), None)
    return opening(first.text, _TEASER) if first else ""


def lead_in(before: str, reach: int) -> str:
    """At most ``reach`` code points before some words, in their paragraph, from a whole word on."""
    paragraph = before.rpartition(SEPARATOR)[2]
    if len(paragraph) < reach:
        return paragraph
    part = whole_graphemes(paragraph, len(paragraph) - reach, len(paragraph))
    return "…\N{NO-BREAK SPACE}" + (part.partition(" ")[2] or part)


def lead_out(after: str, reach: int) -> str:
    """At most ``reach`` code points after some words, in their paragraph, up to a whole word."""
    paragraph = after.partition(SEPARATOR)[0]
    if len(paragraph) < reach:
        return paragraph
    part = whole_graphemes(paragraph, 0, reach)
    return (part.rpartition(" ")[0] or part) + "\N{NO-BREAK SPACE}…"


def words_link(address: str, words: str | None, prefix: str = "", suffix: str = "") -> str:
    """The address with a text fragment that leads to the words and lights them up.

    https://wicg.github.io/scroll-to-text-fragment/ matches whole words only, so
    words that the selection cut in two are completed from their context; what
    else is known of it tells the words from their likes elsewhere.
    """
    if not words or not words.strip():
        return address
    if is_unspaced(words):
        # The words with what is around them: browsers find no others than whole ones.
        around = prefix + words + suffix
        return address + text_fragment(around, len(prefix), len(prefix) + len(words))
    # A line break divides as a block does: what is found runs over neither.
    ahead, _, glued = prefix.rpartition("\n")[2].rpartition(" ")
    glue, _, behind = suffix.partition("\n")[0].partition(" ")
    whole = f"{glued}{words}{glue}".split()
    if len(whole) > _LONGEST_QUOTE or "\n" in words:
        parts = [whole[:_WORDS_AT_EACH_END], whole[-_WORDS_AT_EACH_END:]]
    else:
        parts = [whole]
    # The outermost word of a context may itself be cut in two.
    before, after = ahead.split()[1:][-_WORDS_AROUND:], behind.split()[:-1][:_WORDS_AROUND]
    directive = ",".join(
        ([f"{_escaped(before)}-"] if before else [])
        + [_escaped(part) for part in parts]
        + ([f"-{_escaped(after)}"] if after else [])
    )
    return f"{address}#:~:text={directive}"


def _escaped(words: list[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")


def masked(address: str | None) -> str:
    """An e-mail address that tells who it may be without telling where to write."""
    local, at, domain = (address or "").rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else ""
