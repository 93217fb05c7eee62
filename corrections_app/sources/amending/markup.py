"""The letters of HTML, by a reader of its own: tags, comments and what programs read are none."""

from __future__ import annotations

import html

import regex

from corrections_app.sources.amending.positions import Element, Positions, Tag
from corrections_app.sources.html.tree import BLOCKS, tags

_TOKEN = regex.compile(
    r"(?P<text>[^<&]++)"
    r"|(?P<reference>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?)"
    r"|(?P<comment><!--(?:>|->|.*?(?:--!?>|\Z))|<[!?][^>]*+(?:>|\Z))"
    r"|(?P<tag></?(?P<name>[A-Za-z][^\s/>]*+)(?P<attributes>(?:\"[^\"]*+\"|'[^']*+'|[^'\">])*+)>)"
    r"|(?P<unclosed></?[A-Za-z].*)"
    r"|(?P<sign>.)",
    regex.DOTALL,
)
# What they hold is no markup (HTML, section 13.1.2); only the end of the element itself ends it.
_RAW = tags("script style textarea title iframe xmp noembed noframes plaintext")
# An inline element that is gone with its last word; one that is a target of links stays.
_INLINE = tags(
    "a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike "
    "strong sub sup tt u var"
)
_IS_TARGET = regex.compile(r"\b(?:id|name)\s*=", regex.IGNORECASE)


def positions(source: str) -> Positions:
    """Where the letters of a piece of HTML stand in it."""
    reading = _Reading()
    reading.pour(source, 0)
    return reading.found


class _Reading:
    def __init__(self) -> None:
        self.found = Positions()
        self._open: list[tuple[Tag, int]] = []

    def pour(self, source: str, low: int) -> None:
        """Take all letters of the source; it begins at ``low`` of something larger."""
        at = 0
        while at < len(source):
            token = _TOKEN.match(source, at)
            assert token is not None  # the last of its kinds takes any sign
            start, at = low + at, token.end()
            match token.lastgroup:
                case "text" | "sign":
                    self.found.text(token[0], start)
                case "reference":
                    self._reference(token[0], start)
                case "tag":
                    at = self._tag(token, source, start)
                case "unclosed":
                    return
                case _:
                    self.found.tag(start, low + at)

    def _reference(self, said: str, low: int) -> None:
        """A reference as one; what only looks like one, as in "R&D", as it stands."""
        meant = html.unescape(said)
        if meant == said:
            self.found.text(said, low)
        else:
            self.found.unit(meant, low, low + len(said))

    def _tag(self, token: regex.Match[str], source: str, low: int) -> int:
        """Take a tag, and with it what is none of the text; where the source goes on."""
        name, high = token["name"].lower(), low + len(token[0])
        closes = token[0].startswith("</")
        if name == "br":
            self.found.blank(low, high)
            return token.end()
        if name in BLOCKS:
            self.found.border()
            self._open.clear()
        is_word = name in _INLINE and (closes or not _IS_TARGET.search(token["attributes"]))
        tag = self.found.tag(low, high, name if is_word else "", closes=closes)
        if is_word:
            self._pair(tag)
        if name in _RAW and not closes:
            return _after(source, token.end(), name)
        return token.end()

    def _pair(self, tag: Tag) -> None:
        """Join the two tags of an inline element."""
        if not tag.closes:
            self._open.append((tag, len(self.found.tags)))
        elif self._open and self._open[-1][0].word == tag.word:
            opening, since = self._open.pop()
            inside = self.found.tags[since:-1]
            self.found.elements.append(Element(opening, tag, not all(one.word for one in inside)))


def _after(source: str, at: int, name: str) -> int:
    """Where a raw element ends: before its own end tag."""
    end = regex.compile(rf"</{name}(?=[\s/>])", regex.IGNORECASE).search(source, at)
    return end.start() if end else len(source)
