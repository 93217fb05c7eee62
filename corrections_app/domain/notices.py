"""The house's sentence for what an article said before and says now.

A start, for the person who decides to make better: it names the words, as
newspapers do, and leaves judgement out. Sentences are given in English, with
names to fill in; they are translated where they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from corrections_app.domain.widening import Edit, splice

# More than so many parts, or words, are told as one passage.
_MOST_PARTS = 2
_LONGEST = 300
_LONGEST_WORD = 40
_WORD_BEFORE = re.compile(r"[^\W\d_]+ [^\w\s.]?$")
_WORD_AFTER = re.compile(r"[^\w\s.]? [^\W\d_]+(?!\w)")
_TRIMMED = " \n.,;:!?…"


class Notice(NamedTuple):
    """A sentence, and the words to fill in for ``%(before)s`` and the like."""

    sentence: str
    words: dict[str, str]


GAVE = "An earlier version of this article gave “%(before)s” where it should have said “%(after)s”."
GAVE_TWICE = (
    "An earlier version of this article gave “%(before)s” where it should have said “%(after)s”, "
    "and “%(before2)s” where it should have said “%(after2)s”."
)
HELD = "An earlier version of this article included the words “%(before)s”, which were removed."
LACKED = "An earlier version of this article left out the words “%(after)s”."
SENTENCES = (GAVE, GAVE_TWICE, HELD, LACKED)


def notice(text: str, edits: Sequence[Edit]) -> Notice:
    """The notice for making these edits, in order and apart, in the canonical text.

    The same change at several places is told once.
    """
    parts = list(dict.fromkeys(_parts(text, edits)))
    if len(parts) == _MOST_PARTS and all(before and after for before, after in parts):
        (before, after), (before2, after2) = parts
        return Notice(
            GAVE_TWICE, {"before": before, "after": after, "before2": before2, "after2": after2}
        )
    before, after = parts[0] if len(parts) == 1 else _as_one(text, edits)
    words = {"before": before, "after": after}
    return Notice(GAVE if before and after else HELD if before else LACKED, words)


def _parts(text: str, edits: Sequence[Edit]) -> list[tuple[str, str]]:
    whole = (_with_its_word(text, edit) for edit in edits)
    return [_told(text[edit.start : edit.end], edit.replacement) for edit in whole]


def _with_its_word(text: str, edit: Edit) -> Edit:
    """A bare number with the word before it, or the one after: of "2025" nobody knows of what."""
    if any(map(str.isalpha, text[edit.start : edit.end] + edit.replacement)):
        return edit
    before = _WORD_BEFORE.search(text[max(0, edit.start - _LONGEST_WORD) : edit.start])
    after = _WORD_AFTER.match(text, edit.end, edit.end + _LONGEST_WORD)
    lead, trail = (before[0] if before else ""), (after[0] if after and not before else "")
    start, end = edit.start - len(lead), edit.end + len(trail)
    return Edit(start, end, lead + edit.replacement + trail)


def _as_one(text: str, edits: Sequence[Edit]) -> tuple[str, str]:
    low, high = edits[0].start, edits[-1].end
    passage = text[low:high]
    moved = [Edit(edit.start - low, edit.end - low, edit.replacement) for edit in edits]
    return _told(passage, splice(passage, moved))


def _told(before: str, after: str) -> tuple[str, str]:
    """Both without the blanks and full stops around them, unless these are all that differs."""
    bare = before.strip(_TRIMMED), after.strip(_TRIMMED)
    if bare[0] == bare[1]:
        bare = before.strip(), after.strip()
    return _short(bare[0].replace("\n", " ")), _short(bare[1].replace("\n", " "))


def _short(words: str) -> str:
    if len(words) <= _LONGEST:
        return words
    return words[:_LONGEST].rpartition(" ")[0].rstrip(_TRIMMED) + " …"
