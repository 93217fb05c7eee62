"""What a page says of itself: JSON-LD, Open Graph, meta elements, and plain HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from corrections_app.sources.dates import instant
from corrections_app.sources.links import absolute

_ARTICLE = re.compile(r"(?:.*Article|.*Posting|Report|Review)")
_TITLE_SEPARATOR = re.compile(r"\s+[|\-–—\\/>»·]\s+")
_BY = re.compile(r"by\s+", re.IGNORECASE)
_ALIKE = 0.6

_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title")
_BYLINES = ("author", "article:author", "dc.creator", "dcterm.creator", "parsely-author", "byl")
_SHOWN_BYLINES = (
    '[itemprop~="author"] [itemprop~="name"]',
    '[rel="author"]',
    '[itemprop~="author"]',
    '[class*="byline"]',
)
_DATES = (
    "article:published_time",
    "datepublished",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "pubdate",
    "publishdate",
    "parsely-pub-date",
    "sailthru.date",
    "date",
)
_SUMMARIES = ("og:description", "description", "twitter:description", "dc.description")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about an article; ``published`` is in UTC, ``base`` resolves its links.

    ``names_writer`` tells a byline that the page declares from one that it only shows.
    """

    title: str | None
    byline: str | None
    names_writer: bool
    published: datetime | None
    lang: str | None
    dir: str | None
    section: str | None
    source_url: str | None
    base: str | None
    summaries: tuple[str, ...]


def metadata(page: LexborHTMLParser) -> Metadata:
    """What the page says of itself, the more deliberate source before the other."""
    meta = _meta(page)
    linked = _json_ld(page)
    html = page.css_first("html")
    attrs: Mapping[str, str | None] = html.attributes if html else {}
    address = _address(page, meta, linked)
    writers = _writers(meta, linked)
    direction = (attrs.get("dir") or "").lower()
    return Metadata(
        title=_title(
            page,
            [*_texts(linked, "headline"), *_named(meta, _TITLES)],
            meta.get("og:site_name"),
        ),
        byline=next(iter([*writers, *_shown_writers(page)]), None),
        names_writer=bool(writers),
        published=_published(page, meta, linked),
        lang=attrs.get("lang") or attrs.get("xml:lang") or _language(meta, linked),
        dir=direction if direction in ("ltr", "rtl") else None,
        section=next(
            iter([*_named(meta, ("article:section",)), *_texts(linked, "articleSection")]), None
        ),
        source_url=address,
        base=absolute(_attribute(page, "base[href]", "href"), address) or address,
        summaries=tuple([*_texts(linked, "description"), *_named(meta, _SUMMARIES)]),
    )


def similarity(one: str, other: str) -> float:
    """How much of the longer of two headlines is in both: 0 to 1, by words."""
    first, second = set(_words(one)), set(_words(other))
    return len(first & second) / max(len(first), len(second), 1)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _clean(text: Any) -> str:
    return " ".join(text.split()) if isinstance(text, str) else ""


def _meta(page: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in page.css("meta[content]"):
        attrs = node.attributes
        name = attrs.get("property") or attrs.get("name") or attrs.get("itemprop") or ""
        content = _clean(attrs.get("content"))
        for key in name.lower().split():
            if content:
                found.setdefault(key, content)
    return found


def _named(meta: Mapping[str, str], names: Iterable[str]) -> list[str]:
    return [meta[name] for name in names if name in meta]


def _json_ld(page: LexborHTMLParser) -> list[dict[str, Any]]:
    """The articles described in JSON-LD; whatever is malformed says nothing."""
    found: list[dict[str, Any]] = []
    for script in page.css('script[type="application/ld+json"]'):
        try:
            waiting = [json.loads(script.text() or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, list):
                waiting.extend(reversed(thing))
            elif isinstance(thing, dict):
                waiting.append(thing.get("@graph"))
                if any(_ARTICLE.fullmatch(kind) for kind in _strings(thing.get("@type"))):
                    found.append(thing)
    return found


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in map(_clean, values) if text]


def _texts(linked: Iterable[dict[str, Any]], key: str) -> list[str]:
    return [text for thing in linked for text in _strings(thing.get(key))]


def _attribute(page: LexborHTMLParser, selector: str, name: str) -> str | None:
    node = page.css_first(selector)
    return node.attributes.get(name) if node else None


def _address(
    page: LexborHTMLParser, meta: Mapping[str, str], linked: Iterable[dict[str, Any]]
) -> str | None:
    canonical = _attribute(page, 'link[rel="canonical"]', "href")
    addresses = (
        absolute(url, None) for url in (canonical, meta.get("og:url"), *_texts(linked, "url"))
    )
    return next(filter(None, addresses), None)


def _title(page: LexborHTMLParser, declared: list[str], site: str | None) -> str | None:
    """The headline as the page shows it, where what the page says of itself confirms it.

    A ``<title>`` holds the newspaper's name too, mostly behind the headline,
    and the name may be a heading of rank 1 as well.
    """
    element = page.css_first("title")
    whole = _clean(element.text()) if element else ""
    parts = [part for part in _TITLE_SEPARATOR.split(whole) if part not in ("", site)]
    shown = [text for node in page.css("h1") if (text := _clean(node.text())) and text != site]
    for title in [*declared, *parts]:
        for headline in shown:
            if similarity(headline, title) >= _ALIKE:
                return headline
    if len(shown) == 1 and not declared:
        return shown[0]
    return next(iter([*declared, *_without_site(whole, parts)]), None)


def _without_site(whole: str, parts: list[str]) -> list[str]:
    """The title without the newspaper's name, where it is clear which part that is."""
    named = " | " in whole or whole.count(" - ") == 1 or len(parts) == 1
    clear = named and parts and len(_words(parts[0])) >= max(len(_words(part)) for part in parts)
    return [parts[0]] if clear else [whole] if whole else []


def _writers(meta: Mapping[str, str], linked: Iterable[dict[str, Any]]) -> list[str]:
    names = dict.fromkeys(name for thing in linked for name in _names(thing.get("author")))
    return _names_only([", ".join(names), *_named(meta, _BYLINES)])


def _shown_writers(page: LexborHTMLParser) -> list[str]:
    shown = [_clean(node.text()) for selector in _SHOWN_BYLINES for node in page.css(selector)[:5]]
    return _names_only(shown)


def _names_only(said: Iterable[str]) -> list[str]:
    names = (_BY.sub("", name, count=1) for name in said if "://" not in name)
    return [name for name in names if 0 < len(name) <= 100]


def _names(author: Any) -> Iterator[str]:
    for person in author if isinstance(author, list) else [author]:
        yield from _strings(person.get("name") if isinstance(person, dict) else person)


def _published(
    page: LexborHTMLParser, meta: Mapping[str, str], linked: Iterable[dict[str, Any]]
) -> datetime | None:
    said = [*_texts(linked, "datePublished"), *_named(meta, _DATES)]
    shown = [node.attributes.get("datetime") for node in page.css("time[datetime]")]
    moments = (instant(text) for text in (*said, *shown[:3]))
    return next(filter(None, moments), None)


def _language(meta: Mapping[str, str], linked: Iterable[dict[str, Any]]) -> str | None:
    names = _named(meta, ("content-language", "og:locale", "language"))
    return next(iter([*_texts(linked, "inLanguage"), *names]), None)
