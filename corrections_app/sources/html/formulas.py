"""Formulas in MathML as a line of text: what stands above or below a line keeps its meaning."""

from __future__ import annotations

from collections.abc import Callable

from corrections_app.sources.html.tree import Node

_UNSPOKEN = str.maketrans("", "", "\u2061\u2062\u2063\u2064")  # signs without a glyph
_GROUPED = frozenset({"mrow", "mstyle", "mpadded", "mphantom"})


def written_out(math: Node) -> None:
    """Write fractions, roots and powers below a ``math`` element on one line."""
    for node in reversed(list(math.walk())):
        parts = node.elements
        node.children = [
            child.translate(_UNSPOKEN).strip() if isinstance(child, str) else child
            for child in node.children
        ]
        written = _WAYS.get(node.tag)
        if written and len(parts) >= written[0]:
            node.children = written[1](parts)
            for child in node.elements:
                child.parent = node
                for part in child.elements:
                    part.parent = child


def _in_brackets(part: Node) -> list[Node | str]:
    """A part that is more than one sign, kept together."""
    signs = [below for below in part.walk() if not below.elements and below.children]
    return ["(", part, ")"] if len(signs) > 1 else [part]


def _fraction(parts: list[Node]) -> list[Node | str]:
    return [*_in_brackets(parts[0]), "/", *_in_brackets(parts[1])]


def _root(parts: list[Node]) -> list[Node | str]:
    return ["√", *(["("] if len(parts) > 1 else []), *_joined(parts)]


def _joined(parts: list[Node]) -> list[Node | str]:
    return [*parts, ")"] if len(parts) > 1 else _in_brackets(parts[0])


def _of_rank(parts: list[Node]) -> list[Node | str]:
    return [Node("sup", children=[parts[1]]), "√", *_in_brackets(parts[0])]


def _raised(parts: list[Node]) -> list[Node | str]:
    return [parts[0], Node("sup", children=[parts[1]])]


def _lowered(parts: list[Node]) -> list[Node | str]:
    return [parts[0], Node("sub", children=[parts[1]])]


def _both(parts: list[Node]) -> list[Node | str]:
    return [*_lowered(parts), Node("sup", children=[parts[2]])]


_WAYS: dict[str, tuple[int, Callable[[list[Node]], list[Node | str]]]] = {
    "mfrac": (2, _fraction),
    "msqrt": (1, _root),
    "mroot": (2, _of_rank),
    "msup": (2, _raised),
    "mover": (2, _raised),
    "msub": (2, _lowered),
    "munder": (2, _lowered),
    "msubsup": (3, _both),
    "munderover": (3, _both),
}
