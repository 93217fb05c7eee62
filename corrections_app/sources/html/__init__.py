"""HTML pages: the article's blocks and metadata; all else is dropped, and said so."""

from __future__ import annotations

from collections import Counter
from functools import partial

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Block
from corrections_app.sources.document import Draft
from corrections_app.sources.html.blocks import blocks
from corrections_app.sources.html.cleaning import clean
from corrections_app.sources.html.content import Found, find
from corrections_app.sources.html.metadata import Metadata, metadata, similarity
from corrections_app.sources.html.tree import Node, grow, parse_page, select
from corrections_app.sources.inline import plain_block

_TOP = 4
_SAME_HEADLINE = 0.75


def check_selector(selector: str) -> None:
    """Raise ImportRefused for a malformed CSS selector."""
    select(LexborHTMLParser("<html>"), selector)


def parse(html: str, *, content: str | None = None) -> Draft:
    """The article of a page: its main content, or what the selector ``content`` names.

    Raises ImportRefused when that selector finds nothing, and for a page that
    is built to exhaust the machine.
    """
    page = parse_page(html)
    about = metadata(page)
    found = _chosen(page, content) if content else _main(page, about)
    parts = blocks(found.root, about.base, found.dropped)
    draft = Draft(
        parts=parts,
        title=plain_block("title", about.title or ""),
        byline=about.byline,
        published=about.published,
        lang=about.lang,
        dir=about.dir,
        section=about.section,
        source_url=about.source_url,
        dropped=_said(found.dropped),
    )
    _drop_headline(draft)
    _mark_standfirst(draft, about)
    return draft


def _main(page: LexborHTMLParser, about: Metadata) -> Found:
    body = page.body or page.root
    if body is None:
        raise ImportRefused("is empty: nothing to import")
    return find(partial(grow, body), keep_byline=about.names_writer)


def _chosen(page: LexborHTMLParser, selector: str) -> Found:
    """All that the selector names, less forms, menus and the like."""
    dropped: Counter[str] = Counter()
    root = Node("article")
    for source in _outermost(select(page, selector)):
        root.children.append(grow(source, dropped))
    if not root.children:
        raise ImportRefused(f"--content {selector!r} names nothing in it: check the selector")
    clean(root, dropped, weights=False, conditions=False)
    return Found(root, dropped)


def _outermost(sources: list[LexborNode]) -> list[LexborNode]:
    """The elements that stand in none of the others; both lists are in document order."""
    inside: set[int] = set()
    kept = []
    for source in sources:
        if source.mem_id not in inside:
            kept.append(source)
            inside.update(node.mem_id for node in source.traverse())
    return kept


def _said(dropped: Counter[str]) -> list[str]:
    counted = ", ".join(f"{kind} ({count})" for kind, count in sorted(dropped.items()) if count)
    return [f"Left out: {counted}."] if counted else []


def _drop_headline(draft: Draft) -> None:
    """A heading near the top that repeats the headline is not part of the text."""
    title = draft.title.text if draft.title else ""
    for at, part in enumerate(draft.parts[:_TOP]):
        if (
            isinstance(part, Block)
            and part.kind == "heading"
            and similarity(part.text, title) > _SAME_HEADLINE
        ):
            del draft.parts[at]
            return


def _mark_standfirst(draft: Draft, about: Metadata) -> None:
    """The page's own summary, word for word, on top of the text is the standfirst.

    Above it only a heading may stand, as a kicker does; nothing is moved.
    """
    texts = [part for part in draft.parts if isinstance(part, Block)]
    top = texts[:2] if texts and texts[0].kind == "heading" else texts[:1]
    for part in top if len(texts) > 2 else ():
        if part.kind in ("paragraph", "heading") and part.text in about.summaries:
            at = next(at for at, other in enumerate(draft.parts) if other is part)
            draft.parts[at] = Block("standfirst", part.text, part.marks)
            return
