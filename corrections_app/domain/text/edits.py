"""Edits, and how far one must reach for its result to be canonical.

All offsets are Unicode code points, all ranges half-open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from corrections_app.domain.text.body import SEPARATOR, block_around, normalise, tidy

Ranges = Sequence[tuple[int, int]]

_EMPTY_LINES = re.compile(r"\n(?:[ \t\f\v]*\n)+")
_BLANK = " \n\t\f\v"
_LAST_WORD = regex.compile(r"\S+(?=\s*$)")
_FIRST_WORD = regex.compile(r"\S+")
_NEAR = 200
"""Code points within which the word beside a place is looked for."""
_WORD_AFTER = re.compile(r"[ \n\t\f\v]*[^ \n\t\f\v]*")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """``replacement`` instead of what stands at ``[start, end)``."""

    start: int
    end: int
    replacement: str


def splice(text: str, edits: Sequence[Edit]) -> str:
    """The text with each edit made; they are in order and do not overlap."""
    parts: list[str] = []
    done = 0
    for edit in edits:
        parts += [text[done : edit.start], edit.replacement]
        done = edit.end
    return "".join([*parts, text[done:]])


def splice_within(text: str, start: int, end: int, edits: Sequence[Edit]) -> str:
    """What ``text[start:end]`` becomes by edits of the text that all lie within it."""
    within = [Edit(edit.start - start, edit.end - start, edit.replacement) for edit in edits]
    return splice(text[start:end], within)


def whole_edit(old: str, new: str) -> tuple[Edit, ...]:
    """One edit from the first to the last character that differs; none where nothing does."""
    if old == new:
        return ()
    start = _common_head(old, new)
    behind = _common_head(old[start:][::-1], new[start:][::-1])
    end = len(old) - behind
    return (Edit(start, end, new[start : len(new) - behind]),)


def inverse(text: str, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits that take ``splice(text, edits)`` back to ``text``, byte for byte."""
    found: list[Edit] = []
    shift = 0
    for edit in edits:
        start = edit.start + shift
        found.append(Edit(start, start + len(edit.replacement), text[edit.start : edit.end]))
        shift += len(edit.replacement) - (edit.end - edit.start)
    return tuple(found)


def widen(text: str, edit: Edit, verbatim: Ranges = ()) -> Edit:
    """The smallest edit around ``edit`` whose result is canonical, as ``text`` is.

    Deleting a word takes one blank along, deleting a block one separator; a
    letter and the combining mark after it compose; empty lines in the
    replacement part blocks. ``verbatim`` holds the ranges of preformatted
    blocks, where blanks stay and an empty line keeps one.
    """
    edit = _out_of_separators(text, edit)
    before, after = _window(text, edit)
    head, tail = text[before : edit.start], text[edit.end : after]
    pieces = _pieces(text, edit, head, tail, verbatim)
    if not pieces:
        return _without_block(text, before, after)
    # Kept ends stay within one block each: half a separator is no place for an edit.
    kept = _common_head(head, pieces[0])
    last = pieces[-1] if len(pieces) > 1 else pieces[0][kept:]
    left = _common_head(tail[::-1], last[::-1])
    result = SEPARATOR.join(pieces)
    return Edit(before + kept, after - left, result[kept : len(result) - left])


def widen_all(text: str, edits: Sequence[Edit], verbatim: Ranges = ()) -> tuple[Edit, ...]:
    """Several edits widened; those that come to touch each other become one.

    The edits are in order and do not overlap, and so is what is returned.
    """
    done: list[tuple[Edit, Edit]] = []
    for raw in sorted(edits):
        wide = widen(text, raw, verbatim)
        while done and wide.start <= done[-1][1].end:
            first, _ = done.pop()
            between = text[first.end : raw.start]
            raw = Edit(first.start, raw.end, first.replacement + between + raw.replacement)
            wide = widen(text, raw, verbatim)
        done.append((raw, wide))
    return tuple(wide for _, wide in done)


def _out_of_separators(text: str, edit: Edit) -> Edit:
    """The same change with neither end between the two line breaks of a separator."""
    start, end, replacement = edit.start, edit.end, edit.replacement
    if text[max(start - 1, 0) : start + 1] == SEPARATOR:
        start, replacement = start - 1, "\n" + replacement
    if text[max(end - 1, 0) : end + 1] == SEPARATOR:
        end, replacement = end + 1, replacement + "\n"
    return Edit(start, end, replacement)


def _window(text: str, edit: Edit) -> tuple[int, int]:
    """From the word before an edit to the word after it, within the blocks it touches.

    Further away nothing can change: blanks collapse and letters compose with
    their neighbours only. So the cost is that of the edit, not of the article.
    """
    block_start, block_end = block_around(text, edit.start, edit.end)
    head = text[block_start : edit.start].rstrip(_BLANK)
    before = block_start + max(head.rfind(blank) for blank in _BLANK) + 1
    word = _WORD_AFTER.match(text, edit.end, block_end)
    return before, word.end() if word else block_end


def _pieces(text: str, edit: Edit, head: str, tail: str, verbatim: Ranges) -> list[str]:
    """What stands between ``head`` and ``tail`` afterwards, block by block, none empty."""
    first, last = _is_in(verbatim, edit.start), _is_in(verbatim, edit.end)
    replacement = tidy(edit.replacement)
    if first and last and SEPARATOR not in text[edit.start : edit.end]:
        whole = normalise(head + replacement + tail, preformatted=True)
        return [whole] if whole.strip(_BLANK) else []
    parts = replacement.split(SEPARATOR) if first or last else _EMPTY_LINES.split(replacement)
    modes = [first, *[False] * (len(parts) - 2), last][: len(parts)]
    if len(parts) == 1:
        # A joined block is prose if either was, unless one of them goes without a trace.
        modes = [(first and (last or not tail)) or (last and not head + replacement.strip())]
    parts[0] = head + parts[0]
    parts[-1] += tail
    done = (normalise(part, preformatted=mode) for part, mode in zip(parts, modes, strict=True))
    return [part for part in done if part.strip(_BLANK)]


def _is_in(ranges: Ranges, position: int) -> bool:
    return any(low <= position <= high for low, high in ranges)


def _without_block(text: str, start: int, end: int) -> Edit:
    """Whole blocks go, and with them the separator after them, or that before the last."""
    if end < len(text):
        return Edit(start, end + len(SEPARATOR), "")
    return Edit(max(start - len(SEPARATOR), 0), end, "")


def _common_head(a: str, b: str) -> int:
    if b.startswith(a):
        return len(a)
    most = min(len(a), len(b))
    return next((index for index in range(most) if a[index] != b[index]), most)


def words_put_in(text: str, edits: Iterable[Edit]) -> Iterator[tuple[int, int]]:
    """The ranges of a new text that edits of the one before it put there, in order.

    Where an edit only took words out it is the word before that place, so that no range is
    empty; where nothing stands near there is none.
    """
    grown, last = 0, None
    for edit in edits:
        start = edit.start + grown
        grown += len(edit.replacement) - (edit.end - edit.start)
        span = _words(text, start, start + len(edit.replacement))
        if span is not None and span != last:
            yield span
        last = span


def _words(text: str, start: int, end: int) -> tuple[int, int] | None:
    words = text[start:end]
    if words.strip():
        start += len(words) - len(words.lstrip())
        return start, start + len(words.strip())
    low = max(0, start - _NEAR)
    if before := _LAST_WORD.search(text[low:start]):
        return low + before.start(), low + before.end()
    after = _FIRST_WORD.search(text, end, end + _NEAR)
    return after.span() if after else None
