"""Words quoted elsewhere: in their sentence, and as a link that leads to them.

Offsets are Unicode code points of a canonical text, ranges half-open.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import quote

from corrections_app.domain.text import SEPARATOR
from corrections_app.domain.unspaced import is_unspaced

REACH = 240
"""How much of a very long sentence is shown on either side of the words, in code points."""

# A full stop ends a sentence only before a blank and something that can begin one:
# not a small letter, so that "approx. five" and "e.g. this" stay whole.
_SENTENCE_END = re.compile(r"[.!?…؟。！？]+[\"'”’»)\]]*\s+(?=[^\sa-zа-яёіїєґ])|\n")
_CLAUSE = re.compile(r"[\s,.;:!?…，。、；：！？．「」『』（）()《》〈〉【】—·“”‘’\"]+")
_LONG_PHRASE = 60
_CONTEXT_WORDS = 4


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of the sentence, or sentences, that hold ``[start, end)``.

    It stays within the blocks the words are in, and reaches no further than
    `REACH` beyond them.
    """
    low, high = _blocks_around(text, start, end)
    for match in _SENTENCE_END.finditer(text, low, high):
        if match.end() <= start:
            low = match.end()
        elif match.end() > end and match.start() >= start:
            high = max(end, match.start() + len(match.group().rstrip()))
            break
    return _word_start(text, max(low, start - REACH)), _word_end(text, min(high, end + REACH))


def text_fragment(text: str, start: int, end: int) -> str:
    """The URL fragment, ``#`` included, that leads a browser to ``text[start:end]``.

    A text directive, WICG Scroll to Text Fragment, section 3.2: whole words of
    the passage, with a few words of their block on either side so that they
    are found where they stand. Browsers that do not know it open the page.
    """
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return ""
    if is_unspaced(text[start:end]):
        return _clauses_fragment(text, start, end)
    start, end = _word_start(text, start), _word_end(text, end)
    low, high = _lines_around(text, start, end)
    before = _last_words(text[low:start])
    after = " ".join(islice(text[end:high].split(), _CONTEXT_WORDS))
    parts = [f"{_encoded(before)}-"] if before else []
    parts.append(_encoded_phrase(text[start:end]))
    parts += [f"-{_encoded(after)}"] if after else []
    return "#:~:text=" + ",".join(parts)


def _blocks_around(text: str, start: int, end: int) -> tuple[int, int]:
    found = text.rfind(SEPARATOR, 0, start)
    low = found + len(SEPARATOR) if found >= 0 else 0
    high = text.find(SEPARATOR, end)
    return low, high if high >= 0 else len(text)


def _lines_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the line begins and ends: a browser looks for context in one line only."""
    high = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, high if high >= 0 else len(text)


def _clauses_fragment(text: str, start: int, end: int) -> str:
    """The fragment for words that no blanks divide: the clauses that hold them.

    A browser takes only whole words, and which those are in such a script only
    a dictionary knows; but every sign of punctuation ends one.
    """
    low, high = _lines_around(text, start, end)
    low = max((found.end() for found in _CLAUSE.finditer(text, low, start)), default=low)
    ends = _CLAUSE.search(text, end, high)
    high = ends.start() if ends else high
    start, end = low, max(high, end)
    clauses = [part for part in _CLAUSE.split(text[start:end]) if part]
    if len(clauses) > 1 or "\n" in text[start:end]:
        return f"#:~:text={_encoded(clauses[0].strip())},{_encoded(clauses[-1].strip())}"
    return f"#:~:text={_encoded(text[start:end].strip())}"


def _word_start(text: str, position: int) -> int:
    lowest = max(position - _LONG_PHRASE, 0)
    while lowest < position < len(text) and not text[position - 1].isspace():
        position -= 1
    return position


def _word_end(text: str, position: int) -> int:
    highest = min(position + _LONG_PHRASE, len(text))
    while 0 < position < highest and not text[position].isspace():
        position += 1
    return position


def _last_words(text: str) -> str:
    return " ".join(text.split()[-_CONTEXT_WORDS:])


def _encoded_phrase(phrase: str) -> str:
    """A long passage is named by its ends: only that form may cross from block to block."""
    words = phrase.split()
    if "\n" in phrase:
        lines = phrase.split("\n")
        first, last = lines[0].split(), lines[-1].split()
    elif len(phrase) > _LONG_PHRASE and len(words) >= 4:
        first, last = words[: len(words) // 2], words[len(words) // 2 :]
    else:
        return _encoded(" ".join(words))
    head, tail = " ".join(first[:_CONTEXT_WORDS]), " ".join(last[-_CONTEXT_WORDS:])
    return f"{_encoded(head)},{_encoded(tail)}"


def _encoded(words: str) -> str:
    # Commas and hyphens are the directive's own marks; quote() leaves the hyphen alone.
    return quote(words, safe="").replace("-", "%2D")
