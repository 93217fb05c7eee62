"""Who wrote it: names without dates, minutes and what else stands in the line with them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corrections_app.sources.html.tree import BLOCKS, Node, tags

_BY = re.compile(
    r"(?:(?:written|words|story|text|report(?:ed|ing)?|posted|published)\s+)?by\b[\s:|]*",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?"
_PARTS = re.compile(r"\s*[|·•●,\n/]\s*|\s+[-–—]\s+")
_TIME_WORDS = re.compile(
    rf"(?:{_MONTH}|(?:last\s+)?updated|published|posted|modified|on|at|am|pm|min(?:utes?)?(?:\s+read)?|read"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|share|follow|print|e-?mail"
    r"|\W*)[.:]?",
    re.IGNORECASE,
)
_DATED = re.compile(rf"(.+?)\s+(?:on\s+)?(?:{_MONTH}\s+)?\d", re.IGNORECASE)
_AND = re.compile(r"(?:and|&|und|et|y)", re.IGNORECASE)
_APART = tags("time button img svg")
_LONGEST = 100


def shown_writers(node: Node) -> str:
    """The names in a line that says who wrote it; empty where it holds none."""
    pieces: list[str] = []
    for piece, is_link in _pieces(node):
        before = pieces[-1].rstrip() if pieces else ""
        if (
            before
            and is_link
            and not before.endswith((",", ";", ":", "|"))
            and not _ends_in_by(before)
        ):
            pieces.append(", ")
        pieces.append(piece)
    return names_in(" ".join(pieces))


def names_in(line: str) -> str:
    """The names in a line of words: what holds a digit or tells a time is none."""
    line = _BY.sub("", " ".join(_blanks(line)).replace(" ,", ","), count=1)
    parts = [part for part in _PARTS.split(line) if part]
    kept = [name for name in map(_before_date, parts) if not _TIME_WORDS.fullmatch(name)]
    names = line if kept == parts else ", ".join(kept)
    return names if len(names) <= _LONGEST and "://" not in names else ""


def _before_date(part: str) -> str:
    """What stands in a part before a date or a number; a part that begins with one is all date."""
    if not any(map(str.isdigit, part)):
        return part
    found = _DATED.match(part)
    return found[1] if found else ""


def _blanks(line: str) -> list[str]:
    return re.split(r"[ \t\n\r\f\v]+", line.strip())


def _ends_in_by(words: str) -> bool:
    last = words.strip().rpartition(" ")[2]
    return bool(_BY.fullmatch(last) or _AND.fullmatch(last))


def _pieces(node: Node) -> Iterator[tuple[str, bool]]:
    """Runs of words, and whether each is a link; where a block begins or ends stands a bar."""
    waiting: list[tuple[Node | str, bool]] = [(child, False) for child in reversed(node.children)]
    while waiting:
        part, is_link = waiting.pop()
        if isinstance(part, str):
            if part.strip():
                yield part, is_link
        elif part.tag in BLOCKS or part.tag == "br":
            waiting.append((" | ", False))
            waiting.extend((child, is_link) for child in reversed(part.children))
            yield "|", False
        elif part.tag not in _APART:
            waiting.extend((child, is_link or part.tag == "a") for child in reversed(part.children))
