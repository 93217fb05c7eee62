"""Substack's export: a table of posts (``posts.csv``), and beside it the HTML of each.

The texts are in the folder ``posts``, or where the table is, named ``<post_id>.html``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from corrections_app.domain.errors import ImportRefused
from corrections_app.sources import html
from corrections_app.sources.dates import instant
from corrections_app.sources.document import Draft, Options
from corrections_app.sources.files import read_text
from corrections_app.sources.inline import plain_block
from corrections_app.sources.posts.entry import Entry

_LARGEST = 8_000_000
# A number, and most often the name that the post has in its address: no folder, no way out of one.
_ID = re.compile(r"(\d{1,20})(?:\.([\w-]{1,200}))?", re.ASCII)
_NEEDED = {"post_id", "title", "is_published"}
_OTHERS = {"thread", "restack", "note"}

Row = Mapping[str | None, str | list[str] | None]


def entries(text: str, options: Options, folder: Path) -> Iterator[Entry]:
    """Every post in the order of the table, its text read from below ``folder``.

    Raises ImportRefused for what is no such table.
    """
    for row in _rows(text):
        name = _cell(row, "title") or _cell(row, "post_id") or "a post without a title"
        why = _passed_over(row)
        if why:
            yield Entry(name, None, why, passed_over=True)
            continue
        try:
            yield Entry(name, _draft(row, options, folder))
        except ImportRefused as refused:
            yield Entry(name, None, refused.message)


def _rows(text: str) -> list[Row]:
    try:
        table = csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
        if not set(table.fieldnames or ()) >= _NEEDED:
            raise ImportRefused("is a table of another kind: export from Substack (posts.csv)")
        rows: list[Row] = list(table)
    except csv.Error as wrong:
        raise ImportRefused(f"is not well-formed CSV ({wrong}): export it again") from None
    if not rows:
        raise ImportRefused("is an export without posts: nothing to import")
    return rows


def _cell(row: Row, name: str) -> str:
    found = row.get(name)
    return found.strip() if isinstance(found, str) else ""


def _passed_over(row: Row) -> str:
    if _cell(row, "is_published").lower() != "true":
        return "is not published (draft)"
    if _cell(row, "type") in _OTHERS:
        return f"is no article but {_cell(row, 'type')}"
    if _cell(row, "audience") not in ("", "everyone"):
        return f"is not for everybody ({_cell(row, 'audience')})"
    return ""


def _draft(row: Row, options: Options, folder: Path) -> Draft:
    known = _ID.fullmatch(_cell(row, "post_id"))
    if known is None:
        raise ImportRefused("has no number (post_id): export it again")
    draft = html.parse(_page(known[0], folder), content=options.content, zone=options.zone)
    draft.title = plain_block("title", _cell(row, "title"))
    subtitle = _cell(row, "subtitle")
    draft.standfirst = plain_block("standfirst", subtitle) if subtitle else None
    draft.published = instant(_cell(row, "post_date"), options.zone)
    draft.external_id, draft.name = known[1], known[2]
    return draft


def _page(post_id: str, folder: Path) -> str:
    places = [folder / "posts" / f"{post_id}.html", folder / f"{post_id}.html"]
    home = folder.resolve()
    inside = (place for place in places if place.resolve().is_relative_to(home))
    there = next((place for place in inside if place.is_file()), None)
    if there is None:
        raise ImportRefused(f"its text is missing: put posts/{post_id}.html beside the table")
    return read_text(there, _LARGEST, declares=True)
