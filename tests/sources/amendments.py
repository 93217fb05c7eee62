"""Articles of sites for tests, and what becomes of them when some words become others."""

from __future__ import annotations

from typing import Any

from corrections_app.domain.bodies.patch import patch
from corrections_app.domain.text.body import canonical_text
from corrections_app.domain.text.edits import Edit
from corrections_app.sources import Options, Source, read_source
from corrections_app.sources.amending import amended
from tests.sites.ghost import lexical


def wordpress(
    content: str, title: str = "R&D at the <em>wall</em>", excerpt: str = "In short."
) -> Source:
    """A post of WordPress."""
    fields = {"title": title, "excerpt": excerpt, "content": content}
    return Source("7", "https://news.example/x/", "1", "wordpress", fields, byline="Ann")


def ghost(*nodes: Any, **fields: str) -> Source:
    """A post of Ghost with these nodes."""
    fields = {
        "title": "The wall",
        "custom_excerpt": "In & short",
        "lexical": lexical(*nodes),
    } | fields
    return Source("7", "https://news.example/x/", "1", "lexical", fields, byline="Ann")


def markdown(words: str) -> Source:
    """A file."""
    return Source("a.md", None, "1", "markdown", {"text": words})


def changed(source: Source, old: str, new: str, nth: int = 0) -> dict[str, str]:
    """What becomes of a source when one of several places gets other words."""
    body = read_source(source, Options()).body
    words, at = canonical_text(body), -1
    for _ in range(nth + 1):
        at = words.index(old, at + 1)
    wished = patch(body, [Edit(at, at + len(old), new)])
    done = amended(source, Options(), body, wished)
    assert canonical_text(done.document.body) == canonical_text(wished)
    return dict(done.fields)
