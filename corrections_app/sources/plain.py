"""Plain text: a blank line separates blocks, and a single line break is a blank."""

from __future__ import annotations

import re

from corrections_app.domain.text.body import Block, tidy
from corrections_app.sources.document import Draft
from corrections_app.sources.inline import plain_block

_BLANK_LINE = re.compile(r"\n\s*\n")
_LONGEST_TITLE = 150
_SENTENCE_ENDS = (".", "。", "۔", "।", ":", ";", ",")


def parse(text: str, *, titled: bool) -> Draft:
    """The blocks of a text.

    Unless it is ``titled`` from outside, a first block that is short and no
    sentence is its headline.
    """
    draft = Draft()
    for chunk in _BLANK_LINE.split(tidy(text)):
        draft.add(plain_block("paragraph", chunk))
    first = draft.parts[0] if draft.parts else None
    if not titled and isinstance(first, Block) and _is_headline(first.text):
        draft.title = Block("title", first.text)
        del draft.parts[0]
    return draft


def _is_headline(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and not text.rstrip("”’\"')»").endswith(_SENTENCE_ENDS)
