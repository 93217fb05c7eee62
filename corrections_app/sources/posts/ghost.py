"""Ghost's export: every post of a site in one JSON file, as its tables hold them.

Its tables are documented only by what Ghost writes (ghost/core, `data/exporter`): ``posts`` with
``lexical`` since version 5, before that with ``mobiledoc`` and the ``html`` made of it; and beside
them ``users``, ``tags`` and the two tables that join them, each with its ``sort_order``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import safe_href
from corrections_app.sources import html
from corrections_app.sources.dates import instant
from corrections_app.sources.document import Draft, Options
from corrections_app.sources.html.blocks.loose import with_captions
from corrections_app.sources.inline import plain_block
from corrections_app.sources.languages import language
from corrections_app.sources.left_out import LeftOut
from corrections_app.sources.posts import lexical
from corrections_app.sources.posts.entry import Entry

_SITE = "__GHOST_URL__"
"""What Ghost writes for its own address, which the export does not hold."""

Row = Mapping[str, Any]


def entries(text: str, options: Options) -> Iterator[Entry]:
    """Every post in the order of the file. Raises ImportRefused for what is no such export."""
    tables = _tables(text)
    posts = _rows(tables, "posts")
    if not posts:
        raise ImportRefused("is an export without posts: nothing to import")
    joined = _Joined(tables)
    for post in posts:
        name = _text(post, "title") or _text(post, "slug") or "a post without a title"
        why = _passed_over(post)
        if why:
            yield Entry(name, None, why, passed_over=True)
            continue
        try:
            yield Entry(name, _draft(post, joined, options))
        except ImportRefused as refused:
            yield Entry(name, None, refused.message)


def _tables(text: str) -> Row:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise ImportRefused(f"is not well-formed JSON ({wrong}): export it again") from None
    found = said.get("db") if isinstance(said, dict) else None
    whole = found[0] if isinstance(found, list) and found else said
    tables = whole.get("data") if isinstance(whole, dict) else None
    if not isinstance(tables, dict) or "posts" not in tables:
        raise ImportRefused("is JSON of another kind: export from Ghost, under Settings, Export")
    return tables


def _rows(tables: Row, name: str) -> list[Row]:
    found = tables.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _text(row: Row, name: str) -> str:
    found = row.get(name)
    return found.strip() if isinstance(found, str) else ""


def _passed_over(post: Row) -> str:
    if _text(post, "status") != "published":
        return f"is not published ({_text(post, 'status') or 'draft'})"
    if _text(post, "visibility") not in ("", "public"):
        return f"is not for everybody ({_text(post, 'visibility')})"
    return ""


class _Joined:
    """What other tables say of a post."""

    def __init__(self, tables: Row) -> None:
        self._writers = _by_post(tables, "posts_authors", "author_id", _names(tables, "users"))
        self._tags = _by_post(tables, "posts_tags", "tag_id", _names(tables, "tags"))
        said = {_text(row, "key"): row.get("value") for row in _rows(tables, "settings")}
        self.lang = language(str(said.get("locale") or said.get("lang") or ""))

    def byline(self, post: Row) -> str | None:
        """Who wrote it, in their order."""
        return ", ".join(dict.fromkeys(self._writers.get(str(post.get("id")), ()))) or None

    def section(self, post: Row) -> str | None:
        """Its first tag that readers see; those that begin with # are for the newsroom."""
        tags = self._tags.get(str(post.get("id")), ())
        return next((tag for tag in tags if not tag.startswith("#")), None)


def _names(tables: Row, table: str) -> dict[str, str]:
    return {str(row.get("id")): _text(row, "name") for row in _rows(tables, table)}


def _by_post(tables: Row, table: str, other: str, names: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for row in _rows(tables, table):
        name, order = names.get(str(row.get(other)), ""), row.get("sort_order")
        if name:
            place = order if isinstance(order, int) else 0
            found.setdefault(str(row.get("post_id")), []).append((place, name))
    return {
        post: [name for _, name in sorted(them, key=lambda one: one[0])]
        for post, them in found.items()
    }


def _draft(post: Row, joined: _Joined, options: Options) -> Draft:
    address = safe_href(_text(post, "canonical_url"))
    draft = _read(post, address)
    draft.byline = joined.byline(post)
    draft.section = joined.section(post)
    draft.published = _moment(post.get("published_at"), options)
    draft.lang = joined.lang
    draft.source_url = address
    draft.external_id = str(post.get("id") or "") or None
    draft.name = _text(post, "slug") or None
    return draft


def _read(post: Row, address: str | None) -> Draft:
    """By the tree that the editor stores, or, of before version 5, by the HTML made of its own."""
    stored = _text(post, "lexical").replace(_SITE, "")
    excerpt = _text(post, "custom_excerpt")
    if stored:
        fields = {"title": _text(post, "title"), "custom_excerpt": excerpt, "lexical": stored}
        return lexical.parse(fields, address)
    page, out = _text(post, "html").replace(_SITE, ""), LeftOut()
    if not page:
        raise ImportRefused("has no text here: open and save it once in Ghost's editor")
    read = html.fragment(with_captions(page), html.Manner(address), out, of_site="feed")
    return Draft(
        parts=read.parts,
        title=plain_block("title", _text(post, "title")),
        standfirst=plain_block("standfirst", excerpt) if excerpt else None,
        dropped=out.sentences(),
    )


def _moment(said: Any, options: Options) -> datetime | None:
    """When it was published; of old exports in milliseconds since 1970."""
    if not isinstance(said, int):
        return instant(said, options.zone) if isinstance(said, str) else None
    try:
        return datetime.fromtimestamp(said / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
