"""What a site stores of one article, untouched, and the article that it means.

The site's own text is the truth: `Source` keeps it to the letter, so that a change can be made
in it later, and `read_source` reads it by the road of every other document. What parses is
imported by who first needs it, as in `reading`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from corrections_app.domain.bodies.sent import checked
from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Block, safe_href
from corrections_app.sources.document import Document, Draft, Options
from corrections_app.sources.reading import finished

Format = Literal["wordpress", "lexical", "markdown", "html", "blocks"]

MOST = 2_000_000
"""Characters of one article's source, in all its fields."""


@dataclass(frozen=True, slots=True)
class Source:
    """The site's own text of one article, at one moment.

    ``fields`` hold it to the letter, by the site's names for them. ``version`` tells this state
    from others; it is ``settled`` when no later state can have the same one, which is not so
    where a site counts in seconds and this one is not over yet. What the site knows beside the
    text is None where it says nothing.
    """

    id: str
    address: str | None
    version: str
    format: Format
    fields: Mapping[str, str]
    settled: bool = True
    name: str | None = None
    byline: str | None = None
    section: str | None = None
    published: datetime | None = None
    lang: str | None = None


def read_source(source: Source, options: Options) -> Document:
    """The article that a source means. Raises ImportRefused, with the remedy."""
    if sum(map(len, source.fields.values())) > MOST:
        raise ImportRefused(f"has more than {MOST:,} characters")
    draft = _PARSERS[source.format](source, options)
    draft.byline = draft.byline or source.byline
    draft.section = draft.section or source.section
    draft.published = draft.published or source.published
    draft.lang = draft.lang or source.lang
    draft.source_url = safe_href(source.address) or draft.source_url
    draft.external_id, draft.name = source.id, source.name or draft.name
    return finished(draft, options)


def _wordpress(source: Source, _: Options) -> Draft:
    from corrections_app.sources.posts import wordpress

    return wordpress.parse(source.fields, source.address)


def _lexical(source: Source, _: Options) -> Draft:
    from corrections_app.sources.posts import lexical

    return lexical.parse(source.fields, source.address)


def _markdown(source: Source, options: Options) -> Draft:
    from corrections_app.sources import markdown

    return markdown.parse(source.fields["text"], options)


def _html(source: Source, options: Options) -> Draft:
    from corrections_app.sources import html

    return html.parse(source.fields["html"], content=options.content, zone=options.zone)


def _blocks(source: Source, _: Options) -> Draft:
    """Parts as our own JSON tells them: what stands above the text is found by its kind."""
    draft = Draft()
    for part in checked(json.loads(source.fields["blocks"])):
        kind = part.kind if isinstance(part, Block) else "aside"
        if isinstance(part, Block) and kind == "title" and draft.title is None:
            draft.title = part
        elif isinstance(part, Block) and kind == "standfirst" and draft.standfirst is None:
            draft.standfirst = part
        elif isinstance(part, Block) and kind == "byline" and draft.byline is None:
            draft.byline = part.text
        elif kind in ("title", "standfirst", "byline"):
            raise ImportRefused(f"has a second {kind}: each stands once")
        else:
            draft.add(part)
    return draft


_PARSERS: dict[Format, Callable[[Source, Options], Draft]] = {
    "wordpress": _wordpress,
    "lexical": _lexical,
    "markdown": _markdown,
    "html": _html,
    "blocks": _blocks,
}
