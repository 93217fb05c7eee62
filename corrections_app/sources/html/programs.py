"""Documents that writing programs export as HTML: Word, Google Docs, LibreOffice.

All of such a page is the article, its footnotes and tables too: there are no menus to
look for. What a web page says in its head stands in the text here, in paragraphs with a name.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from corrections_app.sources.html.head.headlines import flat, line
from corrections_app.sources.html.phrasing import words
from corrections_app.sources.html.tree import Node

_EDGES = re.compile(r"\A\u00a0(?!\u00a0)|(?<!\u00a0)\u00a0\Z")
_GENERATOR = re.compile(r"Microsoft Word|LibreOffice|OpenOffice", re.IGNORECASE)
_TITLES = "p.MsoTitle, h1.MsoTitle, p.title, h1.title"
_SUBTITLES = "p.MsoSubtitle, p.subtitle, h2.subtitle"
_DOCS = "body.doc-content, [class*='lst-kix_'], a[id^='cmnt'], a[id^='ftnt']"


def is_document(page: LexborHTMLParser) -> bool:
    """Whether a writing program made this page, by its own sign."""
    for meta in page.css("meta[name]"):
        attrs = meta.attributes
        if (attrs.get("name") or "").lower() in ("generator", "progid") and _is_program(
            attrs.get("content") or ""
        ):
            return True
    return is_of_docs(page)


def title(page: LexborHTMLParser) -> str:
    """The words of the document's title paragraph, or of its only heading of the first rank."""
    return _first(page, _TITLES) or (_first(page, "h1") if len(page.css("h1")) == 1 else "")


def subtitle(page: LexborHTMLParser) -> str:
    """The words of the document's subtitle."""
    return _first(page, _SUBTITLES)


def plain_blanks(root: Node) -> None:
    """Make blanks of the no-break ones that Google Docs writes where a style begins or ends.

    Inside a run of text they stay: there their author typed them.
    """
    for node in root.walk():
        if node.tag != "span":
            continue
        for at in {0, len(node.children) - 1}:
            text = node.children[at] if node.children else None
            if isinstance(text, str):
                node.children[at] = _EDGES.sub(" ", text)


def language(page: LexborHTMLParser) -> str | None:
    """The language that Word writes on the body, where other pages name it on the root."""
    return page.body.attributes.get("lang") if page.body else None


def _is_program(said: str) -> bool:
    return said == "Word.Document" or _GENERATOR.search(said) is not None


def is_of_docs(page: LexborHTMLParser) -> bool:
    """Google Docs names no program; its pages have no title, and names of its own."""
    return page.css_first("head > title") is None and page.css_first(_DOCS) is not None


def _first(page: LexborHTMLParser, selector: str) -> str:
    said = (line(words(flat(node))) for node in page.css(selector)[:20])
    return next(filter(None, said), "")
