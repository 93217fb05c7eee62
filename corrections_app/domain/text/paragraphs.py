"""Paragraphs and sentences of a text, words quoted in them, and links that lead to words.

Offsets are Unicode code points of a canonical text, ranges half-open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

import regex

from corrections_app.domain.text.body import block_around
from corrections_app.domain.text.unspaced import is_unspaced

REACH = 240
"""How much of a very long sentence is shown on either side of the words, in code points."""

# A full stop ends a sentence only before a blank and something that can begin one:
# not a small letter, so that "approx. five" and "e.g. this" stay whole.
_SENTENCE_END = re.compile(r"[.!?…؟。！？]+[\"'”’»)\]]*\s+(?=[^\sa-zа-яёіїєґ])|\n")
_CLAUSE = re.compile(r"[\s,.;:!?…，。、；：！？．「」『』（）()《》〈〉【】—·“”‘’\"]+")
_LONG_PHRASE = 60
_LONGEST_END = 120  # where a text has no blanks, so much of it is named and no more
_CONTEXT_WORDS = 4


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of the sentence, or sentences, that hold ``[start, end)``.

    It stays within the blocks the words are in, and reaches no further than
    `REACH` beyond them.
    """
    low, high = block_around(text, start, end)
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
    the passage, with a few words of their line on either side so that they
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
    before = _ending(_last_words(text[low:start]))
    after = _beginning(" ".join(islice(text[end:high].split(), _CONTEXT_WORDS)))
    parts = [f"{_encoded(before)}-"] if before else []
    parts.append(_encoded_phrase(text[start:end]))
    parts += [f"-{_encoded(after)}"] if after else []
    return "#:~:text=" + ",".join(parts)


def quote_fragment(words: str, prefix: str = "", suffix: str = "") -> str:
    """`text_fragment` for words of which no more is known than what stood around them.

    The outermost words of that may be cut in two themselves: they name nothing.
    """
    if "\n" not in prefix and " " in prefix:
        prefix = prefix.partition(" ")[2]
    if "\n" not in suffix and " " in suffix:
        suffix = suffix.rpartition(" ")[0]
    return text_fragment(prefix + words + suffix, len(prefix), len(prefix) + len(words))


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
    whole = text[start:end].strip()
    clauses = [part for part in _CLAUSE.split(whole) if part]
    if len(clauses) > 1 or len(whole) > 2 * _LONGEST_END:
        return f"#:~:text={_encoded(_beginning(clauses[0]))},{_encoded(_ending(clauses[-1]))}"
    return f"#:~:text={_encoded(whole)}"


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
    elif len(phrase) <= 2 * _LONGEST_END:
        return _encoded(" ".join(words))
    else:
        first = last = words
    head, tail = " ".join(first[:_CONTEXT_WORDS]), " ".join(last[-_CONTEXT_WORDS:])
    return f"{_encoded(_beginning(head))},{_encoded(_ending(tail))}"


def _beginning(words: str) -> str:
    """The words, or of very long ones the beginning, up to a mark that ends a word."""
    if len(words) <= _LONGEST_END:
        return words
    marks = (at for at in range(_LONGEST_END, 0, -1) if not words[at].isalnum())
    return words[: next(marks, _LONGEST_END)]


def _ending(words: str) -> str:
    return _beginning(words[::-1])[::-1]


def _encoded(words: str) -> str:
    # Commas and hyphens are the directive's own marks; quote() leaves the hyphen alone.
    return quote(words, safe="").replace("-", "%2D")


LONGEST_SENTENCE = 1_000
"""A longer one is parted between two words, for lack of anything better to part it by."""

# UAX #29, 4: STerm and ATerm end a sentence, Close belongs to the one that ended. A small
# letter cannot begin the next one, and Chinese and Japanese leave no blank between the two.
# Possessive, and begun at the first of a run only: time stays linear in hostile texts.
_STOP = r"[\p{SB=STerm}\p{SB=ATerm}…]"
_CLOSING = r"""(?:[\p{Pe}\p{Pf}\p{Pi}"']|[\u00a0\u202f][»›])*+"""
_END = regex.compile(
    rf"(?<!{_STOP})(?P<stop>{_STOP}++)"
    rf"(?:(?P<closing>{_CLOSING})(?=\s)(?!\s++[\p{{Ps}}\p{{Pi}}\"']*+\p{{Ll}})"
    r"|(?<=[。！？｡．])[\p{Pe}\p{Pf}]*+(?!\p{M}))|\n"
)
_LETTER = regex.compile(r"\p{L}")
_LAST_WORD = regex.compile(r"(?<![\p{L}.])\p{L}[\p{L}.]{0,14}$")
_INITIALS = regex.compile(r"\p{L}(?:\.\p{L})*")
_ABBREVIATIONS = frozenset(
    regex.findall(
        r"\w+",
        """
        adm al approx assn ave bros ca capt cf cmdr co col corp cpl dept dr ed eds esp est etc
        ext fig figs fr ft gen gov hon hr inc incl jr lieut lt ltd maj max messrs min mme mlle
        mr mrs ms mt mx no nos nr op pfc pl pres prof prop pt pvt rep rev rt sen sgt sr st ste
        supt tel univ viz vol vols vs pp
        jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat
        abs bd bzw evtl geb ggf hrsg inkl jh kap mio mrd nr sog str usw vgl zb zt
        av bld env mgr art chap
        вул буд просп бул пров обл ім тис млн млрд грн коп див напр пор зб акад доц проф гр гл
        стор рр ст ул пер руб см им тыс чел кв
        """,
    )
)


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of one block, in order, without the blanks around them.

    Every character that is not a blank is in exactly one of them. A line break
    always ends one. Time is linear in the text.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for end in (*_ends(text), len(text)):
        words = text[start:end]
        low = start + len(words) - len(words.lstrip())
        high = low + len(words.strip())
        if low < high:
            found.extend(_parted(text, low, high))
        start = end
    return found


def _ends(text: str) -> Iterator[int]:
    """Where sentences end, in order."""
    seen, has_letters = 0, False
    for match in _END.finditer(text):
        has_letters = has_letters or bool(_LETTER.search(text, seen, match.start()))
        seen = match.end()
        # "1." before an entry of a list is no sentence by itself.
        is_bare = match["stop"] == "." and not match["closing"]
        if is_bare and (not has_letters or _is_abbreviated(text, match.start())):
            continue
        yield match.end()
        has_letters = False


def _is_abbreviated(text: str, stop: int) -> bool:
    word = _LAST_WORD.search(text, max(stop - 16, 0), stop)
    if word is None:
        return False
    return bool(_INITIALS.fullmatch(word[0])) or word[0].lower() in _ABBREVIATIONS


def _parted(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The range, or where it is too long, parts of it that begin and end with whole words."""
    while end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start, start + LONGEST_SENTENCE)
        if cut < 0:
            cut = text.find(" ", start, end)
        if cut < 0:
            break
        yield start, start + len(text[start:cut].rstrip())
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    yield start, end


@dataclass(frozen=True)
class Context:
    """Some words of a text with what stands around them in their paragraph."""

    before: str
    words: str
    after: str


def sentence(text: str, start: int, end: int, reach: int = 160) -> Context:
    """The words at ``[start, end)`` with up to ``reach`` code points of their own paragraph."""
    low, high = block_around(text, start, end)
    before = text[max(low, start - reach) : start]
    return Context(before, text[start:end], text[end : min(high, end + reach)])


def blocks_text(text: str, start: int, end: int) -> str:
    """The whole of the blocks that hold ``[start, end)``."""
    low, high = block_around(text, start, end)
    return text[low:high]
