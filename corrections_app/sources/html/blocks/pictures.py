"""Pictures: those that stand for words of a sentence, and those that are furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import regex

from corrections_app.domain.text.body import normalise
from corrections_app.sources.html.blocks.srcset import ranked
from corrections_app.sources.html.phrasing import before_and_after
from corrections_app.sources.html.tree import Node
from corrections_app.sources.links import absolute
from corrections_app.sources.pictures import Wanted

_SOURCES = ("src", "data-src", "data-original", "data-lazy-src", "data-url")
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_TINY = frozenset({"0", "1"})
_GRAPHEME = regex.compile(r"\X")
_WORD_PICTURE = re.compile(
    r"emoji|smiley|emoticon|latex|math|formula|(?:^|[\s_-])tex(?:$|[\s_-])|initial|drop-?cap|glyph",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?:^|;)(?:width|height):(\d+(?:\.\d+)?)(px|em|rem|ex|ch)")
_LARGEST_SIGN = 40  # CSS pixels: no photograph is smaller
_PIXELS = {"px": 1.0, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0}
_LONGEST_WORDS = 60
_NEAR = 40  # elements among which the other one of a pair is looked for
_PLACED = re.compile(
    r"align(?:left|right|center|none)|float|size-(?:large|full|medium)|wp-image|thumb", re.I
)


def picture(node: Node, base: str | None) -> Iterator[Wanted]:
    """The image, unless it is a counting pixel, stands there twice, or nothing is known of it."""
    if node.get("width") in _TINY or node.get("height") in _TINY or _is_double(node, base):
        return
    href, alt, addresses = _address(node, base), _alt(node), _addresses(node)
    if href or alt or addresses:
        is_silent = not alt and "alt" in node.attrs
        yield Wanted("image", (alt,) if alt else (), href, addresses=addresses, is_silent=is_silent)


def stands_for_words(node: Node) -> bool:
    """Whether a picture is a word or sign of its line: an initial, an emoji, a formula."""
    alt = _alt(node)
    if not alt or any(part.tag in ("figure", "picture") for part in node.ancestors()):
        return False
    before, after = before_and_after(node)
    if not any(map(str.isalnum, before + after)):
        return False
    if _WORD_PICTURE.search(f"{node.hints} {node.get('src')}") or _is_small(node):
        return True
    if len(_GRAPHEME.findall(alt)) <= 2 or node.get("role") == "math":
        return True
    inside = any(map(str.isalnum, before)) and any(map(str.isalnum, after))
    return inside and len(alt) <= _LONGEST_WORDS and not _is_placed(node)


def words_of(node: Node) -> str:
    """What a picture says where it stands for words."""
    return _alt(node)


def _alt(node: Node) -> str:
    return normalise(node.get("alt").replace("\n", " "))


def _is_placed(node: Node) -> bool:
    """Whether it is set beside the text, or as large as a picture of its own."""
    sizes = [node.get(name) for name in ("width", "height")]
    large = any(size.isdigit() and int(size) > 3 * _LARGEST_SIGN for size in sizes)
    return large or _PLACED.search(node.hints) is not None or "float:" in node.get("style")


def _is_small(node: Node) -> bool:
    sizes = [node.get(name).removesuffix("px") for name in ("width", "height")]
    style = "".join(node.get("style").split()).lower()
    pixels = [float(size) for size in sizes if size.isdigit()]
    pixels += [float(number) * _PIXELS[unit] for number, unit in _SIZE.findall(style)]
    return bool(pixels) and max(pixels) <= _LARGEST_SIGN


def _address(node: Node, base: str | None) -> str | None:
    found = (absolute(candidate, base) for candidate in _candidates(node))
    return next(filter(None, found), None)


def _addresses(node: Node) -> tuple[str, ...]:
    """Where its bytes may be, the best first: a small copy in the page itself is the last hope.

    The picture's own element comes before the `source` elements beside it, which may show
    something else on narrow screens or in kinds of file that not everyone can draw.
    """
    own = [address for name in _SETS for address in ranked(node.get(name))]
    own += [node.get(name).strip() for name in _SOURCES[1:] + _SOURCES[:1]]
    around = [address for part in _beside(node) for address in ranked(part.get("srcset"))]
    found = dict.fromkeys(address for address in [*own, *around] if address)
    elsewhere = [address for address in found if address[:5].lower() != "data:"]
    return tuple(elsewhere or found)


def _beside(node: Node) -> list[Node]:
    around = node.parent.elements if node.parent and node.parent.tag == "picture" else []
    return [child for child in around if child.tag == "source"]


def _candidates(node: Node) -> Iterator[str]:
    yield from (node.get(name) for name in _SOURCES)
    for source in [node, *_beside(node)]:
        for name in _SETS:
            # The candidates are parted by commas after which a blank may stand; one is enough.
            yield next(iter(source.get(name).strip().lstrip(",").split()), "").rstrip(",")


def _is_double(node: Node, base: str | None) -> bool:
    """Whether this one is only there for want of scripts beside another, or waits for one."""
    if node.parent is None or len(node.parent.children) > _NEAR:
        return False
    around = islice(node.parent.walk(), _NEAR)
    others = [part for part in around if part.tag == "img" and part is not node]
    if "data-spare" in node.attrs:
        return any(_address(part, base) for part in others if "data-spare" not in part.attrs)
    return _address(node, base) is None and any("data-spare" in part.attrs for part in others)
