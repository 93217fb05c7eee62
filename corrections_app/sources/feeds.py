"""Exports and feeds to articles: WordPress (WXR), RSS 2.0 and Atom, each post with its full text.

One file holds many articles. A post that cannot be one (a picture, a draft, a
page without words) is named with the reason, and the others come in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import safe_href
from corrections_app.sources import html
from corrections_app.sources.dates import instant
from corrections_app.sources.document import Draft, Options
from corrections_app.sources.html.blocks.loose import with_captions
from corrections_app.sources.inline import plain_block
from corrections_app.sources.languages import language
from corrections_app.sources.left_out import LeftOut
from corrections_app.sources.posts import wordpress
from corrections_app.sources.posts.wordpress import words_of

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ATOM = "{http://www.w3.org/2005/Atom}"
_WP = re.compile(r"\{http://wordpress\.org/export/[\d.]+/\}(\w+)")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_NO_DATE = "0000-00-00"
_KINDS = {"post", "page"}
_WAITS = {"draft", "auto-draft", "pending", "private", "trash", "future", "inherit"}


@dataclass(slots=True)
class _Post:
    """One entry of a feed as it stands there."""

    title: str = ""
    content: str = ""
    summary: str = ""
    link: str = ""
    id: str = ""
    name: str = ""
    writers: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    section: str = ""
    kind: str = "post"
    status: str = "publish"
    lang: str = ""
    is_wordpress: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A post of a feed: what it is called there, and the article, or why it is none."""

    name: str
    draft: Draft | None
    refused: str = ""
    passed_over: bool = False


def entries(text: str, options: Options) -> Iterator[Entry]:
    """Every post in the order of the file.

    Raises ImportRefused for a file that is no feed of a known kind, or not well formed.
    """
    root = _parsed(text)
    if root.tag == f"{_ATOM}feed":
        found = root.findall(f"{_ATOM}entry")
        posts = (_atom(entry, root.get(_XML_LANG, "")) for entry in found)
    elif root.tag.rpartition("}")[2] in ("rss", "RDF"):
        lang = root.findtext("channel/language") or ""
        writers = _writers(root)
        found = [part for part in root.iter() if part.tag.rpartition("}")[2] == "item"]
        posts = (_rss(item, lang, writers) for item in found)
    else:
        raise ImportRefused(
            f"is XML of another kind ({root.tag.rpartition('}')[2]}): "
            "export from WordPress, or save an RSS or Atom feed"
        )
    if not found:
        raise ImportRefused("is a feed without posts: nothing to import")
    for post in posts:
        yield _entry(post, options)


def _parsed(text: str) -> ElementTree.Element:
    # A feed needs no entities of its own; those of a hostile one grow without end.
    if _ENTITY.search(text[:100_000]):
        raise ImportRefused("declares entities of its own: export it without them")
    try:
        return ElementTree.fromstring(_UNSTORABLE.sub("", _DECLARATION.sub("", text, count=1)))
    except (ElementTree.ParseError, ValueError, RecursionError) as wrong:
        raise ImportRefused(f"is not well-formed XML ({wrong}): export it again") from None


def _rss(item: ElementTree.Element, lang: str, people: dict[str, str]) -> _Post:
    post, excerpt = _Post(lang=lang), ""
    for part in item:
        words, wp = (part.text or "").strip(), _WP.fullmatch(part.tag)
        if part.tag == _CONTENT:
            post.content = words
        elif part.tag.endswith("/excerpt/}encoded"):
            excerpt = words
        elif wp:
            _wordpress(post, wp[1], words)
        else:
            _rss_field(post, part, words, people)
    post.content = post.content or ("" if excerpt else post.summary)
    post.summary = excerpt
    return post


def _rss_field(post: _Post, part: ElementTree.Element, words: str, people: dict[str, str]) -> None:
    match part.tag.rpartition("}")[2]:
        case "creator" | "author":
            post.writers.append(people.get(words, words))
        case "date" | "pubDate":
            post.dates.append(words)
        case "category" if part.get("domain") != "post_tag":
            post.section = post.section or words
        case "guid":
            post.id = post.id or words
        case "description":
            post.summary = words
        case "title" | "link" as name:
            setattr(post, name, words)


def _wordpress(post: _Post, name: str, words: str) -> None:
    """What only a WordPress export says; its own number names a post better than its address."""
    post.is_wordpress = True
    match name:
        case "post_id":
            post.id = words
        case "post_name":
            post.name = words
        case "post_type":
            post.kind = words
        case "status":
            post.status = words
        case "post_date_gmt" if not words.startswith(_NO_DATE):
            post.dates.insert(0, f"{words}+00:00")
        case "post_date" if not words.startswith(_NO_DATE):
            post.dates.append(words)


def _atom(entry: ElementTree.Element, lang: str) -> _Post:
    def text(name: str) -> str:
        return (entry.findtext(f"{_ATOM}{name}") or "").strip()

    links = entry.findall(f"{_ATOM}link")
    pages = [link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"]
    category = entry.find(f"{_ATOM}category")
    return _Post(
        title=_markup(entry.find(f"{_ATOM}title")),
        content=_markup(entry.find(f"{_ATOM}content")) or _markup(entry.find(f"{_ATOM}summary")),
        link=next(iter(pages), ""),
        id=text("id"),
        writers=[(name.text or "").strip() for name in entry.findall(f"{_ATOM}author/{_ATOM}name")],
        dates=[text("published"), text("updated")],
        section=category.get("label", category.get("term", "")) if category is not None else "",
        lang=entry.get(_XML_LANG) or lang,
    )


def _markup(part: ElementTree.Element | None) -> str:
    """The HTML of a text construct (RFC 4287, section 3.1): plain, escaped, or as elements."""
    if part is None:
        return ""
    if part.get("type") == "xhtml":
        for node in part.iter():
            node.tag = str(node.tag).rpartition("}")[2]
        return "".join(ElementTree.tostring(child, "unicode", method="html") for child in part)
    words = (part.text or "").strip()
    return words if part.get("type") == "html" else _escaped(words)


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")


def _writers(root: ElementTree.Element) -> dict[str, str]:
    """The names of those who have an account in a WordPress export, by their login."""
    names: dict[str, str] = {}
    for author in root.iter():
        named = _WP.fullmatch(str(author.tag))
        if named is None or named[1] != "author":
            continue
        said = {
            found[1]: (part.text or "").strip()
            for part in author
            if (found := _WP.fullmatch(str(part.tag)))
        }
        if said.get("author_login"):
            names[said["author_login"]] = said.get("author_display_name") or said["author_login"]
    return names


def _entry(post: _Post, options: Options) -> Entry:
    title = words_of(post.title)
    name = title or post.link or post.id or "a post without a title"
    if post.kind not in _KINDS:
        return Entry(name, None, f"is no article but {post.kind}", passed_over=True)
    if post.status in _WAITS:
        return Entry(name, None, f"is not published ({post.status})", passed_over=True)
    try:
        return Entry(name, _draft(post, title, options))
    except ImportRefused as refused:
        return Entry(name, None, refused.message)


def _draft(post: _Post, title: str, options: Options) -> Draft:
    out = LeftOut()
    address = safe_href(post.link)
    manner = html.Manner(address, language(post.lang) or "")
    if post.is_wordpress:
        read = wordpress.content(post.content, manner, out)
    else:
        read = html.fragment(with_captions(post.content), manner, out, of_site="feed")
    standfirst = plain_block("standfirst", words_of(post.summary)) if post.summary else None
    moments = (instant(words, options.zone) for words in post.dates)
    draft = Draft(
        parts=read.parts,
        title=plain_block("title", title),
        standfirst=standfirst,
        byline=", ".join(dict.fromkeys(filter(None, map(words_of, post.writers)))) or None,
        published=next(filter(None, moments), None),
        lang=language(post.lang),
        section=words_of(post.section) or None,
        source_url=address,
        external_id=post.id or None,
        name=post.name or None,
        dropped=out.sentences(),
    )
    return draft
