"""What Ghost stores of a post: a tree of Lexical nodes, as JSON, beside title and excerpt.

Paragraphs, headings, quotations, lists, code and pictures are text. All other cards (HTML,
callouts, toggles, bookmarks…) are furniture: their words are not this article's to correct.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Aside, AsideRole, Block
from corrections_app.sources import html
from corrections_app.sources.document import Draft
from corrections_app.sources.html.blocks.loose import with_captions
from corrections_app.sources.inline import plain_block
from corrections_app.sources.left_out import LeftOut
from corrections_app.sources.links import absolute
from corrections_app.sources.posts.wordpress import words_of

Node = Mapping[str, Any]

_DEEPEST = 40
# The bits of a text node's format (Lexical, IS_BOLD and so on).
_FORMATS = ((1, "strong"), (2, "em"), (4, "s"), (16, "code"), (32, "sub"), (64, "sup"))
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NOT_SHOWN = frozenset({"paywall", "email", "email-cta"})
_ROLES: dict[str, AsideRole] = {
    "bookmark": "related",
    "embed": "embed",
    "video": "embed",
    "audio": "embed",
    "html": "embed",
}
_WORDS = ("title", "heading", "calloutText", "content", "markdown", "caption", "buttonText")


def parse(fields: Mapping[str, str], address: str | None) -> Draft:
    """The article of a post's ``title``, ``custom_excerpt`` and ``lexical``.

    Raises ImportRefused for what is no such tree.
    """
    out, manner = LeftOut(), html.Manner(address)
    draft = Draft(
        title=plain_block("title", fields["title"]),
        standfirst=plain_block("standfirst", fields["custom_excerpt"]),
    )
    draft.parts = list(_Reading(manner, out).parts(_children(_tree(fields["lexical"]))))
    draft.dropped = out.sentences()
    return draft


def _tree(text: str) -> Node:
    try:
        root = json.loads(text)["root"]
        _check_depth(root)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ImportRefused(
            "is stored in no form known here: open and save it once in Ghost's editor"
        ) from None
    return root


def _check_depth(root: Node) -> None:
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > _DEEPEST or not isinstance(node, dict):
            raise ValueError
        waiting.extend((child, depth + 1) for child in _children(node))


def _children(node: Node) -> list[Node]:
    found = node.get("children") or []
    if not isinstance(found, list):
        raise ValueError
    return found


class _Reading:
    """Nodes that are text gather as HTML, which is read by the reader of every other HTML."""

    def __init__(self, manner: html.Manner, out: LeftOut) -> None:
        self._manner, self._out = manner, out
        self._gathered: list[str] = []

    def parts(self, nodes: list[Node]) -> Iterator[Block | Aside]:
        """The blocks and the furniture of these nodes."""
        for node in nodes:
            kind = kind_of(node)
            if kind in _RENDERERS:
                self._gathered.append(_RENDERERS[kind](node))
            elif kind in _NOT_SHOWN:
                self._out.note("marks that are not text", kind)
            else:
                yield from self._read()
                yield _furniture(node, kind, self._manner.base)
        yield from self._read()

    def _read(self) -> list[Block | Aside]:
        page, self._gathered = "".join(self._gathered), []
        return html.fragment(with_captions(page), self._manner, self._out).parts if page else []


def kind_of(node: Node) -> str:
    """What a node is; later versions of Ghost name it otherwise."""
    return str(node.get("type", "")).removeprefix("extended-")


def _furniture(node: Node, kind: str, base: str | None) -> Aside:
    lines = [line for name in _WORDS for line in words_of(str(node.get(name) or "")).splitlines()]
    href = absolute(str(node.get("url") or node.get("src") or ""), base)
    return Aside(_ROLES.get(kind, "note"), tuple(filter(None, map(str.strip, lines))), href)


def _inline(nodes: list[Node]) -> str:
    pieces = []
    for node in nodes:
        match kind_of(node):
            case "linebreak":
                pieces.append("<br>")
            case "link" | "autolink" | "at-link":
                href = escape(str(node.get("url") or ""))
                pieces.append(f'<a href="{href}">{_inline(_children(node))}</a>')
            case _ if "text" in node:
                pieces.append(_formatted(str(node["text"]), node.get("format")))
            case _:
                pieces.append(_inline(_children(node)))
    return "".join(pieces)


def _formatted(text: str, bits: Any) -> str:
    words = escape(text, quote=False)
    for bit, tag in _FORMATS if isinstance(bits, int) else ():
        if bits & bit:
            words = f"<{tag}>{words}</{tag}>"
    return words


def _as(tag: str) -> Callable[[Node], str]:
    return lambda node: f"<{tag}>{_inline(_children(node))}</{tag}>"


def _heading(node: Node) -> str:
    tag = node.get("tag")
    return _as(tag if isinstance(tag, str) and tag in _HEADINGS else "h2")(node)


def _list(node: Node) -> str:
    tag = "ol" if node.get("listType") == "number" else "ul"
    start = node.get("start")
    first = f' start="{start}"' if tag == "ol" and isinstance(start, int) and start > 1 else ""
    return f"<{tag}{first}>{''.join(map(_item, _children(node)))}</{tag}>"


def _item(node: Node) -> str:
    """An item; a list below it stands in an item of its own that has no words."""
    parts = "".join(
        _list(child) if kind_of(child) == "list" else _inline([child]) for child in _children(node)
    )
    return f"<li>{parts}</li>"


def _code(node: Node) -> str:
    # HTML drops a line end right after the tag.
    return f"<pre>\n{escape(str(node.get('code') or ''), quote=False)}</pre>"


def _image(node: Node) -> str:
    src, alt = (escape(str(node.get(name) or "")) for name in ("src", "alt"))
    caption = str(node.get("caption") or "")
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><img src="{src}" alt="{alt}">{below}</figure>'


def _gallery(node: Node) -> str:
    images = node.get("images")
    shown = "".join(_image(one) for one in images or () if isinstance(one, dict))
    caption = str(node.get("caption") or "")
    return shown + (f"<figure><figcaption>{caption}</figcaption></figure>" if caption else "")


_RENDERERS: dict[str, Callable[[Node], str]] = {
    "paragraph": _as("p"),
    "aside": _as("blockquote"),
    "quote": _as("blockquote"),
    "heading": _heading,
    "list": _list,
    "codeblock": _code,
    "image": _image,
    "gallery": _gallery,
    "horizontalrule": lambda _: "",
}
