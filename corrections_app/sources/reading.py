"""One road for every document: refuse, parse, apply the operator's words, finish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Block, Body
from corrections_app.sources import html, markdown, plain
from corrections_app.sources.dates import instant
from corrections_app.sources.document import Document, Draft, Options
from corrections_app.sources.files import read_text
from corrections_app.sources.inline import plain_block
from corrections_app.sources.languages import direction, language
from corrections_app.sources.rules import Rules

_DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class _Format:
    """How one kind of file is parsed, and how many bytes of it are accepted."""

    parse: Callable[[str, Options], Draft]
    limit: int


_PLAIN = _Format(lambda text, options: plain.parse(text, titled=bool(options.title)), 2_000_000)
_MARKDOWN = _Format(lambda text, _: markdown.parse(text), 2_000_000)
_HTML = _Format(lambda text, options: html.parse(text, content=options.content), 8_000_000)
_FORMATS = {
    ".txt": _PLAIN,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
}


def read(path: str | Path, options: Options | None = None) -> Document:
    """The article in a file, its kind told by its ending.

    Raises ImportRefused, with one line that names the file and the remedy,
    for what is not a text of a known kind, too large, empty or without a
    headline, and for options that are malformed.
    """
    path = Path(path)
    try:
        return _read(path, options or Options())
    except ImportRefused as refused:
        name = "".join(char if char.isprintable() else "?" for char in str(path))
        raise ImportRefused(f"{name}: {refused.message}") from None


def _read(path: Path, options: Options) -> Document:
    _check(options)
    rules = Rules.of(options)
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        raise ImportRefused(f"unknown ending: it must be one of {', '.join(_FORMATS)}")
    draft = kind.parse(read_text(path, kind.limit), options)
    if options.content and kind is not _HTML:
        draft.notes.append("--content is for HTML and had no effect.")
    _override(draft, options)
    rules.apply(draft)
    return _finished(draft)


def _check(options: Options) -> None:
    """Refuse values that could never be right, before any file is opened."""
    if options.published and instant(options.published) is None:
        raise ImportRefused(f"--published {options.published!r} is no date: write 2024-02-13")
    if options.lang and language(options.lang) is None:
        raise ImportRefused(f"--lang {options.lang!r} is no language tag: write en, uk, pt-BR…")
    if options.content:
        html.check_selector(options.content)


def _override(draft: Draft, options: Options) -> None:
    draft.title = plain_block("title", options.title or "") or draft.title
    draft.byline = _line(options.byline) or _line(draft.byline)
    draft.section = _line(options.section) or _line(draft.section)
    draft.published = instant(options.published) or draft.published
    if options.lang:
        draft.lang, draft.dir = options.lang, None


def _line(words: str | None) -> str | None:
    return " ".join((words or "").split()) or None


def _finished(draft: Draft) -> Document:
    body = _body(draft)
    lang = language(draft.lang)
    if lang is None:
        lang = _DEFAULT_LANGUAGE
        draft.notes.append(f"No language is named, so it is taken as {lang}: --lang says another.")
    return Document(
        body=body,
        byline=draft.byline,
        published=draft.published,
        lang=lang,
        dir=draft.dir or direction(lang),
        section=draft.section,
        source_url=draft.source_url,
        dropped=tuple(draft.dropped),
        notes=tuple(draft.notes),
    )


def _body(draft: Draft) -> Body:
    """Headline, standfirst and the rest; a headline repeated on top of the text goes."""
    if draft.title is None:
        raise ImportRefused("no title found: give one with --title")
    title = Block("title", draft.title.text, draft.title.marks)
    parts = draft.parts
    if parts and isinstance(parts[0], Block) and parts[0].text == title.text:
        parts = parts[1:]
    if not any(isinstance(part, Block) for part in parts):
        raise ImportRefused("nothing is left to import: check --aside, --drop and --content")
    return tuple(part for part in (title, draft.standfirst, *parts) if part is not None)
