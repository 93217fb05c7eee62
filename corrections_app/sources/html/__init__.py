"""HTML pages: the article's blocks and metadata; all else is dropped, and said so."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Block
from corrections_app.sources.document import Draft
from corrections_app.sources.html import programs
from corrections_app.sources.html.beside import is_hidden, set_aside
from corrections_app.sources.html.blocks import Manner, Read, blocks
from corrections_app.sources.html.blocks.loose import put_in_order, with_captions
from corrections_app.sources.html.content import Found, find
from corrections_app.sources.html.content.cleaning import clean
from corrections_app.sources.html.head.bylines import names_in
from corrections_app.sources.html.head.headlines import repeats
from corrections_app.sources.html.head.metadata import Metadata, metadata
from corrections_app.sources.html.styles import Styles
from corrections_app.sources.html.tree import Node, grow, parse_page, select
from corrections_app.sources.inline import plain_block
from corrections_app.sources.left_out import LeftOut, quoted

__all__ = ["Manner", "Origin", "Read", "check_selector", "fragment", "parse"]

Origin = Literal["", "feed", "wordpress"]

_TOP = 4
_LONGEST_KICKER = 4


def check_selector(selector: str) -> None:
    """Raise ImportRefused for a malformed CSS selector."""
    select(LexborHTMLParser("<html>"), selector)


def parse(html: str, *, content: str | None = None, zone: tzinfo = UTC) -> Draft:
    """The article of a page: its main content, or what the selector ``content`` names.

    A date that names no zone is one of ``zone``. Raises ImportRefused when the
    selector finds nothing, and for a page that is built to exhaust the machine.
    """
    page = parse_page(with_captions(html))
    about, styles = metadata(page, zone), Styles.of(page)
    written = programs.is_document(page)
    whole = content or ("body" if written else "")
    found = _chosen(page, whole, styles) if whole else _main(page, about, styles)
    if programs.is_of_docs(page):
        programs.plain_blanks(found.root)
    read = blocks(found.root, Manner(about.base, about.lang or "", styles), found.out)
    draft = Draft(
        parts=read.parts,
        title=plain_block("title", (written and programs.title(page)) or about.title or ""),
        byline=about.byline,
        published=about.published,
        lang=about.lang or programs.language(page),
        dir=about.dir,
        section=about.section,
        source_url=about.source_url,
        dropped=found.out.sentences(),
    )
    _drop_headline(draft, read.tops)
    _drop_byline(draft)
    _mark_standfirst(draft, (programs.subtitle(page),) if written else about.summaries)
    return draft


def fragment(html: str, manner: Manner, out: LeftOut, *, of_site: Origin = "") -> Read:
    """The blocks of a piece of HTML that is all article, with nothing to look for.

    With ``of_site`` it was made by a site: forms and bars for sharing are cut,
    and in what WordPress stores lines and blank lines divide loose text.
    """
    page = parse_page(f"<body>{html}")
    body = page.body
    if body is None:
        return Read([], [])
    root = _grown(body, out, Styles.of(page), always=of_site == "wordpress")
    if of_site:
        clean(root, out, weights=False, conditions=False)
    return blocks(root, manner, out)


def _grown(source: LexborNode, out: LeftOut, styles: Styles, *, always: bool = False) -> Node:
    """The tree of an element with what is beside the text set aside."""
    root = grow(source, out, is_hidden)
    put_in_order(root, always=always)
    set_aside(root, out, styles)
    return root


def _main(page: LexborHTMLParser, about: Metadata, styles: Styles) -> Found:
    body = page.body or page.root
    if body is None:
        raise ImportRefused("is empty: nothing to import")
    return find(lambda out: _grown(body, out, styles), keep_byline=about.names_writer)


def _chosen(page: LexborHTMLParser, selector: str, styles: Styles) -> Found:
    """All that the selector names, less forms, menus and the like."""
    out = LeftOut()
    root = Node("article")
    for source in _outermost(select(page, selector)):
        part = _grown(source, out, styles)
        part.parent = root
        root.children.append(part)
    if not root.children:
        raise ImportRefused(f"--content {selector!r} names nothing in it: check the selector")
    clean(root, out, weights=False, conditions=False)
    return Found(root, out)


def _outermost(sources: list[LexborNode]) -> list[LexborNode]:
    """The elements that stand in none of the others; both lists are in document order."""
    inside: set[int] = set()
    kept = []
    for source in sources:
        if source.mem_id not in inside:
            kept.append(source)
            inside.update(node.mem_id for node in source.traverse())
    return kept


def _drop_headline(draft: Draft, tops: list[Block]) -> None:
    """A heading near the top that repeats the headline is not part of the text."""
    title = draft.title.text if draft.title else ""
    for at, part in enumerate(draft.parts[:_TOP]):
        if (
            isinstance(part, Block)
            and (part.kind == "heading" or part.text == title)
            and repeats(part.text, title, is_top=any(part is top for top in tops))
        ):
            above = draft.parts[:at]
            kickers = [part for part in above if isinstance(part, Block) and _is_kicker(part)]
            if kickers:
                said = quoted([kicker.text for kicker in kickers])
                draft.dropped.append(f"Left out (lines above the headline): {said}.")
            draft.parts[: at + 1] = [part for part in above if part not in kickers]
            return


def _is_kicker(part: Block) -> bool:
    """Whether a line is a few words that lead to a section or a subject, and nothing else."""
    link = next((mark for mark in part.marks if mark.kind == "link"), None)
    whole = link is not None and (link.start, link.end) == (0, len(part.text))
    return whole and part.kind == "paragraph" and len(part.text.split()) <= _LONGEST_KICKER


def _drop_byline(draft: Draft) -> None:
    """A line near the top that says only who wrote it is the byline already, not text.

    Where the article was looked for such a line is cut with what stands around it; in what
    a selector chose it is still there.
    """
    for at, part in enumerate(draft.parts[:_TOP]):
        if (
            isinstance(part, Block)
            and part.kind == "paragraph"
            and draft.byline
            and not any(map(str.isdigit, part.text))
            and names_in(part.text) == draft.byline
        ):
            del draft.parts[at]
            return


def _mark_standfirst(draft: Draft, summaries: tuple[str, ...]) -> None:
    """The page's own summary, word for word, on top of the text is the standfirst.

    Above it only a heading may stand, as a kicker does; nothing is moved.
    """
    texts = [part for part in draft.parts if isinstance(part, Block)]
    top = texts[:2] if texts and texts[0].kind == "heading" else texts[:1]
    for part in top if len(texts) > 2 else ():
        if part.kind in ("paragraph", "heading") and part.text in summaries:
            at = next(at for at, other in enumerate(draft.parts) if other is part)
            draft.parts[at] = Block("standfirst", part.text, part.marks)
            return
