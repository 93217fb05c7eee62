"""Plain text: a blank line separates blocks, and so does a line that is set in from the margin.

A single line break is a blank, or nothing where the script puts none between words.
"""

from __future__ import annotations

import re

from corrections_app.domain.text.body import Block, tidy
from corrections_app.sources.document import Draft
from corrections_app.sources.inline import plain_block

# A line that holds only blanks or signs without a glyph is empty to the eye.
_BLANK_LINE = re.compile(r"\n(?:[\s\u200b-\u200f\u2060\ufeff]*\n)+")
_INDENTED = re.compile(r"\n(?=\u3000)")
_LONGEST_TITLE = 150
_SENTENCE_ENDS = (".", "。", "۔", "।", ":", ";", ",")


def parse(text: str, *, titled: bool) -> Draft:
    """The blocks of a text.

    Unless it is ``titled`` from outside, a first block that is short and no
    sentence is its headline.
    """
    draft = Draft()
    for chunk in _BLANK_LINE.split(tidy(text)):
        for paragraph in _INDENTED.split(chunk):
            draft.add(plain_block("paragraph", paragraph.strip("\u3000 \n")))
    first = draft.parts[0] if draft.parts else None
    if not titled and isinstance(first, Block) and _is_headline(first.text):
        draft.title = Block("title", first.text)
        del draft.parts[0]
    return draft


def _is_headline(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and not text.rstrip("”’\"')»").endswith(_SENTENCE_ENDS)
