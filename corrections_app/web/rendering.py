"""A body arranged for a page: marks nested, lists and quotations gathered, words linked to."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush
from itertools import count, groupby
from typing import NamedTuple, TypeGuard

from flask import Flask

from corrections_app.domain.text.body import SEPARATOR, Aside, Block, Mark, MarkKind, Media
from corrections_app.domain.text.numbering import Counter
from corrections_app.domain.text.paragraphs import quote_fragment
from corrections_app.domain.text.shortening import opening, whole_graphemes
from corrections_app.domain.text.tables import Slot, furniture_rows, goes_on, laid_out
from corrections_app.workflow.articles import media

_TEASER = 200


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
    consecutive quotations; ``list`` holds `Listing`s; ``table`` has ``rows`` of
    cells, each by its place among the parts, which are the caption above it, if
    there is one, and the cells; anything else one part.
    """

    kind: str
    parts: list[tuple[Block | Aside, int | None]]
    lists: list[Listing]
    rows: list[list[Slot]] = []  # noqa: RUF012 (never changed)
    caption: tuple[Block | Aside, int | None] | None = None


def install(app: Flask) -> None:
    """Give the templates these filters."""
    for rule in (spans, arranged, picture, teaser, lead_in, lead_out, words_link, masked):
        app.add_template_filter(rule)
    app.add_template_filter(furniture_rows, "rows")


def spans(block: Block) -> tuple[Span, ...]:
    """A block's text with its marks nested: marks that cross are split, links stay whole.

    A kind never stands inside itself, so no more than six are open at once and the
    time is that of sorting the marks.
    """
    nested = _nested(block.text, _uncrossed(_united(m for m in block.marks if not _is_bare(m))))
    notes = sorted(filter(_is_bare, block.marks), key=lambda m: m.end)
    return _with_notes(nested, notes) if notes else nested


def with_changes(
    parts: Iterable[tuple[Block | Aside, int | None]], changes: Iterable[tuple[int, str]]
) -> Iterator[tuple[Block | Aside, int | None]]:
    """The parts of a body with marks at corrected words: where each ends, and what tells of it."""
    waiting = deque(sorted(changes))
    for part, start in parts:
        if isinstance(part, Aside) or start is None:
            yield part, start
            continue
        own = []
        while waiting and waiting[0][0] <= start + len(part.text):
            end, href = waiting.popleft()
            if end >= start:
                own.append(Mark("changed", end - start, end - start, href))
        yield (replace(part, marks=(*part.marks, *own)) if own else part), start


def _is_bare(mark: Mark) -> bool:
    """Whether a mark stands behind words and holds none."""
    return mark.kind in ("note", "changed")


def _united(marks: Iterable[Mark]) -> list[Mark]:
    """The marks, those of one kind that overlap made one; links are told apart later."""
    united: list[Mark] = []
    last: dict[MarkKind, int] = {}
    for mark in sorted(marks, key=_outermost_first):
        at = last.get(mark.kind)
        if mark.kind != "link" and at is not None and mark.start < united[at].end:
            before = united[at]
            united[at] = Mark(mark.kind, before.start, max(before.end, mark.end))
        else:
            last[mark.kind] = len(united)
            united.append(mark)
    return united


def _with_notes(spans: Iterable[Span], notes: list[Mark]) -> tuple[Span, ...]:
    """The spans with the marks that hold no words where they stand.

    What leads to a notice is a link itself, and stands behind a link that it would be inside.
    """
    waiting = deque(notes)
    done = 0

    def noted(parts: Iterable[Span], linked: bool = False) -> Iterator[Span]:
        nonlocal done
        for part in parts:
            if isinstance(part, Marked):
                inner = noted(part.spans, linked or part.kind == "link")
                yield Marked(part.kind, part.href, tuple(inner))
                continue
            while waiting and waiting[0].end <= done + len(part):
                if linked and waiting[0].kind == "changed":
                    break
                cut = max(0, waiting[0].end - done)
                if cut:
                    yield part[:cut]
                part, done = part[cut:], done + cut
                note = waiting.popleft()
                yield Marked(note.kind, note.href, ())
            done += len(part)
            if part:
                yield part

    found = tuple(noted(spans))
    return (*found, *(Marked(note.kind, note.href, ()) for note in waiting))


def _uncrossed(marks: Iterable[Mark]) -> list[Mark]:
    """The marks cut at the edges of links; of overlapping links only the first is one."""
    links: list[Mark] = []
    others: list[Mark] = []
    for mark in marks:
        if mark.kind != "link":
            others.append(mark)
        elif not links or mark.start >= links[-1].end:
            links.append(mark)
    starts = [link.start for link in links]
    pieces = [piece for mark in others for piece in _split_where_crossed(mark, links, starts)]
    return sorted([*links, *pieces], key=_outermost_first)


def _split_where_crossed(
    mark: Mark, links: Sequence[Mark], starts: Sequence[int]
) -> Iterator[Mark]:
    """The parts of a mark inside and outside of the links at its two ends."""
    start, end = mark.start, mark.end
    first, last = bisect_left(starts, start) - 1, bisect_left(starts, end) - 1
    if first >= 0 and start < links[first].end < end:
        yield Mark(mark.kind, start, links[first].end)
        start = links[first].end
    if last > first and start < links[last].start and end < links[last].end:
        yield Mark(mark.kind, start, links[last].start)
        start = links[last].start
    yield Mark(mark.kind, start, end)


def _outermost_first(mark: Mark) -> tuple[int, int]:
    return mark.start, -mark.end


def _nested(text: str, marks: Iterable[Mark]) -> tuple[Span, ...]:
    """Opened and closed from left to right; what a mark reaches beyond an open one comes again."""
    order = count()
    waiting = [(*_outermost_first(mark), next(order), mark) for mark in marks]
    waiting = [entry for entry in waiting if entry[0] < len(text)]
    heapify(waiting)
    opened: list[tuple[Mark | None, int, list[Span]]] = [(None, len(text), [])]
    done = 0
    while True:
        mark, end, held = opened[-1]
        upcoming = waiting[0][3] if waiting and waiting[0][0] < end else None
        until = upcoming.start if upcoming else end
        if done < until:
            held.append(text[done:until])
            done = until
        if upcoming is not None:
            heappop(waiting)
            opened.append((upcoming, min(upcoming.end, end), []))
            if upcoming.end > end:
                beyond = Mark(upcoming.kind, end, upcoming.end, upcoming.href)
                heappush(waiting, (*_outermost_first(beyond), next(order), beyond))
        elif mark is None:
            return tuple(held)
        else:
            opened.pop()
            opened[-1][2].append(Marked(mark.kind, mark.href, tuple(held)))


def arranged(parts: Iterable[tuple[Block | Aside, int | None]]) -> list[Group]:
    """The parts of a body in the elements of a page, in order."""
    groups: list[Group] = []
    for kind, run in groupby(parts, key=lambda part: _kind(part[0])):
        found = list(run)
        if kind == "list_item":
            groups.append(Group("list", found, _listed(found)))
        elif kind == "quote":
            groups.append(Group(kind, found, []))
        elif kind == "cell":
            _add_tables(groups, found)
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


def _add_tables(groups: list[Group], cells: list[tuple[Block | Aside, int | None]]) -> None:
    """Each table of a run of cells; a caption right above one is its caption."""
    runs: list[list[tuple[Block | Aside, int | None]]] = []
    for part in cells:
        goes = runs and goes_on(_block(runs[-1][-1]), _block(part))
        runs[-1].append(part) if goes else runs.append([part])
    for run in runs:
        is_captioned = bool(groups) and groups[-1].kind == "caption"
        caption = groups.pop().parts[0] if is_captioned else None
        rows = laid_out([cell for part in run if (cell := _block(part).cell)])
        groups.append(Group("table", run, [], rows, caption))


def _block(part: tuple[Block | Aside, int | None]) -> Block:
    assert isinstance(part[0], Block)
    return part[0]


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


def picture(image: Aside) -> Media | None:
    """What an image shows; None where only its words can stand in its place."""
    return image.media if image.media and media.is_here(image.media) else None


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
    """The address with a text fragment that leads to the words and lights them up."""
    return address + (quote_fragment(words, prefix, suffix) if words else "")


def masked(address: str | None) -> str:
    """An e-mail address that tells who it may be without telling where to write."""
    local, at, domain = (address or "").rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else ""
