"""The letters of Markdown, and how words are written in it that look like its signs."""

from __future__ import annotations

import html

import regex

from corrections_app.sources.amending.positions import Positions
from corrections_app.sources.amending.tries import Escape

# Signs that are read as no letter where they mean something; that they do is told by reading.
_TOKEN = regex.compile(
    r"(?P<escaped>\\(?P<sign>[!-/:-@\[-`{-~]))"
    r"|(?P<reference>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<mark>\*+|_+|~~|`+|!?\[|\]\([^()\n]*+\)|\]\[[^\[\]\n]*+\]|\]|</?[A-Za-z][^<>]*+>"
    r"|^[ \t]*+(?:\#{1,6}|>|[-*+]|[0-9]{1,9}[.)])(?=[ \t])|\||\\(?=\n))"
    r"|(?P<text>[^\\&*_~`!\[\]<|\n]++|\n|.)",
    regex.DOTALL | regex.MULTILINE,
)
_SIGNS = regex.compile(r"[\\`*_{}\[\]()<>#+\-.!|~&:=]")
_FEW = regex.compile(r"[\\`*_\[\]<&~|]")


def with_signs(source: str) -> Positions:
    """Where the letters of a document stand in it, its signs left out."""
    found = Positions()
    for token in _TOKEN.finditer(source):
        low, high = token.span()
        if token["text"] is not None:
            found.text(token[0], low)
        elif token["escaped"]:
            found.unit(token["sign"], low, high)
        elif token["reference"] and html.unescape(token[0]) != token[0]:
            found.unit(html.unescape(token[0]), low, high)
        elif token["reference"]:
            found.text(token[0], low)
        else:
            found.tag(low, high)
    return found


def _as_it_is(words: str) -> str:
    return words


def _with_few(words: str) -> str:
    """Signs that mean something within a line."""
    return _FEW.sub(r"\\\g<0>", words)


def _with_all(words: str) -> str:
    """Every sign that may mean something, at the beginning of a line too."""
    return _SIGNS.sub(r"\\\g<0>", words)


def _with_references(words: str) -> str:
    """As references, which mean nothing but themselves in prose."""
    return "".join(f"&#{ord(sign)};" if _SIGNS.match(sign) else sign for sign in words)


def _quoted_twice(words: str) -> str:
    """Within quotation marks of front matter."""
    return words.replace("\\", "\\\\").replace('"', '\\"')


def _quoted_once(words: str) -> str:
    """Within apostrophes of front matter."""
    return words.replace("'", "''")


def _broken(words: str) -> str:
    """With line breaks that stay (CommonMark, section 6.7)."""
    return _with_few(words).replace("\n", "\\\n")


ESCAPES: tuple[Escape, ...] = (
    _as_it_is,
    _with_few,
    _with_all,
    _broken,
    _with_references,
    _quoted_twice,
    _quoted_once,
)
