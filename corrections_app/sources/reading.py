"""One road for every document: refuse, parse, apply the operator's words, finish.

What parses is imported by who first needs it: Markdown, HTML and feeds together take a tenth of a
second and five megabytes, and most web processes never read any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Block, Body, canonical_text
from corrections_app.domain.text.numbering import without_implied
from corrections_app.sources import plain
from corrections_app.sources.dates import instant
from corrections_app.sources.document import Document, Draft, Options
from corrections_app.sources.files import read_text
from corrections_app.sources.inline import plain_block
from corrections_app.sources.languages import direction, direction_of, language, language_of
from corrections_app.sources.pictures import Beside, Shelf, found
from corrections_app.sources.posts.entry import Entry
from corrections_app.sources.rules import Rules

_DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class _Format:
    """How one kind of file is parsed, how many bytes of it are accepted, what it says of itself."""

    parse: Callable[[str, Options], Draft]
    limit: int
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One article of a file, or the sentence that says why there is none.

    ``is_file`` tells that it is all that the file holds. What is ``passed_over``
    was never meant to be an article: a picture of an export, a draft.
    """

    name: str
    document: Document | None
    refused: str = ""
    is_file: bool = False
    passed_over: bool = False


def _markdown(text: str, options: Options) -> Draft:
    from corrections_app.sources import markdown

    return markdown.parse(text, options)


def _html(text: str, options: Options) -> Draft:
    from corrections_app.sources import html

    return html.parse(text, content=options.content, zone=options.zone)


_PLAIN = _Format(lambda text, options: plain.parse(text, titled=bool(options.title)), 2_000_000)
_MARKDOWN = _Format(_markdown, 2_000_000)
_HTML = _Format(_html, 8_000_000, declares=True)
_LARGEST_EXPORT = 200_000_000
_FORMATS = {
    ".txt": _PLAIN,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
}
Posts = Callable[[str, Options, Path], Iterator[Entry]]
"""Every post in the text of a file, of which the folder is told."""


def _feed(text: str, options: Options, _: Path) -> Iterator[Entry]:
    from corrections_app.sources import feeds

    return feeds.entries(text, options)


def _ghost(text: str, options: Options, _: Path) -> Iterator[Entry]:
    from corrections_app.sources.posts import ghost

    return ghost.entries(text, options)


def _substack(text: str, options: Options, folder: Path) -> Iterator[Entry]:
    from corrections_app.sources.posts import substack

    return substack.entries(text, options, folder)


_EXPORTS: dict[str, Posts] = {
    ".xml": _feed,
    ".rss": _feed,
    ".atom": _feed,
    ".wxr": _feed,
    ".json": _ghost,
    ".csv": _substack,
}


def read(path: str | Path, options: Options | None = None, shelf: Shelf | None = None) -> Document:
    """The article in a file, its kind told by its ending.

    Its pictures are asked of ``shelf``: by default those in the file's own folder.
    Raises ImportRefused, with one line that names the file and the remedy,
    for what is not a text of a known kind, too large, empty or without a
    headline, and for options that are malformed.
    """
    path = Path(path)
    with _named(path):
        return _read(path, options or Options(), shelf or Beside(path.parent))


def read_all(path: str | Path, options: Options | None = None) -> Iterator[Found]:
    """Every article in a file: one, or all posts of an export or a feed, read one by one.

    Raises ImportRefused as `read` does for the file as a whole; what is wrong
    with one post is said of it, and the others follow.
    """
    path, options = Path(path), options or Options()
    if path.suffix.lower() not in _EXPORTS:
        yield Found(path.name, read(path, options), is_file=True)
        return
    with _named(path):
        yield from _posts(path, options)


def _posts(path: Path, options: Options) -> Iterator[Found]:
    _check(options)
    rules = Rules.of(options)
    ending = path.suffix.lower()
    text = read_text(path, _LARGEST_EXPORT, declares=_EXPORTS[ending] is _feed)
    for entry in _EXPORTS[ending](text, options, path.parent):
        if entry.draft is None:
            yield Found(entry.name, None, entry.refused, passed_over=entry.passed_over)
            continue
        try:
            _override(entry.draft, options)
            rules.apply(entry.draft)
            # Strangers write feeds: they must not guess at the names of pictures here.
            yield Found(entry.name, _finished(entry.draft, Beside(None)))
        except ImportRefused as refused:
            yield Found(entry.name, None, refused.message)


def finished(draft: Draft, options: Options) -> Document:
    """The document of a draft that was filled elsewhere, by the operator's words.

    Raises ImportRefused as `read` does.
    """
    _check(options)
    _override(draft, options)
    Rules.of(options).apply(draft)
    return _finished(draft, Beside(None))


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Put the name of a file before what is said of it."""
    try:
        yield
    except ImportRefused as refused:
        name = "".join(char if char.isprintable() else "?" for char in str(path))
        raise ImportRefused(f"{name}: {refused.message}") from None


def _read(path: Path, options: Options, shelf: Shelf) -> Document:
    _check(options)
    rules = Rules.of(options)
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        if path.is_dir():
            raise ImportRefused("is a folder: name the files in it")
        known = ", ".join([*_FORMATS, *_EXPORTS])
        raise ImportRefused(f"unknown ending: it must be one of {known}")
    draft = kind.parse(read_text(path, kind.limit, declares=kind.declares), options)
    if options.content and kind is not _HTML:
        draft.notes.append("--content is for HTML and had no effect.")
    _override(draft, options)
    rules.apply(draft)
    return _finished(draft, shelf)


def _check(options: Options) -> None:
    """Refuse values that could never be right, before any file is opened."""
    if options.published and instant(options.published) is None:
        raise ImportRefused(f"--published {options.published!r} is no date: write 2024-02-13")
    if options.lang and language(options.lang) is None:
        raise ImportRefused(f"--lang {options.lang!r} is no language tag: write en, uk, pt-BR…")
    if options.content:
        from corrections_app.sources import html

        html.check_selector(options.content)


def _override(draft: Draft, options: Options) -> None:
    draft.title = plain_block("title", options.title or "") or draft.title
    draft.byline = _line(options.byline) or _line(draft.byline)
    draft.section = _line(options.section) or _line(draft.section)
    draft.published = instant(options.published, options.zone) or draft.published
    if options.lang:
        draft.lang, draft.dir = options.lang, None


def _line(words: str | None) -> str | None:
    block = plain_block("paragraph", (words or "").replace("\n", " "))
    return block.text if block else None


def _finished(draft: Draft, shelf: Shelf) -> Document:
    draft.parts, pictures = found(draft.parts, shelf)
    body = _body(draft)
    lang, way = language(draft.lang), draft.dir
    if lang is None:
        text = canonical_text(body)
        lang = language_of(text) or _DEFAULT_LANGUAGE
        way = way or direction_of(text)
        draft.notes.append(f"No language is named, so it is taken as {lang}: --lang says another.")
    return Document(
        body=body,
        byline=draft.byline,
        published=draft.published,
        lang=lang,
        dir=way or direction(lang),
        section=draft.section,
        source_url=draft.source_url,
        dropped=tuple(draft.dropped),
        notes=tuple(draft.notes),
        external_id=draft.external_id,
        name=draft.name,
        pictures=pictures,
    )


def _body(draft: Draft) -> Body:
    """Headline, standfirst, byline and the rest; a headline repeated on top of the text goes."""
    if draft.title is None:
        raise ImportRefused("no title found: give one with --title")
    title = Block("title", draft.title.text, draft.title.marks)
    parts = without_implied(draft.parts)
    if parts and isinstance(parts[0], Block) and parts[0].text == title.text:
        parts = parts[1:]
    if not any(isinstance(part, Block) for part in parts):
        raise ImportRefused("nothing is left to import: check --aside, --drop and --content")
    byline = plain_block("byline", draft.byline or "")
    return tuple(part for part in (title, draft.standfirst, byline, *parts) if part is not None)
