"""What a page says of itself: JSON-LD, Open Graph, meta elements, and plain HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import unescape
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from corrections_app.sources.dates import instant
from corrections_app.sources.html.head.bylines import names_in, shown_writers
from corrections_app.sources.html.head.headlines import ALIKE, flat, headline, similarity
from corrections_app.sources.links import absolute

_ARTICLE = re.compile(r"(?:.*Article|.*Posting|Report|Review)")
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
# Templates wrap what they write so that old browsers, or XML, pass over it.
_WRAPPERS = (("//", ""), ("<![CDATA[", "]]>"), ("<!--", "-->"))
# With its semicolon: what is without one in an address is a parameter.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_TAGS = re.compile(r"</?(?:a|b|br|em|i|mark|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>", re.I)

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
_TITLE_SEPARATOR = re.compile(r"\s+[|\-–—\\/>»·]\s+")
_MOST_TITLES = 10
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


def metadata(page: LexborHTMLParser, zone: tzinfo) -> Metadata:
    """What the page says of itself, the more deliberate source before the other."""
    meta = _meta(page)
    known = _json_ld(page)
    linked = _the_story(page, meta, known)
    html = page.css_first("html")
    attrs: Mapping[str, str | None] = html.attributes if html else {}
    address = _address(page, meta, linked)
    writers = _writers(meta, linked)
    direction = (attrs.get("dir") or "").lower()
    return Metadata(
        title=headline(
            page,
            [*_texts(linked, "headline"), *_named(meta, _TITLES)],
            meta.get("og:site_name"),
        ),
        byline=next(iter([*writers, *_shown_writers(page)]), None),
        names_writer=bool(writers),
        published=_published(page, meta, linked, zone),
        lang=attrs.get("lang") or attrs.get("xml:lang") or _language(meta, linked),
        dir=direction if direction in ("ltr", "rtl") else None,
        section=next(
            iter([*_named(meta, ("article:section",)), *_texts(linked, "articleSection")]), None
        ),
        source_url=address,
        base=absolute(_attribute(page, "base[href]", "href"), address) or address,
        summaries=tuple([*_texts(linked, "description"), *_named(meta, _SUMMARIES)]),
    )


def _clean(text: Any) -> str:
    """Words on one line, unescaped once more: many programs escape what is escaped already."""
    if not isinstance(text, str):
        return ""
    once = _ENTITY.sub(lambda found: unescape(found[0]), _TAGS.sub("", text))
    return _BLANKS.sub(" ", once).strip(" ")


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
    people: dict[str, Any] = {}
    for thing in _things(page):
        if isinstance(thing.get("@id"), str) and "name" in thing:
            people[thing["@id"]] = thing
        if any(_ARTICLE.fullmatch(kind) for kind in _strings(thing.get("@type"))):
            found.append(thing)
    for thing in found:
        thing["author"] = _resolved(thing.get("author"), people)
    return found


def _things(page: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    for script in page.css('script[type="application/ld+json"]'):
        try:
            waiting = [json.loads(_unwrapped(script.text() or ""), strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, list):
                waiting.extend(reversed(thing))
            elif isinstance(thing, dict):
                waiting.append(thing.get("@graph"))
                yield thing


def _unwrapped(script: str) -> str:
    script = script.strip()
    for before, after in _WRAPPERS:
        script = script.removeprefix(before).strip()
        script = script.removesuffix(after).strip().removesuffix("//" if after else "").strip()
    return script


def _resolved(author: Any, people: Mapping[str, Any]) -> Any:
    """Authors who are only referred to, as they are described elsewhere on the page."""
    if isinstance(author, list):
        return [_resolved(each, people) for each in author if not isinstance(each, list)]
    if isinstance(author, dict) and "name" not in author:
        return people.get(str(author.get("@id")), author)
    return author


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


def _the_story(
    page: LexborHTMLParser, meta: Mapping[str, str], things: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Of the stories that a page describes, the one that it is: others are only named there."""
    if len(things) < 2:
        return things
    address = _address(page, meta, ())
    said = [*_named(meta, _TITLES), *_shown_titles(page)]

    def fit(thing: dict[str, Any]) -> tuple[bool, float]:
        entity = thing.get("mainEntityOfPage")
        entity = entity.get("@id") if isinstance(entity, dict) else entity
        own = [*_strings(thing.get("url")), *_strings(entity)]
        headlines = _strings(thing.get("headline")) or _strings(thing.get("name"))
        alike = max((similarity(one, other) for one in headlines for other in said), default=0.0)
        same = address is not None and any(absolute(url, None) == address for url in own)
        return same, alike

    best = max(map(fit, things))
    return [
        thing for thing in things if fit(thing) == best and (best >= (False, ALIKE) or not said)
    ]


def _shown_titles(page: LexborHTMLParser) -> Iterator[str]:
    for node in page.css("h1, title")[:_MOST_TITLES]:
        whole = _clean(node.text())
        yield whole
        yield from _TITLE_SEPARATOR.split(whole)


def _writers(meta: Mapping[str, str], linked: Iterable[dict[str, Any]]) -> list[str]:
    names = dict.fromkeys(name for thing in linked for name in _names(thing.get("author")))
    said = [", ".join(names), *_named(meta, _BYLINES)]
    return [name for name in map(names_in, said) if name]


def _shown_writers(page: LexborHTMLParser) -> list[str]:
    shown = (node for selector in _SHOWN_BYLINES for node in page.css(selector)[:5])
    return [name for name in (shown_writers(flat(node)) for node in shown) if name]


def _names(author: Any) -> Iterator[str]:
    for person in author if isinstance(author, list) else [author]:
        yield from _strings(person.get("name") if isinstance(person, dict) else person)


def _published(
    page: LexborHTMLParser,
    meta: Mapping[str, str],
    linked: Iterable[dict[str, Any]],
    zone: tzinfo,
) -> datetime | None:
    said = [*_texts(linked, "datePublished"), *_named(meta, _DATES)]
    shown = [node.attributes.get("datetime") for node in page.css("time[datetime]")]
    moments = (instant(text, zone) for text in (*said, *shown[:3]))
    return next(filter(None, moments), None)


def _language(meta: Mapping[str, str], linked: Iterable[dict[str, Any]]) -> str | None:
    names = _named(meta, ("content-language", "og:locale", "language"))
    return next(iter([*_texts(linked, "inLanguage"), *names]), None)
