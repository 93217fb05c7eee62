"""The lines on top of a Markdown document that say what it is.

YAML between two ``---`` lines, or TOML between two ``+++`` lines: title,
standfirst (or description), byline (or author), date (or published), lang (or
language), section, source, id. Only keys of the outermost level count; other
keys are reported. What is not well formed, or is no words where words belong,
is refused: a wrong guess would be published.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, time
from typing import Any

import yaml

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import safe_href
from corrections_app.sources.dates import instant
from corrections_app.sources.document import Draft, Options
from corrections_app.sources.inline import plain_block

_KEYS = {
    "author": "byline",
    "authors": "byline",
    "description": "standfirst",
    "language": "lang",
    "published": "date",
}
_FIELDS = frozenset({"title", "standfirst", "byline", "date", "lang", "section", "source", "id"})
_LONGEST = 64_000
_COLON = re.compile(
    r"([A-Za-z_][\w-]*):[ \t]+([^\s\"'\[\]{}>|&*!#%@`,?-][^#]*?:(?:[ \t][^#]*?)?)[ \t]*"
)


class _Words(yaml.SafeLoader):
    """YAML of which every plain value but null is words: no date, number or "No" is guessed."""


_NULL = "tag:yaml.org,2002:null"
_Words.yaml_implicit_resolvers = {
    sign: [(tag, shape) for tag, shape in resolvers if tag == _NULL]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def take(text: str, draft: Draft, options: Options) -> str:
    """The text after its front matter, whose fields go into the draft.

    Raises ImportRefused, with the place, for front matter that cannot be read.
    """
    found, rest = _divided(text)
    if found is not None:
        _apply(_fields(found, draft), draft, options)
    return rest


def is_draft(text: str) -> bool:
    """Whether the program that builds the site would leave this document out.

    Raises ImportRefused as `take` does.
    """
    said = _divided(text)[0] or {}
    found = {str(name).lower(): str(value).lower() for name, value in said.items()}
    return (
        found.get("draft", "false") not in ("false", "no", "0", "")
        or found.get("published") == "false"
        or found.get("status") in ("draft", "hidden")
    )


def _divided(text: str) -> tuple[dict[Any, Any] | None, str]:
    """What stands on top, and the text below; all is text where nothing stands on top."""
    first, *lines = text.splitlines() or [""]
    fence, ends = first.rstrip(), [line.rstrip() for line in lines]
    reader = {"---": _yaml, "+++": _toml}.get(fence)
    closing = next((at for at, end in enumerate(ends) if end == fence or _is_end(fence, end)), None)
    if reader is None or closing is None:
        return None, text
    said = "\n".join(lines[:closing])
    if len(said) > _LONGEST:
        raise ImportRefused(f"has front matter of more than {_LONGEST:,} characters: shorten it")
    found = reader(said)
    return found, text if found is None else "\n".join(lines[closing + 1 :])


def _is_end(fence: str, line: str) -> bool:
    return fence == "---" and line == "..."


def _with_colons(text: str) -> str:
    """The lines, a value of one line with a colon in it between quotation marks.

    "title: The ice: what now" is no YAML, and what everybody writes.
    """
    lines = text.split("\n")
    for at, line in enumerate(lines):
        found = _COLON.fullmatch(line)
        goes_on = at + 1 < len(lines) and lines[at + 1][:1] in (" ", "\t")
        if found and not goes_on:
            lines[at] = f"{found[1]}: '{found[2].replace(chr(39), chr(39) * 2)}'"
    return "\n".join(lines)


def _yaml(text: str) -> dict[Any, Any] | None:
    """What the lines say; None where they are no front matter but text between two rules."""
    try:
        found = yaml.load(_with_colons(text), _Words)
    except (yaml.YAMLError, RecursionError, ValueError) as wrong:
        if not any(line.partition(":")[0].strip().isidentifier() for line in text.splitlines()):
            return None
        mark = getattr(wrong, "problem_mark", None)
        place = f" (line {mark.line + 2})" if mark else ""
        problem = getattr(wrong, "problem", None) or "it is not YAML"
        raise ImportRefused(
            f"has front matter that cannot be read{place}: {problem}; "
            "put a value with a colon or quotation marks in it between quotation marks"
        ) from None
    if isinstance(found, dict):
        return found
    return {} if found is None and not text.strip() and text else None


def _toml(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        raise ImportRefused(f"has front matter that is not TOML: {wrong}") from None


def _fields(found: dict[Any, Any], draft: Draft) -> dict[str, str]:
    fields: dict[str, str] = {}
    unknown = []
    for name, value in found.items():
        key = str(name).strip().lower()
        key = _KEYS.get(key, key)
        if key in _FIELDS:
            fields[key] = fields.get(key) or _words(str(name), value)
        else:
            unknown.append(str(name))
    if unknown:
        draft.dropped.append(f"Front matter that has no place here: {', '.join(unknown)}.")
    return fields


def _words(name: str, value: Any) -> str:
    """A value as words: several as a list with commas, a person by their name."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value).strip()
        case date() | time():
            return value.isoformat()
        case list() if not any(isinstance(entry, list) for entry in value):
            return ", ".join(filter(None, (_words(name, entry) for entry in value)))
        case {"name": str(person)}:
            return person.strip()
    raise ImportRefused(f"has front matter of which {name!r} is no words: write {name}: words")


def _apply(fields: dict[str, str], draft: Draft, options: Options) -> None:
    draft.title = plain_block("title", fields.get("title", ""))
    draft.standfirst = plain_block("standfirst", fields.get("standfirst", ""))
    draft.byline = fields.get("byline") or None
    draft.section = fields.get("section") or None
    draft.lang = fields.get("lang") or None
    draft.external_id = fields.get("id") or None
    draft.source_url = safe_href(fields.get("source"))
    draft.published = instant(fields.get("date"), options.zone)
    if fields.get("date") and draft.published is None:
        draft.notes.append(f"Not a date, so not used: {fields['date']!r}.")
