"""What WordPress stores of a post: title, excerpt and content, each as it was typed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from corrections_app.domain.text.body import Aside, Block
from corrections_app.sources import html
from corrections_app.sources.document import Draft
from corrections_app.sources.html.blocks.loose import with_captions
from corrections_app.sources.inline import plain_block
from corrections_app.sources.left_out import LeftOut

_BLOCK = "<!-- wp:"


def parse(fields: Mapping[str, str], address: str | None) -> Draft:
    """The article of a post's ``title``, ``excerpt`` and ``content``."""
    out = LeftOut()
    read = content(fields["content"], html.Manner(address), out)
    return Draft(
        parts=read.parts,
        title=plain_block("title", words_of(fields["title"])),
        standfirst=plain_block("standfirst", words_of(fields["excerpt"])),
        dropped=out.sentences(),
    )


def content(words: str, manner: html.Manner, out: LeftOut) -> html.Read:
    """The blocks of a post's content.

    What the block editor made has its own elements; in what was typed before it, or around it,
    a blank line divides and the end of a line is one (``wpautop``).
    """
    origin: html.Origin = "feed" if _BLOCK in words else "wordpress"
    return html.fragment(with_captions(words), manner, out, of_site=origin)


def footnotes(stored: str, manner: html.Manner, out: LeftOut) -> list[Block | Aside]:
    """The notes of a post, which the block editor stores beside it as JSON, as a numbered list."""
    try:
        notes = json.loads(stored) if stored else []
    except (ValueError, RecursionError):
        notes = None
    if not isinstance(notes, list):
        out.note("footnotes that cannot be read", stored)
        return []
    said = [str(note.get("content") or "") for note in notes if isinstance(note, dict)]
    items = "".join(f"<li>{words}</li>" for words in said)
    return html.fragment(f"<ol>{items}</ol>", manner, out, of_site="feed").parts if said else []


def words_of(words: str) -> str:
    """The words of a title or a name, in which programs leave entities and marks."""
    if "&" not in words and "<" not in words:
        return words.strip()
    read = html.fragment(words, html.Manner(), LeftOut())
    return " ".join(getattr(part, "text", "") for part in read.parts).strip()
