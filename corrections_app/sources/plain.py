"""Plain text: a blank line separates blocks, and so does a line that is set in from the margin.

A single line break is a blank, or nothing where the script puts none between words. Lines that
begin with a bullet, or are numbered one after the other, are items of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corrections_app.domain.text.body import Block, tidy
from corrections_app.sources.document import Draft
from corrections_app.sources.inline import plain_block

# A line that holds only blanks or signs without a glyph is empty to the eye.
_BLANK_LINE = re.compile(r"\n(?:[\s\u200b-\u200f\u2060\ufeff]*\n)+")
_INDENTED = re.compile(r"\n(?=\u3000)")
# A bullet; a hyphen or an asterisk; a number. Each with a blank behind it.
_SIGN = re.compile(r"[ \t]*(?:([•●▪■◦‣⁃])|([*-])|(\d{1,3})[.)])[ \t\u00a0]+(?=\S)", re.ASCII)
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
            for block in _blocks(paragraph.strip("\u3000 \n")):
                draft.add(block)
    first = draft.parts[0] if draft.parts else None
    if not titled and isinstance(first, Block) and _is_headline(first.text):
        draft.title = Block("title", first.text)
        del draft.parts[0]
    return draft


def _blocks(paragraph: str) -> Iterator[Block | None]:
    """A paragraph, or before and between its items; a line without a sign goes on with its item."""
    lines = paragraph.split("\n")
    begins = _items(lines)
    if not begins:
        yield plain_block("paragraph", paragraph)
        return
    if before := "\n".join(lines[: begins[0]]):
        yield plain_block("paragraph", before)
    for at, until in zip(begins, [*begins[1:], len(lines)], strict=True):
        sign = _SIGN.match(lines[at])
        words = lines[at][sign.end() :] if sign else lines[at]
        block = plain_block("paragraph", "\n".join([words, *lines[at + 1 : until]]))
        number = int(sign[3]) if sign and sign[3] else None
        if block:
            yield Block("list_item", block.text, block.marks, 1, number is not None, number)


def _items(lines: list[str]) -> list[int]:
    """Where items begin: a bullet is a sign alone, a hyphen or a number only beside its like.

    "3. Oktober" on a line of its own is a sentence, and "- Who is there?" may be one.
    """
    signs = [(at, sign) for at, text in enumerate(lines) if (sign := _SIGN.match(text))]
    bullets = [at for at, sign in signs if sign[1]]
    hyphens = [at for at, sign in signs if sign[2]]
    numbers = [(at, int(sign[3])) for at, sign in signs if sign[3]]
    if bullets:
        return bullets
    if len(hyphens) > 1:
        return hyphens
    first = numbers[0][1] if numbers else 0
    in_turn = [number for _, number in numbers] == list(range(first, first + len(numbers)))
    return [at for at, _ in numbers] if len(numbers) > 1 and in_turn else []


def _is_headline(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and not text.rstrip("”’\"')»").endswith(_SENTENCE_ENDS)
