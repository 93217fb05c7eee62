"""The standfirst and the byline: blocks of an article's text that stand under its headline."""

from __future__ import annotations

from typing import Literal

from corrections_app.domain.bodies.patch import patch
from corrections_app.domain.patching import edits
from corrections_app.domain.text.body import Aside, Block, Body, normalise, placed

Part = Literal["standfirst", "byline"]
_ABOVE: dict[Part, tuple[str, ...]] = {
    "standfirst": ("title",),
    "byline": ("title", "standfirst"),
}


def words_of(body: Body, part: Part) -> str:
    """What the first block of this kind says; empty where there is none."""
    found = (one.text for one in body if isinstance(one, Block) and one.kind == part)
    return next(found, "")


def with_words(body: Body, part: Part, words: str) -> Body:
    """The body with these words there: changed with what is marked in them, added, or gone.

    A line break in them is a blank, as nothing under a headline has several lines.
    """
    words = normalise(words.replace("\n", " "))
    for block, start in placed(body):
        if isinstance(block, Block) and block.kind == part and start is not None:
            if not words:
                return tuple(one for one in body if one is not block)
            return patch(body, edits(block.text, words, start)) if words != block.text else body
    if not words:
        return body
    top = next((at for at, one in enumerate(body) if _kind(one) not in _ABOVE[part]), len(body))
    return (*body[:top], Block(part, words), *body[top:])


def _kind(part: Block | Aside) -> str:
    return part.kind if isinstance(part, Block) else ""
