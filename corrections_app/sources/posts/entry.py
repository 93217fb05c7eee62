"""One post of an export or a feed: the article, or why it is none."""

from __future__ import annotations

from dataclasses import dataclass

from corrections_app.sources.document import Draft


@dataclass(frozen=True, slots=True)
class Entry:
    """A post: what it is called there, and the article, or why it is none.

    What is ``passed_over`` was never meant to be an article: a draft, a picture.
    """

    name: str
    draft: Draft | None
    refused: str = ""
    passed_over: bool = False
