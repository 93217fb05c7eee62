"""What stands beside the text of a page and is not part of it: one list, with the reason of each.

Pages, Markdown and feeds are all read through it, so what is no text in one is
none in the others (`beside_text` has the signs of site programs).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice

from corrections_app.sources.html.formulas import written_out
from corrections_app.sources.html.phrasing import is_phrasing, stands_among_words, words
from corrections_app.sources.html.styles import Styles, declared
from corrections_app.sources.html.tree import BLOCKS, UNSEEN, Node, tags
from corrections_app.sources.left_out import LeftOut

_UNSEEN_NAMES = re.compile(
    r"(?:^|\s)(?!not-)(?:[\w-]*[-_])?(?:sr-only|visually-?hidden|hidden-visually"
    r"|screen-?reader-?(?:text|only)?|show-for-sr|element-invisible|assistive-text|off-?screen"
    r"|a11y-hidden)(?=\s|$)",
    re.IGNORECASE,
)
_ICON = re.compile(
    r"(?:^|[\s_-])(?:icons?|glyphicons?|material-symbols\w*|fa[bsrl]?)(?:$|[\s_-])", re.I
)
_SIGNS = re.compile(r"[\s¶#§🔗⚓∞↩↑⤴⏎^\ufe0e\ufe0f\u200d\u2060]+")
_PERMALINK = re.compile(
    r"anchor|permalink|header-?link|back-?(?:ref|link)|heading-?link", re.IGNORECASE
)
_LINE_NUMBER = re.compile(
    r"(?:^|\s)(?:[\w-]*-)?(?:line-?(?:no|nos|num|number|numbers)(?:-rows)?|lineno\w*|linenum\w*|lnt?"
    r"|gutter|blob-num|line-numbers-rows)(?=\s|$)",
    re.IGNORECASE,
)
_COMMENT_PLACE = re.compile(r"#?(?:cmnt(?:_ref)?\d+|_msoanchor_\d+|_msocom_\d+|_anchor_\d+)")
_COMMENT_NAME = re.compile(
    r"mso(?:com|anocomm)|MsoCommentReference|comment-(?:start|end)$", re.IGNORECASE
)
_NEAR = 200  # elements in which the other form of a formula is looked for
_TOLD_BY_NAME = tags("del s strike rt rp rtc annotation annotation-xml dialog math sup")
_STRUCK = frozenset({"del", "s", "strike"})
_READINGS = frozenset({"rt", "rp", "rtc"})
_LABEL = re.compile(
    r"[\[(]?\s*(\d{1,3}|[a-z]{1,2}|[ivxlc]{1,6}|[*†‡§¶]{1,3})\s*[\])]?[.:]?", re.IGNORECASE
)
_NOTE_NAME = re.compile(
    r"foot-?note|end-?note|fn-?ref|(?:^|[\s#_-])(?:fn|ftnt|ftn|edn|note|cite|ref)(?:[-_:.]?\w*)?(?:$|\s)"
    r"|noteref|cite_(?:note|ref)|sdfootnote|sdendnote|reference",
    re.IGNORECASE,
)
_BACK = re.compile(r"ref|back|anchor|anc$", re.IGNORECASE)

Test = Callable[[Node, Styles], bool]


def set_aside(root: Node, out: LeftOut, styles: Styles | None = None) -> None:
    """Take out what is beside the text, note it by its words, and name footnotes' references.

    A reference becomes an element ``note-ref``, the way back from a note a
    ``note-back``, both with ``label``; they hold no words.
    """
    known = styles or Styles()
    comments = _comments(root)
    waiting = [root]
    later: list[Node] = []
    while waiting:
        node = waiting.pop()
        elements = node.elements
        gone = {part for part in elements if not _stays(part, known, comments, out)}
        if gone:
            node.children = [part for part in node.children if part not in gone]
            elements = [part for part in elements if part not in gone]
        later.extend(part for part in elements if part.attrs or part.tag == "sup")
        waiting.extend(elements)
    _sweep([node for node in later if _goes_after_all(node, known, out)])


def _stays(part: Node, styles: Styles, comments: set[Node], out: LeftOut) -> bool:
    if part not in comments and _says_nothing(part, styles):
        return True
    for reason, applies in _FIRST:
        if applies(part, styles) or (applies is _is_editors_comment and part in comments):
            out.note(reason, words(part))
            return False
    if part.tag == "math":
        written_out(part)
    return True


def _says_nothing(part: Node, styles: Styles) -> bool:
    """Whether no test of `_FIRST` can apply, as to most elements of a page."""
    if part.tag in _TOLD_BY_NAME:
        return False
    if not part.attrs:
        return True
    if part.attrs.get("style") or (part.tag == "a" and _is_comment_anchor(part)):
        return False
    name = part.attrs.get("class")
    return not name or (not styles.rules and _is_ordinary(name))


@lru_cache(maxsize=16_384)
def _is_ordinary(name: str) -> bool:
    named = _unseen_name(name) or _line_number_name(name) or _comment_name(name)
    return not named and name != "msoDel"


def _goes_after_all(node: Node, styles: Styles, out: LeftOut) -> bool:
    """What can be told only where the unseen words around an element are gone.

    What goes is emptied at once, so that its neighbours are judged without its words.
    """
    for reason, applies in _THEN:
        if applies(node, styles):
            out.note(reason, words(node))
            node.tag, node.attrs, node.children = "span", {}, []
            return True
    if node.tag in ("a", "sup"):
        _name_note(node)
    return False


def _sweep(emptied: list[Node]) -> None:
    """Take elements out of the tree, those of one parent together: a line may have thousands."""
    gone = set(emptied)
    for parent in {node.parent for node in emptied}:
        if parent:
            parent.children = [part for part in parent.children if part not in gone]


def _comments(root: Node) -> set[Node]:
    """The boxes of editors' comments: those whose first words are the way back to their place."""
    boxes: set[Node] = set()
    for node in root.walk():
        if node.tag != "a" or not node.attrs or not _is_comment_anchor(node):
            continue
        if "_ref" in node.get("id"):
            continue
        for around in node.ancestors():
            if around is root or _first_words(around) is not node:
                break
            if around.tag in ("div", "p", "li", "dd"):
                boxes.add(around)
    return boxes


def _is_editors_comment(node: Node, styles: Styles) -> bool:
    """A remark of an exported document, and the sign of it: it was never meant to be read."""
    if (
        "class" in node.attrs and _comment_name(node.get("class"))
    ) or "mso-element:comment" in declared(node):
        return True
    if node.tag == "sup":
        return any(_is_comment_anchor(part) for part in node.elements[:1])
    return _is_comment_anchor(node)


def _is_comment_anchor(node: Node) -> bool:
    places = (node.get("id"), node.get("name"), node.get("href"))
    return node.tag == "a" and any(map(_COMMENT_PLACE.fullmatch, places))


def _first_words(node: Node) -> Node | None:
    """The link in which the first words below an element stand."""
    here = node
    while True:
        part = next(
            (child for child in here.children if isinstance(child, Node) or child.strip()), None
        )
        if not isinstance(part, Node):
            return None
        if part.tag == "a":
            return part
        here = part


def _is_struck(node: Node, styles: Styles) -> bool:
    """Words that their author crossed out; what is printed for them is the text."""
    return (
        node.tag in _STRUCK
        or node.get("class") == "msoDel"
        or "line-through" in declared(node)
        or (node.tag not in ("body", "html") and styles.strikes(node))
    )


def _is_reading(node: Node, styles: Styles) -> bool:
    """How a word is pronounced, beside the word."""
    return node.tag in _READINGS


def _is_formula_source(node: Node, styles: Styles) -> bool:
    """The same formula in another notation."""
    return node.tag in ("annotation", "annotation-xml")


def is_hidden(node: Node) -> bool:
    """Words that no reader sees; those that a search would show (``until-found``) are text."""
    if "hidden" in node.attrs and node.get("hidden").lower() != "until-found":
        return True
    style = declared(node)
    return bool(style) and (
        "display:none" in style
        or "visibility:hidden" in style
        or "mso-hide:all" in style
        or ("clip:rect(" in style and "position:absolute" in style)
    )


def _is_for_ears(node: Node, styles: Styles) -> bool:
    """Words for those who listen to the page, beside what is seen."""
    name = node.get("class")
    return bool(name) and node.tag != "img" and _unseen_name(name)


@lru_cache(maxsize=16_384)
def _unseen_name(name: str) -> bool:
    return _UNSEEN_NAMES.search(name) is not None


@lru_cache(maxsize=16_384)
def _line_number_name(name: str) -> bool:
    return _LINE_NUMBER.search(name) is not None


@lru_cache(maxsize=16_384)
def _comment_name(name: str) -> bool:
    return _COMMENT_NAME.search(name) is not None


def _is_line_number(node: Node, styles: Styles) -> bool:
    name = node.get("class")
    named = bool(name) and _line_number_name(name)
    return named and not words(node).strip("0123456789 \n\t")


def _is_dialog(node: Node, styles: Styles) -> bool:
    return node.tag == "dialog"


def _is_for_eyes(node: Node, styles: Styles) -> bool:
    """Hidden from those who listen: decoration, unless it is a piece of a sentence."""
    if node.get("aria-hidden").lower() != "true" or node.tag in ("rb", "ruby"):
        return False
    if node.tag == "img":
        named = "fallback-image" in node.get("class")
        return not (named or stands_among_words(node))
    if not is_phrasing(node) or _ICON.search(node.get("class")):
        return True
    return _has_twin(node) or not stands_among_words(node)


def _has_twin(node: Node) -> bool:
    """Whether the same formula stands beside it in MathML."""
    inline = [part for part in islice(node.ancestors(), 3) if part.tag not in BLOCKS]
    around = [part for part in inline if len(part.children) <= _NEAR]
    return any(
        part.tag == "math" and not any(above is node for above in part.ancestors())
        for above in around
        for part in islice(above.walk(), _NEAR)
    )


def _is_sign(node: Node, styles: Styles) -> bool:
    """The sign of a link to a heading, or of the way back from a footnote."""
    if node.tag not in ("a", "button", "span"):
        return False
    if "cite-backlink" in node.get("class"):
        return True
    named = bool(_PERMALINK.search(node.get("class")))
    if not named and "#" not in node.get("href"):
        return False
    said = words(node)
    if _SIGNS.fullmatch(said):
        return True
    return node.tag == "a" and named and said.casefold() in _SIGN_WORDS


_SIGN_WORDS = frozenset({"permalink", "link to this heading", "link", "anchor"})
_FIRST: tuple[tuple[str, Test], ...] = (
    ("editors' comments", _is_editors_comment),
    ("struck words", _is_struck),
    ("readings of words", _is_reading),
    ("sources of formulas", _is_formula_source),
    (UNSEEN, _is_for_ears),
    ("numbers of lines", _is_line_number),
    ("dialogs", _is_dialog),
)
_THEN: tuple[tuple[str, Test], ...] = (
    ("decoration", _is_for_eyes),
    ("signs of links", _is_sign),
)


def _name_note(node: Node) -> None:
    """Make an element of its own of a footnote's reference, or of the way back from the note."""
    link = node if node.tag == "a" else _only_link(node)
    if link is None or not link.get("href") or "#" not in link.get("href"):
        return
    said = _LABEL.fullmatch(words(node))
    if said is None:
        return
    place = link.get("href").rpartition("#")[2]
    names = " ".join(
        (link.get("class"), node.get("class"), place, link.get("rel"), link.get("role"))
    )
    raised = node.tag == "sup" or any(part.tag == "sup" for part in node.walk())
    raised = raised or any(part.tag == "sup" for part in node.ancestors())
    if not raised and not _NOTE_NAME.search(names):
        return
    names_itself = f"{link.get('id')} {link.get('name')}"
    back = bool(_BACK.search(place)) and not _BACK.search(names_itself)
    node.tag, node.children = ("note-back" if back else "note-ref"), []
    node.attrs = {"label": said[1]}


def _only_link(node: Node) -> Node | None:
    links = [part for part in node.walk() if part.tag == "a"]
    return links[0] if len(links) == 1 and words(links[0]) == words(node) else None
