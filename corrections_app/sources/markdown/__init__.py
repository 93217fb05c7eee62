"""Markdown (CommonMark, tables, strikethrough, footnotes) to blocks.

It is rendered to HTML, and that is read as every other HTML is: so HTML inside
of it means the same, and what is beside the text is the same in both. A fenced
block whose info string is ``aside ROLE`` (ad, related, embed, note) is
furniture, one line for each of its lines. An image is furniture too; its
Markdown title (``![alt](address "title")``) is its caption. `front_matter`
says what may stand on top.
"""

from __future__ import annotations

import regex
from markdown_it import MarkdownIt

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Block
from corrections_app.sources import html
from corrections_app.sources.document import Draft, Options
from corrections_app.sources.left_out import LeftOut
from corrections_app.sources.markdown.front_matter import take
from corrections_app.sources.markdown.notes import Notes
from corrections_app.sources.markdown.rules import outside_code, use

_NESTING = 60
# The parser looks for an end of every opening bracket: time grows with their square.
_MOST_BRACKETS = 20_000
_INDENT = "\u3000"
_HIGHLIGHT = regex.compile(
    r"\{%-?\s*highlight\b[^%]*%\}\n?(.{0,20000}?)\{%-?\s*endhighlight\s*-?%\}", regex.DOTALL
)


def parse(text: str, options: Options) -> Draft:
    """The blocks of a Markdown document and what its front matter says.

    The headline is the front matter's title, else the first heading of rank 1.
    Raises ImportRefused for a text that is built to exhaust the parser.
    """
    if max(text.count("["), text.count("{")) > _MOST_BRACKETS:
        raise ImportRefused(f"has more than {_MOST_BRACKETS:,} brackets: import the article alone")
    draft, out = Draft(), LeftOut()
    text = _HIGHLIGHT.sub(r"```\n\1\n```\n", take(text, draft, options))
    notes = Notes()
    parser = use(_parser(), out, notes)
    text = outside_code(notes.collected(text), out)
    page = parser.render(text) + notes.rendered(parser)
    manner = html.Manner(draft.source_url, draft.lang or "", is_markdown=True)
    read = html.fragment(page, manner, out)
    tops = {id(top) for top in read.tops}
    for part in read.parts:
        if not (isinstance(part, Block) and id(part) in tops and _is_headline(part, draft)):
            draft.add(part)
    draft.dropped.extend(out.sentences())
    return draft


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _NESTING})
    return parser.enable(["table", "strikethrough"])


def _is_headline(block: Block, draft: Draft) -> bool:
    """Whether a heading of rank 1 is the first, or repeats the headline there is."""
    if draft.title is None:
        draft.title = Block("title", block.text, block.marks)
        return True
    return draft.title.text == block.text
