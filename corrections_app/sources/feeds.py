"""Exports and feeds to articles: WordPress (WXR), RSS 2.0 and Atom, each post with its full text.

One file holds many articles. A post that cannot be one (a picture, a draft, a
page without words) is named with the reason, and the others come in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from xml.etree import ElementTree

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Aside, Block, safe_href
from corrections_app.sources import html
from corrections_app.sources.dates import instant
from corrections_app.sources.document import Draft, Options
from corrections_app.sources.html.blocks.loose import with_captions
from corrections_app.sources.inline import plain_block
from corrections_app.sources.languages import language
from corrections_app.sources.left_out import LeftOut
from corrections_app.sources.posts import wordpress
from corrections_app.sources.posts.entry import Entry
from corrections_app.sources.posts.wordpress import words_of

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ATOM = "{http://www.w3.org/2005/Atom}"
_WP = re.compile(r"\{https?://wordpress\.org/export/[\d.]+/\}(\w+)")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
# What may stand before the first element, up to a document type that declares something.
_DECLARES = re.compile(
    r"(?:\s|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE[^>\[]*\[", re.DOTALL | re.IGNORECASE
)
# The names of RSS 2.0, of RSS 1.0 and of Dublin Core; those of others mean something else.
_RSS = re.compile(r"(?:\{http://(?:purl\.org/rss/1\.0/|purl\.org/dc/elements/1\.1/)\})?(\w+)")
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
# RSS 2.0 writes people as "desk@paper.example (Bo Ek)".
_ADDRESS = re.compile(r"[^\s()<>@]{1,200}@[^\s()<>@]{1,200}")
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
    base: str = ""
    id: str = ""
    name: str = ""
    writers: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    section: str = ""
    kind: str = "post"
    status: str = "publish"
    lang: str = ""
    password: str = ""
    footnotes: str = ""
    is_wordpress: bool = False


def entries(text: str, options: Options) -> Iterator[Entry]:
    """Every post in the order of the file.

    Raises ImportRefused for a file that is no feed of a known kind, or not well formed.
    """
    root = _parsed(text)
    read: Callable[[ElementTree.Element], _Post]
    if root.tag == f"{_ATOM}feed":
        found = root.findall(f"{_ATOM}entry")
        read = partial(_atom, feed=root)
    elif root.tag.rpartition("}")[2] in ("rss", "RDF"):
        lang = root.findtext("channel/language") or ""
        writers = _writers(root)
        found = [part for part in root.iter() if part.tag.rpartition("}")[2] == "item"]
        read = partial(_rss, lang=lang, people=writers)
    else:
        raise ImportRefused(
            f"is XML of another kind ({root.tag.rpartition('}')[2]}): "
            "export from WordPress, or save an RSS or Atom feed"
        )
    if not found:
        raise ImportRefused("is a feed without posts: nothing to import")
    for element in found:
        try:
            post = read(element)
        except RecursionError:
            yield Entry("a post", None, "nests elements very deep: close its tags")
        else:
            yield _entry(post, options)


def _parsed(text: str) -> ElementTree.Element:
    # A feed needs no entities of its own; those of a hostile one grow without end.
    if _DECLARES.match(text):
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
        elif wp and wp[1] == "postmeta":
            post.footnotes = _footnotes(part) or post.footnotes
        elif wp:
            _wordpress(post, wp[1], words)
        else:
            _rss_field(post, part, words, people)
    post.content = post.content or ("" if excerpt else post.summary)
    post.summary = excerpt
    return post


def _rss_field(post: _Post, part: ElementTree.Element, words: str, people: dict[str, str]) -> None:
    known = _RSS.fullmatch(part.tag)
    match known[1] if known else "":
        case "creator" | "author":
            post.writers.append(people.get(words) or _person(words))
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


def _person(words: str) -> str:
    """The name of a writer; an address of mail is nobody's name and is not published."""
    return _ADDRESS.sub("", words).strip(' ()<>"')


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
        case "post_password":
            post.password = words
        case "post_date_gmt" if not words.startswith(_NO_DATE):
            post.dates.insert(0, f"{words}+00:00")
        case "post_date" if not words.startswith(_NO_DATE):
            post.dates.append(words)


def _footnotes(meta: ElementTree.Element) -> str:
    """The notes that the block editor keeps beside a post, where this field of it is theirs."""
    said = {str(part.tag).rpartition("}")[2]: part.text or "" for part in meta}
    return said.get("meta_value", "") if said.get("meta_key") == "footnotes" else ""


def _atom(entry: ElementTree.Element, feed: ElementTree.Element) -> _Post:
    """An entry, with the writers of the feed where it names none (RFC 4287, section 4.2.1)."""

    def text(name: str) -> str:
        return (entry.findtext(f"{_ATOM}{name}") or "").strip()

    links = entry.findall(f"{_ATOM}link")
    pages = [link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"]
    category = entry.find(f"{_ATOM}category")
    content = entry.find(f"{_ATOM}content")
    name = f"{_ATOM}author/{_ATOM}name"
    names = entry.findall(name) or entry.findall(f"{_ATOM}source/{name}") or feed.findall(name)
    return _Post(
        title=_markup(entry.find(f"{_ATOM}title")),
        content=_markup(content) or _markup(entry.find(f"{_ATOM}summary")),
        link=next(iter(pages), ""),
        id=text("id"),
        base=content.get(_XML_BASE, "") if content is not None else "",
        writers=[_person((name.text or "").strip()) for name in names],
        dates=[text("published"), text("updated")],
        section=category.get("label", category.get("term", "")) if category is not None else "",
        lang=entry.get(_XML_LANG) or feed.get(_XML_LANG) or "",
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
    try:
        title = words_of(post.title)
    except ImportRefused as refused:
        return Entry(post.link or post.id or "a post", None, f"its title {refused.message}")
    name = title or post.link or post.id or "a post without a title"
    if post.kind not in _KINDS:
        return Entry(name, None, f"is no article but {post.kind}", passed_over=True)
    if post.status in _WAITS:
        return Entry(name, None, f"is not published ({post.status})", passed_over=True)
    if post.password:
        return Entry(name, None, "is for those who know its password", passed_over=True)
    try:
        return Entry(name, _draft(post, title, options))
    except ImportRefused as refused:
        return Entry(name, None, refused.message)


def _leave_out_tail(parts: list[Block | Aside], address: str | None, out: LeftOut) -> None:
    """Leave out the last line by which programs say, in any language, where a post stood first.

    It is a sentence round two links: the post's own address, and the site's.
    """
    last = parts[-1] if parts else None
    if address is None or not isinstance(last, Block) or len(parts) < 2:
        return
    links = [mark.href or "" for mark in last.marks if mark.kind == "link"]
    if (
        links[:1] == [address]
        and len(links) == 2
        and address.startswith(links[1].rstrip("/") + "/")
    ):
        out.note("lines of the feed's program", last.text)
        del parts[-1]


def _draft(post: _Post, title: str, options: Options) -> Draft:
    out = LeftOut()
    address = safe_href(post.link)
    manner = html.Manner(safe_href(post.base) or address, language(post.lang) or "")
    if post.is_wordpress:
        parts = wordpress.content(post.content, manner, out).parts
        parts += wordpress.footnotes(post.footnotes, manner, out)
    else:
        parts = html.fragment(with_captions(post.content), manner, out, of_site="feed").parts
        _leave_out_tail(parts, address, out)
    standfirst = plain_block("standfirst", words_of(post.summary)) if post.summary else None
    moments = (instant(words, options.zone) for words in post.dates)
    draft = Draft(
        parts=parts,
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
