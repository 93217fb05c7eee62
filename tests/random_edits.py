"""Changes drawn at random for an article, and a second opinion of what became of its HTML.

That opinion is lxml's: neither the reader of the program nor the one that finds places in a
source has a hand in it.
"""

from __future__ import annotations

import os
import random
import re
import unicodedata
from dataclasses import replace

from lxml import etree
from lxml import html as lxml_html

from corrections_app.domain.bodies.patch import patch
from corrections_app.domain.errors import Invalid
from corrections_app.domain.text.body import Block, Body, placed
from corrections_app.domain.text.edits import Edit
from corrections_app.sources.html.tree import BLOCKS

WORDS = (
    *(
        "the",
        "harbour",
        "recieved",
        "R&D",
        "<b>",
        "AT&T;",
        "naïve",
        "😀👩‍👩‍👧",
        "a\u00a0b",
        "4 < 5",
    ),
    *("“quoted”", "it's", "-->", "&amp;", "Їжак", "ميناء", "港の", "[events]", "*so*", "1.", "a_b"),
)
_WORD = re.compile(r"\S+")
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z](?:\"[^\"]*\"|'[^']*'|[^'\">])*>", re.DOTALL)
_INLINE = re.compile(r"<br[^>]*>|</?(?:a|b|em|i|strong|span|mark|code|sub|sup|s|cite|kbd)\b[^>]*>")
_SKIPPED = {"script", "style", "template", "iframe", "textarea"}


def drawn(body: Body, chance: random.Random) -> tuple[str, str, Body] | None:
    """A block's words, what becomes of them, and the article with that change; or a blank."""
    blocks = [
        (index, part, start)
        for index, (part, start) in enumerate(placed(body))
        if isinstance(part, Block) and start is not None and part.kind != "byline"
    ]
    index, block, start = chance.choice(blocks)
    words = [found.span() for found in _WORD.finditer(block.text)]
    low, high = chance.choice(words)
    word, new = block.text[low:high], chance.choice(WORDS)
    at = chance.randrange(len(word) + 1)
    edit = chance.choice(
        [
            Edit(low, high, new),
            Edit(low, high, f"{word} {new}"),
            Edit(low, high, f"{new} {word}"),
            Edit(low, high, word[:at] + word[at + 1 :]),
            Edit(low, high, word[:at] + "e" + word[at:]),
            Edit(low, min(len(block.text), high + 1), ""),
            Edit(low, chance.choice([e for _, e in words if e >= high][:4]), f"{new} {new}"),
        ]
    )
    try:
        wished = patch(body, [replace(edit, start=start + edit.start, end=start + edit.end)])
    except Invalid:
        return None
    if len(wished) != len(body) or (new := getattr(wished[index], "text", "")) == block.text:
        return None
    return block.text, new, wished


def seen(html: str) -> str:
    """The words of a piece of HTML as lxml reads them, each run of blanks as one."""
    root = lxml_html.fragment_fromstring(f"<div>{html}</div>", create_parent="main")
    pieces: list[str] = []
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        apart = event in ("start", "end") and (node.tag in BLOCKS or node.tag == "br")
        if event == "start":
            pieces += [" " * apart, node.text or "" if node.tag not in _SKIPPED else ""]
        else:
            pieces += [" " * apart, node.tail or ""]
    return collapsed("".join(pieces))


def collapsed(text: str) -> str:
    """A text with each run of blanks as one, and its letters composed."""
    return unicodedata.normalize("NFC", re.sub(r"[ \t\n\r\f\v]+", " ", text)).strip()


def is_that_alone(before: str, after: str, old: str, new: str) -> bool:
    """Whether lxml sees one place where ``old`` became ``new``, and nothing else changed.

    Tags and comments are compared to the letter, but for line breaks and inline elements.
    """
    if _INLINE.sub("", "".join(_TAG.findall(before))) != _INLINE.sub(
        "", "".join(_TAG.findall(after))
    ):
        return False
    there, now = seen(before), seen(after)
    old, new = collapsed(old), collapsed(new)
    at = there.find(old)
    while at >= 0:
        if collapsed(there[:at] + new + there[at + len(old) :]) == now:
            return True
        at = there.find(old, at + 1)
    # Quotation marks of <q>, struck words and the like: no reader sees the block as the other.
    return old not in there and _are_turned(_difference(old, new), _difference(there, now))


def _difference(old: str, new: str) -> tuple[str, str]:
    """What of two texts is left between what they begin and end with alike."""
    head = len(os.path.commonprefix([old, new]))  # noqa: RUF071 - letters, not folders
    old, new = old[head:], new[head:]
    tail = len(os.path.commonprefix([old[::-1], new[::-1]]))  # noqa: RUF071
    return old[: len(old) - tail], new[: len(new) - tail]


def _are_turned(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two differences are the same, wherever in a repetition each begins."""
    pairs = zip(one, other, strict=True)
    return all(len(a) == len(b) and a in b + b for a, b in pairs)
