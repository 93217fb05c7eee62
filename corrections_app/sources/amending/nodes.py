"""The letters of Ghost's Lexical tree, as they stand in its JSON."""

from __future__ import annotations

import json
import json.decoder
import json.scanner
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from corrections_app.sources.amending import markup
from corrections_app.sources.amending.positions import Positions
from corrections_app.sources.posts.lexical import kind_of

_TOKEN = re.compile(
    r'[^"\\]+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.'
)
_INLINE = frozenset({"link", "autolink", "at-link"})
_HOLDERS = _INLINE | {"paragraph", "aside", "quote", "heading", "list", "listitem"}


class _Placed(str):
    """A string of a JSON text that knows where it stands: after its opening quotation mark."""

    low: int
    high: int


class _Decoder(json.JSONDecoder):
    """Reads as `json.loads` does, and notes where every string stands."""

    def __init__(self) -> None:
        super().__init__()
        self.parse_string = _placed
        self.scan_once = json.scanner.py_make_scanner(self)  # type: ignore[attr-defined]


def _placed(source: str, begin: int, strict: bool = True) -> tuple[str, int]:
    words, end = json.decoder.scanstring(source, begin, strict)  # type: ignore[attr-defined]
    found = _Placed(words)
    found.low, found.high = begin, end - 1
    return found, end


@dataclass(frozen=True, slots=True)
class Read:
    """The words of the text nodes, and those of the captions, which are HTML."""

    words: Positions
    captions: Positions


def positions(source: str) -> Read:
    """Where the letters of a tree stand, which was read before and is known to be one."""
    read = Read(Positions(), Positions())
    tree = _Decoder().decode(source)
    for node in _children(tree["root"]):
        _pour(node, source, read)
    return read


def _children(node: Any) -> list[Any]:
    return node.get("children") or []


def _pour(node: Any, source: str, read: Read) -> None:
    kind = kind_of(node)
    if kind == "linebreak":
        read.words.blank(-1, -1, fixed=True)
    elif kind == "codeblock":
        read.words.border()
        _text(node.get("code"), source, read.words)
        read.words.border()
    elif kind in ("image", "gallery"):
        for holder in (*_images(node), node):
            _caption(holder.get("caption"), source, read.captions)
    elif "text" in node:
        _text(node["text"], source, read.words)
    elif kind in _HOLDERS:
        _below(node, source, read)


def _below(node: Any, source: str, read: Read) -> None:
    is_block = kind_of(node) not in _INLINE
    if is_block:
        read.words.border()
    for child in _children(node):
        _pour(child, source, read)
    if is_block:
        read.words.border()


def _images(node: Any) -> Iterator[Any]:
    found = node.get("images")
    return (one for one in found if isinstance(one, dict)) if isinstance(found, list) else iter(())


def _text(words: Any, source: str, found: Positions) -> None:
    if isinstance(words, _Placed):
        for token in _TOKEN.finditer(source, words.low, words.high):
            if token[0].startswith("\\"):
                found.unit(json.loads(f'"{token[0]}"'), *token.span())
            else:
                found.text(token[0], token.start())


def _caption(words: Any, source: str, found: Positions) -> None:
    """The words of HTML that stands in a string: the places in it are moved to the JSON text."""
    if not isinstance(words, _Placed) or not words:
        return
    places = [low for low, _ in _letters(words, source)] + [words.high]
    found.border()
    found.take_in(markup.positions(words), places)
    found.border()


def _letters(words: _Placed, source: str) -> Iterator[tuple[int, str]]:
    """Where every letter of a string begins in the JSON text, and what it is there."""
    for token in _TOKEN.finditer(source, words.low, words.high):
        if token[0].startswith("\\"):
            yield token.start(), token[0]
        else:
            yield from enumerate(token[0], token.start())
