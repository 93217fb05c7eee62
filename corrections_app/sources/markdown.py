"""Markdown (CommonMark and tables) to blocks.

A fenced block whose info string is ``aside ROLE`` (ad, related, embed, note)
is furniture, one line for each of its lines. An image is furniture too; its
Markdown title (``![alt](address "title")``) is its caption. Raw HTML is left
out, but for ``<br>``. `front_matter` says what may stand on top.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import (
    ASIDE_ROLES,
    Aside,
    AsideRole,
    Block,
    BlockKind,
    MarkKind,
    normalise,
)
from corrections_app.sources.document import Draft
from corrections_app.sources.front_matter import take
from corrections_app.sources.inline import Inline, plain_block, preformatted_block
from corrections_app.sources.links import absolute

_NESTING = 60
# The parser looks for an end of every opening bracket: time grows with their square.
_MOST_BRACKETS = 20_000
_BREAKS = ("<br>", "<br/>", "<br />")
_MARKS: dict[str, MarkKind] = {"em_open": "em", "strong_open": "strong"}


def parse(text: str) -> Draft:
    """The blocks of a Markdown document and what its front matter says.

    The headline is the front matter's title, else the first heading of rank 1.
    Raises ImportRefused for a text that is built to exhaust the parser.
    """
    if text.count("[") > _MOST_BRACKETS:
        raise ImportRefused(f"has more than {_MOST_BRACKETS:,} brackets: import the article alone")
    draft = Draft()
    reader = _Reader(draft)
    for token in _parser().parse(take(text, draft)):
        reader.read(token)
    reader.say_what_was_dropped()
    return draft


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _NESTING})
    return parser.enable("table")


@dataclass(slots=True)
class _Reader:
    """Walks the flat list of tokens; knows in which list, quote or table it stands."""

    draft: Draft
    lists: list[bool] = field(default_factory=list)
    quotes: int = 0
    heading: int = 0
    item_begins: bool = False
    rows: list[list[str]] | None = None
    dropped: Counter[str] = field(default_factory=Counter)

    def read(self, token: Token) -> None:
        """Take one token of block level."""
        match token.type:
            case "inline" if self.rows is not None:
                self.rows[-1].append(_plain(token.children or ()))
            case "inline":
                self._inline(token.children or ())
            case "fence" | "code_block":
                self.draft.add(_fence(token))
            case "html_block":
                self.dropped["raw HTML"] += 1
            case "hr":
                self.dropped["dividing lines"] += 1
            case _:
                self._structure(token)

    def say_what_was_dropped(self) -> None:
        if self.dropped:
            kinds = ", ".join(f"{kind} ({count})" for kind, count in self.dropped.items())
            self.draft.dropped.append(f"Left out: {kinds}.")

    def _structure(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self.lists.append(token.type.startswith("ordered"))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self.item_begins = True
            case "blockquote_open" | "blockquote_close":
                self.quotes += token.nesting
            case "heading_open" | "heading_close":
                self.heading = int(token.tag[1]) if token.nesting > 0 else 0
            case _:
                self._table(token)

    def _table(self, token: Token) -> None:
        match token.type:
            case "table_open":
                self.rows = []
            case "tr_open" if self.rows is not None:
                self.rows.append([])
            case "table_close":
                self.draft.add(_table(self.rows or []))
                self.rows = None

    def _inline(self, children: Sequence[Token]) -> None:
        run = Inline()
        images = [image for child in children for image in self._pour(run, child)]
        kind, level, ordered = self._kind()
        block = run.take(kind, level=level, ordered=ordered)
        if block and self._is_headline(block):
            self.draft.title = block
        else:
            self.draft.add(block)
        self.draft.parts.extend(images)

    def _kind(self) -> tuple[BlockKind, int, bool]:
        if self.heading:
            return ("heading", max(2, self.heading), False)
        if self.item_begins:
            self.item_begins = False
            return ("list_item", len(self.lists), self.lists[-1])
        return ("quote" if self.quotes else "paragraph", 0, False)

    def _is_headline(self, block: Block) -> bool:
        """Whether this is the first heading of rank 1, or repeats the headline there is."""
        known = self.draft.title
        return self.heading == 1 and (known is None or known.text == block.text)

    def _pour(self, run: Inline, token: Token) -> Iterator[Block | Aside]:
        """Add one inline token to the run; yields the images that stand in it."""
        match token.type:
            case "image":
                yield from self._image(token)
            case "html_inline":
                self._raw(run, token.content)
            case "softbreak":
                run.text(" ")
            case "hardbreak":
                run.line_break()
            case _:
                self._marked(run, token)

    def _marked(self, run: Inline, token: Token) -> None:
        """Words, and where marks over them begin and end."""
        if token.type == "link_open":
            self._open_link(run, str(token.attrs.get("href", "")))
        elif token.nesting > 0:
            run.open(_MARKS[token.type])
        elif token.nesting < 0:
            run.close()
        elif token.type == "code_inline":
            run.open("code")
            run.text(token.content)
            run.close()
        else:
            run.text(token.content)

    def _raw(self, run: Inline, html: str) -> None:
        if html.lower() in _BREAKS:
            run.line_break()
        else:
            self.dropped["raw HTML"] += 1

    def _open_link(self, run: Inline, address: str) -> None:
        href = absolute(address, self.draft.source_url)
        if href is None:
            self.dropped["links that lead nowhere"] += 1
        run.open("link", href)

    def _image(self, token: Token) -> Iterator[Block | Aside]:
        alt = normalise(_plain(token.children or ()).replace("\n", " "))
        href = absolute(str(token.attrs.get("src", "")), self.draft.source_url)
        if alt or href:
            yield Aside("image", (alt,) if alt else (), href)
        if caption := plain_block("caption", str(token.attrs.get("title", ""))):
            yield caption


def _plain(tokens: Sequence[Token]) -> str:
    """The words of inline tokens, without marks."""
    words = (
        " " if token.type.endswith("break") else token.content
        for token in tokens
        if token.type != "html_inline"
    )
    return "".join(words)


def _fence(token: Token) -> Block | Aside | None:
    name, _, role = token.info.strip().partition(" ")
    if name != "aside" or token.type != "fence":
        return preformatted_block(token.content)
    lines = tuple(filter(None, (normalise(line) for line in token.content.split("\n"))))
    role = role.strip()
    return Aside(cast(AsideRole, role) if role in ASIDE_ROLES else "note", lines)


def _table(rows: list[list[str]]) -> Aside | None:
    lines = (normalise(" · ".join(filter(None, row)).replace("\n", " ")) for row in rows)
    kept = tuple(filter(None, lines))
    return Aside("table", kept) if kept else None
