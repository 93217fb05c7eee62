"""The sentences of an article, to choose one without having to select it: reads only."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, groupby, islice

from corrections_app.domain import finding
from corrections_app.domain.anchoring import candidates
from corrections_app.domain.limits import EXACT
from corrections_app.domain.text.body import Block, BlockKind, text_blocks
from corrections_app.domain.text.layout import PlacedBlock, index_at, placed_blocks
from corrections_app.domain.text.paragraphs import Context, sentences
from corrections_app.domain.text.tables import Headings, goes_on, headings, one_line
from corrections_app.models import Revision

PAGE = 60
"""Sentences on one page of the list: a long article stays light."""
MOST_FOUND = 20
LONGEST_SEARCH = 200
"""In code points; nobody types more to find a sentence."""
_BEGINNING = 70


@dataclass(frozen=True)
class Sentence:
    """One sentence at ``[start, end)`` of the text, with the words searched for inside it.

    ``column`` is what heads that of a cell of a table.
    """

    start: int
    end: int
    context: Context
    column: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A block's sentences: its kind, how-manieth paragraph it is, and what it begins with.

    A row of a table is one; ``row`` is what heads it.
    """

    kind: BlockKind
    number: int
    beginning: str
    sentences: list[Sentence]
    row: str = ""


@dataclass(frozen=True)
class Found:
    """Paragraphs with sentences in them; ``next`` is where those that follow begin."""

    paragraphs: list[Paragraph]
    count: int
    next: int | None = None
    are_more: bool = False


def listed(revision: Revision, begin: int = 0) -> Found:
    """A page of all sentences of a revision, from the one that stands at ``begin`` on."""
    row = placed_blocks(text_blocks(revision.blocks))
    following = (_whole(revision.text, *place) for place in _places(row) if place[0] >= begin)
    taken = list(islice(following, PAGE + 1))
    more = taken[PAGE].start if len(taken) > PAGE else None
    return Found(_gathered(row, taken[:PAGE]), min(len(taken), PAGE), next=more)


def matching(revision: Revision, typed: str) -> Found:
    """The sentences with these words, which may be typed with other quotes, dashes or case.

    They need not stand together; where they do somewhere, only those places count. Where none has
    them to the letter, what `domain.finding` forgives is forgiven.
    """
    typed = typed[:LONGEST_SEARCH]
    row = placed_blocks(text_blocks(revision.blocks))
    every = list(_places(row))
    found = list(islice(_together(every, revision.text, typed), MOST_FOUND + 1))
    found = found or list(islice(_alike(every, revision.text, typed), MOST_FOUND + 1))
    kept = found[:MOST_FOUND]
    return Found(_gathered(row, kept), len(kept), are_more=len(found) > MOST_FOUND)


def _places(row: list[PlacedBlock]) -> Iterator[tuple[int, int]]:
    for span in row:
        for start, end in sentences(span.block.text):
            yield span.start + start, span.start + end


def _together(every: list[tuple[int, int]], text: str, typed: str) -> Iterator[Sentence]:
    """The sentence, or sentences, around each place of the words; each once."""
    done = 0
    for start, end in candidates(text, typed):
        low = every[max(bisect_right(every, start, key=lambda place: place[0]) - 1, 0)][0]
        high = every[max(bisect_left(every, end, key=lambda place: place[0]) - 1, 0)][1]
        if low >= done and low <= start < end <= high <= low + EXACT:
            done = high
            yield Sentence(low, high, Context(text[low:start], text[start:end], text[end:high]))


def _alike(every: list[tuple[int, int]], text: str, typed: str) -> Iterator[Sentence]:
    """The sentences that have the words as well as any has."""
    held = [finding.words(text[start:end]) for start, end in every]
    sought = finding.Sought(typed, chain.from_iterable(held))
    matches = [sought.match(row) for row in held]
    best = min((match.rank for match in matches if match), default=0)
    for (start, end), match in zip(every, matches, strict=True):
        if match and match.rank == best:
            low, high = finding.place(text[start:end], match) or (0, 0)
            yield _marked(text, start, end, start + low, start + high)


def _marked(text: str, start: int, end: int, low: int, high: int) -> Sentence:
    """The sentence at ``[start, end)`` with the words at ``[low, high)``, or without any."""
    if low == high:
        return _whole(text, start, end)
    return Sentence(start, end, Context(text[start:low], text[low:high], text[high:end]))


def _whole(text: str, start: int, end: int) -> Sentence:
    return Sentence(start, end, Context(text[start:end], "", ""))


def _gathered(row: list[PlacedBlock], found: Iterable[Sentence]) -> list[Paragraph]:
    """The sentences by the block that they begin in."""
    numbers, count = [], 0
    for span in row:
        count += span.block.kind == "paragraph"
        numbers.append(count)
    heads = headings([span.block for span in row])
    gathered = []
    for index, run in groupby(found, key=lambda sentence: _first_in_row(row, sentence.start)):
        block, held = row[index].block, list(run)
        if block.cell is None:
            beginning = _beginning(block.text)
            gathered.append(Paragraph(block.kind, numbers[index], beginning, held))
        else:
            gathered.append(_table_row(row, heads, index, held))
    return gathered


def _table_row(
    row: list[PlacedBlock], heads: dict[int, Headings], first: int, held: list[Sentence]
) -> Paragraph:
    """The cells of one row of a table, each with what heads its column."""
    places = [index_at(row, sentence.start) for sentence in held]
    named = next(filter(None, (heads[at].row for at in places)), "")
    cell = row[first].block.cell
    if not named and cell and cell.scope != "col":
        named = one_line(row[first].block.text)
    beginning = _beginning(" · ".join(row[at].block.text for at in dict.fromkeys(places)))
    pairs = zip(held, places, strict=True)
    cells = [replace(sentence, column=heads[at].column) for sentence, at in pairs]
    return Paragraph("cell", 0, beginning, cells, named)


def _first_in_row(row: list[PlacedBlock], offset: int) -> int:
    """The block in which an offset stands; in a table the first of its row."""
    index = index_at(row, offset)
    while index and _is_one_row(row[index - 1].block, row[index].block):
        index -= 1
    return index


def _is_one_row(before: Block, after: Block) -> bool:
    """Whether two cells that follow each other stand in one row."""
    if before.cell is None or after.cell is None or not goes_on(before, after):
        return False
    return before.cell.row == after.cell.row


def _beginning(text: str) -> str:
    line = text[: _BEGINNING + 1].replace("\n", " ")
    if len(line) <= _BEGINNING:
        return line
    return (line.rpartition(" ")[0] or line[:_BEGINNING]) + "…"
