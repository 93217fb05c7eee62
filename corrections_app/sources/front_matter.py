"""The lines on top of a Markdown document that say what it is.

Between two ``---`` lines stand ``key: value`` lines: title, standfirst (or
description), byline (or author), date (or published), lang (or language),
section, source. The simple subset of YAML that such documents use needs no
YAML parser; what is not of this form is reported.
"""

from __future__ import annotations

from collections.abc import Sequence

from corrections_app.domain.text.body import safe_href
from corrections_app.sources.dates import instant
from corrections_app.sources.document import Draft
from corrections_app.sources.inline import plain_block

_KEYS = {"author": "byline", "description": "standfirst", "language": "lang", "published": "date"}
_FIELDS = frozenset({"title", "standfirst", "byline", "date", "lang", "section", "source"})


def take(text: str, draft: Draft) -> str:
    """The text after its front matter, whose fields go into the draft."""
    first, *lines = text.splitlines() or [""]
    if first.rstrip() != "---" or "---" not in (fence := [line.rstrip() for line in lines]):
        return text
    end = fence.index("---")
    fields, unknown = _fields(lines[:end])
    _apply(fields, draft)
    if unknown:
        draft.dropped.append(f"Front matter that has no place here: {', '.join(unknown)}.")
    return "\n".join(lines[end + 1 :])


def _fields(lines: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    fields, unknown = {}, []
    for line in filter(str.strip, lines):
        key, _, value = line.partition(":")
        key = key.strip().lower()
        key = _KEYS.get(key, key)
        if key in _FIELDS:
            fields[key] = _unquoted(value.strip())
        else:
            unknown.append(key)
    return fields, unknown


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _apply(fields: dict[str, str], draft: Draft) -> None:
    draft.title = plain_block("title", fields.get("title", ""))
    draft.standfirst = plain_block("standfirst", fields.get("standfirst", ""))
    draft.byline = fields.get("byline") or None
    draft.section = fields.get("section") or None
    draft.lang = fields.get("lang") or None
    draft.source_url = safe_href(fields.get("source"))
    draft.published = instant(fields.get("date"))
    if fields.get("date") and draft.published is None:
        draft.notes.append(f"Not a date, so not used: {fields['date']!r}.")
