"""What style sheets and style attributes say of words: struck, bold, slanted, raised, lowered.

Programs for writing (Google Docs, Word, Pages) put emphasis into classes that
mean nothing by themselves. Only rules for one class are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from corrections_app.domain.text.body import MarkKind
from corrections_app.sources.html.tree import Node, tags

_RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
_CLASS = re.compile(r"(?:[a-z]+)?\.([\w-]+)")
_GENERATED = re.compile(r"[a-z]\d+", re.IGNORECASE)
_BOLD = re.compile(r"(?<![\w-])font-weight:(?:bold|[6-9]00)")
_NOT_BOLD = re.compile(r"(?<![\w-])font-weight:(?:normal|[1-5]00)")
_ITALIC = re.compile(r"(?<![\w-])font-style:italic")
_MOST = 400_000
_TAGS: dict[str, MarkKind] = {
    **dict.fromkeys(("strong", "b"), "strong"),
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), "em"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
    "sub": "sub",
    "sup": "sup",
    "a": "link",
}
_STYLED = tags("span font")


@dataclass(frozen=True, slots=True)
class Styles:
    """What the classes of a page mean, as far as a text can hold it."""

    rules: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, page: LexborHTMLParser) -> Styles:
        """The rules in a page's ``style`` elements; none for a page with very many."""
        said = "".join(node.text() for node in page.css("style"))
        if len(said) > _MOST or ("line-through" not in said and "font-weight" not in said):
            return cls()
        rules: dict[str, str] = {}
        for selectors, body in _RULE.findall(said):
            style = _compact(body)
            if not any(sign in style for sign in ("line-through", "font-", "vertical-align")):
                continue
            for selector in selectors.split(","):
                if name := _CLASS.fullmatch(selector.strip()):
                    rules[name[1]] = rules.get(name[1], "") + ";" + style
        return cls(rules)

    def strikes(self, node: Node) -> bool:
        """Whether a class of this element means that its words are crossed out."""
        return any("line-through" in rule for rule in self._rules_for(node, generated=False))

    def marks(self, node: Node) -> list[MarkKind]:
        """The marks that an element puts on its words, by its name and by its style."""
        own = _TAGS.get(node.tag)
        style = declared(node) if own or node.tag in _STYLED else ""
        if own:
            plain = own == "strong" and _NOT_BOLD.search(style)
            return [] if plain else [own]
        if node.tag not in _STYLED:
            return []
        style = ";".join([*self._rules_for(node, generated=True), style])
        return list(_emphasis(style)) if style else []

    def _rules_for(self, node: Node, *, generated: bool) -> Iterable[str]:
        if not self.rules or not node.get("class"):
            return ()
        names = node.get("class").split()
        return [
            self.rules[name]
            for name in names
            if name in self.rules and (not generated or _GENERATED.fullmatch(name))
        ]


def declared(node: Node) -> str:
    """An element's own style, small and without blanks."""
    style = node.attrs.get("style")
    return _compact(style) if style else ""


def _compact(style: str) -> str:
    return "".join(style.split()).lower()


def _emphasis(style: str) -> Iterable[MarkKind]:
    if _BOLD.search(style):
        yield "strong"
    if _ITALIC.search(style):
        yield "em"
    if "vertical-align:super" in style:
        yield "sup"
    if "vertical-align:sub" in style:
        yield "sub"
