"""Changing the words of a body, block by block: kinds, marks and furniture come along.

The one law: the canonical text of a patched body is its canonical text spliced
by the widened edits, and every block of it is canonical.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corrections_app.domain.errors import Invalid
from corrections_app.domain.layout import Shift, Span, index_at, spans
from corrections_app.domain.patching import Edit, inverse, widen_all
from corrections_app.domain.rebuilding import Rebuilding
from corrections_app.domain.text import Block, Body, canonical_text, text_blocks


def patch(body: Body, edits: Sequence[Edit]) -> Body:
    """The body with the edits made, each widened first (`widened` says to what).

    ``edits`` are in order and do not overlap. Raises `Invalid` when the
    headline would go.
    """
    done = Rebuilding(body, widened(body, edits))
    if done.loses_title():
        raise Invalid("The headline cannot be removed.")
    return done.body()


def widened(body: Body, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """What `patch` really does: the edits to record, to shift places over, and to undo."""
    return widen_all(canonical_text(body), edits, verbatim(body))


def revert(body: Body, edits: Sequence[Edit], before: Body = (), made: Sequence[Edit] = ()) -> Body:
    """The body with an earlier patch taken back, to the letter.

    ``edits`` are its inverse (`patching.inverse`), where they stand today;
    ``made`` the widened edits themselves and ``before`` the body they were
    made in: blocks that nobody touched since come back as they were there,
    kind and marks included. Raises `Invalid` when what comes of it is no
    canonical body.
    """
    done = Rebuilding(body, edits)
    if before:
        _bring_back(done, edits, before, made)
    return done.body()


def verbatim(body: Body) -> tuple[tuple[int, int], ...]:
    """Where the preformatted blocks stand in the canonical text."""
    row = spans(text_blocks(body))
    return tuple((span.start, span.end) for span in row if span.block.kind == "preformatted")


def _bring_back(
    done: Rebuilding, edits: Sequence[Edit], before: Body, made: Sequence[Edit]
) -> None:
    """Gives the blocks that were patched the kinds and marks they had before.

    Kinds, unless they were changed since; marks, unless anything was.
    """
    then = spans(text_blocks(before))
    patched = spans(text_blocks(Rebuilding(before, made).body()))
    undone = inverse(canonical_text(before), made)
    shift = Shift(edits)
    for now, back, edit in zip(edits, undone, made, strict=True):
        start = shift.end(now.start)
        came = _touched(done.new, start, start + len(now.replacement))
        were = [then[index].block for index in _touched(then, edit.start, edit.end)]
        here = [done.old[index].block for index in _touched(done.old, now.start, now.end)]
        there = [patched[index].block for index in _touched(patched, back.start, back.end)]
        if len(came) == len(were) and _kinds(here) == _kinds(there):
            for index, was in zip(came, were, strict=True):
                done.kinds[index] = was
                same = was.text == done.new[index].block.text
                if same and (here == there or done.is_all_new(index)):
                    done.marks[index] = [*was.marks]


def _touched(row: Sequence[Span], start: int, end: int) -> range:
    return range(index_at(row, start), index_at(row, end) + 1)


def _kinds(blocks: Sequence[Block]) -> list[Block]:
    return [replace(block, text="", marks=()) for block in blocks]
