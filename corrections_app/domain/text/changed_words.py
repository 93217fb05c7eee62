"""Which words of a text a change put there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import regex

from corrections_app.domain.text.edits import Edit

_LAST_WORD = regex.compile(r"\S+(?=\s*$)")
_FIRST_WORD = regex.compile(r"\S+")
_NEAR = 200
"""Code points within which the word beside a place is looked for."""


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
