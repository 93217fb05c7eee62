"""What reading an outside document asks for, and what it yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from corrections_app.domain.text.body import Aside, Block, Body, text_blocks, title_of
from corrections_app.sources.pictures import Beside, Pictures


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator says about a document; it beats what the document says of itself.

    Each pattern must match the whole text of a block. ``published`` is an ISO
    8601 or RFC 5322 date. ``content`` is a CSS selector of the element that
    holds the article, for HTML. ``zone`` is the newsroom's: there a date stands
    that names none.
    """

    title: str | None = None
    section: str | None = None
    byline: str | None = None
    published: str | None = None
    lang: str | None = None
    aside: tuple[str, ...] = ()
    aside_between: tuple[tuple[str, str], ...] = ()
    drop: tuple[str, ...] = ()
    content: str | None = None
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Document:
    """An article as it came from outside: blocks, and what is known about them.

    ``dropped`` says in sentences what was left out, ``notes`` what was assumed
    and which options had no effect. ``published`` is aware and in UTC.
    ``external_id`` is what the program it comes from knows it by, and ``name``
    what that calls it in its address. ``pictures`` has the bytes of those in the body.
    """

    body: Body
    byline: str | None
    published: datetime | None
    lang: str
    dir: str
    section: str | None
    source_url: str | None
    dropped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    external_id: str | None = None
    name: str | None = None
    pictures: Pictures = field(default_factory=lambda: Pictures(Beside(None)), compare=False)

    @property
    def title(self) -> str:
        """The headline, which is the first block of the body."""
        return title_of(self.body)

    @property
    def standfirst(self) -> str | None:
        """The summary under the headline, where the article has one."""
        blocks = (block.text for block in text_blocks(self.body) if block.kind == "standfirst")
        return next(blocks, None)


@dataclass(slots=True)
class Draft:
    """A document while it is being read; every parser fills one."""

    parts: list[Block | Aside] = field(default_factory=list)
    title: Block | None = None
    standfirst: Block | None = None
    byline: str | None = None
    published: datetime | None = None
    lang: str | None = None
    dir: str | None = None
    section: str | None = None
    source_url: str | None = None
    external_id: str | None = None
    name: str | None = None
    dropped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, part: Block | Aside | None) -> None:
        """Put a part at the end; nothing is nothing."""
        if part is not None:
            self.parts.append(part)
