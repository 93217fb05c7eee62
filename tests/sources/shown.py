"""What a document comes to, in the fewest words: for tests that ask only for that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corrections_app.domain.text.body import Aside, Block
from corrections_app.sources import Document, Options, read

Write = Callable[[str, str | bytes], Path]

PROSE = "The ferry left the harbour at noon, as it has for years, and nobody on the quay waved."


def page(inner: str, *, head: str = "", attrs: str = 'lang="en"') -> str:
    """A page whose article has enough words to be found, these last."""
    return (
        f"<!doctype html><html {attrs}><head><meta charset=utf-8><title>Ferry late</title>{head}"
        f"</head><body><article><h1>Ferry late</h1>{f'<p>{PROSE}</p>' * 7}{inner}</article></body>"
    )


def parts(document: Document) -> list[Block | Aside]:
    """All below the headline and the byline, but for the prose of `page`."""
    below = (part for part in document.body[1:] if getattr(part, "kind", "") != "byline")
    return [part for part in below if getattr(part, "text", "") != PROSE]


def texts(document: Document) -> list[str]:
    """The words of the text blocks below the headline."""
    return [part.text for part in parts(document) if isinstance(part, Block)]


def of_page(document: Write, inner: str, **more: str) -> Document:
    """A page read as a stranger's page is, its article found among the rest."""
    return read(document("a.html", page(inner, **more)))


def of_markdown(document: Write, text: str, **options: object) -> Document:
    """A Markdown document with a headline."""
    head = "---\ntitle: Ferry late\nlang: en\n---\n\n"
    return read(document("a.md", head + text), Options(**options))  # type: ignore[arg-type]
