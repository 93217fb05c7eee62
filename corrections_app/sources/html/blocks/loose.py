"""Text of writing programs put in order: blank lines, shortcodes of WordPress, bullets of Word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corrections_app.sources.html.phrasing import words
from corrections_app.sources.html.styles import declared
from corrections_app.sources.html.tree import BLOCKS, Node, tags

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_LOOSE = tags("body article div section main td blockquote")
_ENDED = re.compile(r"(?:[.!?…:;”’\"»)\]。！？」』]|\[/?[\w-]+[^\[\]]*\])\s*$")
_GOES_ON = re.compile(r"\s*[a-zà-öø-ÿа-яёіїєґ,.;:)\]!?–—-]")
_WORD_LIST = re.compile(r"MsoListParagraph|MsoListBullet|MsoListNumber", re.IGNORECASE)
_WORD_LEVEL = re.compile(r"mso-list:.*?level(\d)")
_MARGIN = re.compile(r"(?<![\w-])margin-left:(\d{1,4}(?:\.\d{1,4})?)(pt|in|cm|mm)")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835}
_STEP = 36.0  # points by which Word sets in each level of a list
_BULLET = re.compile(
    r"\s*([·•●▪■◦‣⁃\uf0b7\uf0a7\uf0d8§o-]|\(?(\d{1,3})[.)]|\(?([a-z])[.)])\s*", re.I
)
_PLAIN_BULLET = re.compile(r"\s*[•●▪■◦‣\uf0b7\uf0a7][\s\u00a0]+")
# Shortcodes that hold words or addresses.
_CAPTION = re.compile(
    r"\[(?:wp_)?caption\b[^\[\]]*\]\s*((?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?)"
    r"((?:(?!\[(?:wp_)?caption\b).){0,2000}?)\[/(?:wp_)?caption\]",
    re.DOTALL | re.IGNORECASE,
)
_EMBED = re.compile(r"\[embed\b[^\[\]]*\]\s*(https?://[^\s\[<\"]+)\s*\[/embed\]", re.IGNORECASE)


def with_captions(html: str) -> str:
    """The HTML with pictures that have a caption, and embeds, as elements."""
    if "caption" in html and "[" in html:
        html = _CAPTION.sub(r"<figure>\1<figcaption>\2</figcaption></figure>", html)
    return _EMBED.sub(r'<iframe src="\1"></iframe>', html) if "[embed" in html else html


def put_in_order(root: Node, *, always: bool = False) -> None:
    """Make paragraphs of what blank lines divide, and items of what Word wrote as bullets.

    A blank line means nothing in HTML, and much in what WordPress stores; with
    ``always`` every one divides, and the end of a line is one too. Else only
    those do that stand between two sentences of text that no element divides.
    """
    for node in list(root.walk()):
        if node.tag in _LOOSE and _is_loose(node, always):
            _divide(node, always)
        elif node.tag == "p":
            _itemise(node)


def _is_loose(node: Node, always: bool) -> bool:
    texts = [child for child in node.children if isinstance(child, str)]
    if always:
        return any("\n" in text.strip() or _BLANK_LINE.search(text) for text in texts)
    if not any(_BLANK_LINE.search(text.strip()) or _BLANK_LINE.search(text) for text in texts):
        return False
    return not any(child.tag in ("p", "br") for child in node.elements)


def _divide(node: Node, always: bool) -> None:
    """Put the runs of loose text between blank lines, and between blocks, into paragraphs."""
    runs: list[list[Node | str]] = [[]]
    done: list[Node | str] = []

    def end() -> None:
        done.extend(_paragraph(node, _with_breaks(runs[-1]) if always else runs[-1]))
        runs.append([])

    for child in node.children:
        if isinstance(child, Node):
            if child.tag in BLOCKS:
                end()
                done.append(child)
            else:
                runs[-1].append(child)
            continue
        first, *rest = _BLANK_LINE.split(child)
        runs[-1].append(first)
        for part in rest:
            if always or _is_between_sentences(runs[-1], part):
                end()
                runs[-1].append(part)
            else:
                runs[-1].append("\n" + part)
    end()
    node.children = done


def _with_breaks(run: list[Node | str]) -> list[Node | str]:
    """Loose text with its line ends as breaks, but for those at its edges."""
    done: list[Node | str] = []
    for at, part in enumerate(run):
        if isinstance(part, Node):
            done.append(part)
            continue
        text = part.lstrip("\r\n") if at == 0 else part
        text = text.rstrip() if at == len(run) - 1 else text
        for number, line in enumerate(text.split("\n")):
            done.extend([Node("br"), line] if number else [line])
    return done


def _is_between_sentences(run: list[Node | str], after: str) -> bool:
    before = "".join(words(part) if isinstance(part, Node) else part for part in run)
    if not before.strip() or not after.strip():
        return not before.strip()
    return _ENDED.search(before) is not None and _GOES_ON.match(after) is None


def _paragraph(parent: Node, run: list[Node | str]) -> list[Node | str]:
    if not any(isinstance(part, Node) or part.strip() for part in run):
        return []
    paragraph = Node("p", {}, parent, run)
    for child in paragraph.elements:
        child.parent = paragraph
    return [paragraph]


def _itemise(node: Node) -> None:
    """A paragraph that Word, or its writer, set with a bullet becomes an item."""
    by_word = bool(node.attrs) and bool(
        _WORD_LIST.search(node.get("class")) or "mso-list:" in declared(node)
    )
    leaves = _texts(node)
    holder, at, said = next(((*leaf,) for leaf in leaves if leaf[2].strip()), (node, 0, ""))
    found = (_BULLET if by_word else _PLAIN_BULLET).match(said)
    if not found or (by_word and found.end() < len(said) and not said[found.end() - 1].isspace()):
        return
    rest = said[found.end() :]
    holder.children[at] = rest
    # Word sets the words in with blanks behind the bullet.
    while not rest:
        holder, at, said = next(leaves, (node, -1, ""))
        if at < 0:
            break
        holder.children[at] = rest = said.lstrip()
    node.tag, node.attrs = "li", {"data-level": _level(declared(node))}
    if by_word and (found[2] or found[3]):
        node.attrs |= {"data-ordered": "", "value": found[2] or str(ord(found[3].lower()) - 96)}
        node.attrs |= {"type": "a"} if found[3] else {}


def _level(style: str) -> str:
    """How deep Word's item stands, by its own word or, where that was filtered out, its margin."""
    if named := _WORD_LEVEL.search(style):
        return named[1]
    margin = _MARGIN.search(style)
    points = float(margin[1]) * _POINTS[margin[2]] if margin else 0
    return str(min(9, max(1, round(points / _STEP))))


def _texts(node: Node) -> Iterator[tuple[Node, int, str]]:
    """Every run of text below an element, in order: what holds it, where in that, and the text."""
    waiting: list[tuple[Node, int]] = [(node, at) for at in reversed(range(len(node.children)))]
    while waiting:
        holder, at = waiting.pop()
        child = holder.children[at]
        if isinstance(child, Node):
            waiting.extend((child, below) for below in reversed(range(len(child.children))))
        else:
            yield holder, at, child
