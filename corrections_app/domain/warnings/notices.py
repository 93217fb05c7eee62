"""The house's sentences for what an article said before and says now, as newspapers word them.

A start, for the person who decides to make better: each change by what it is, the right words
first. Sentences are given in English, with words to fill in; they are translated where they are
shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import regex

from corrections_app.domain.text.body import Body, block_around, text_blocks
from corrections_app.domain.text.edits import Edit, splice
from corrections_app.domain.text.layout import PlacedBlock, index_at, placed_blocks
from corrections_app.domain.text.tables import headings_at
from corrections_app.domain.warnings import placed_notices
from corrections_app.domain.warnings.phrases import (
    Phrase,
    grow_around,
    grow_date,
    grow_figure,
    grow_name,
    grow_whole,
    is_number,
    words_of,
)
from corrections_app.domain.warnings.quotations import is_balanced, nested, quoted
from corrections_app.domain.warnings.risks import Risk, found
from corrections_app.domain.warnings.risky_words import is_day
from corrections_app.domain.warnings.spellings import is_spelling_of

MOST = 3
"""So many changes are told one by one; more are told as one passage."""
_LONGEST, _SHORTER = 300, 90
_LONGEST_QUOTATION = 160
_AT_LENGTH, _MANY = 600, 24
"""Code points that are changed, and edits, beyond which nobody wants to be told each word."""
_TRIMMED = " \n\t.,;:!?…·–—-"
_POSSESSIVE = regex.compile(r"['’]s$")
_CONTROLS = regex.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\p{Cc}--[\n\t]]", regex.V1)
_BLANKS = regex.compile(r"\s+")


class Notice(NamedTuple):
    """A sentence, the words to fill in for ``%(right)s`` and the like, and what follows it.

    ``way`` is the kind of change that it tells, one of `WAYS`.
    """

    sentence: str
    words: dict[str, str]
    further: tuple[Notice, ...] = ()
    way: str = "other"


OPENING = "An earlier version of this article "
FURTHER = "It also "
WAYS = {
    "figure": "misstated a figure: it is %(right)s, not %(wrong)s.",
    "date": "misstated a date: it is %(right)s, not %(wrong)s.",
    "spelling": "misspelled a name: it is %(right)s, not %(wrong)s.",
    "name": "gave a wrong name: it is %(right)s, not %(wrong)s.",
    "address": "gave a wrong address: it is %(right)s, not %(wrong)s.",
    "quotation": "misquoted what was said: the words are “%(right)s”, not “%(wrong)s”.",
    "omitted": "omitted the word “%(left_out)s”. It should have said “%(right)s”.",
    "omitted_words": "omitted the words “%(left_out)s”. It should have said “%(right)s”.",
    "omitted_all": "omitted the words “%(left_out)s”.",
    "included": "wrongly included the word “%(put_in)s”. It should have said “%(right)s”.",
    "included_words": "wrongly included the words “%(put_in)s”. It should have said “%(right)s”.",
    "included_all": "wrongly included the words “%(put_in)s”.",
    "words": "should have said “%(right)s” where it said “%(wrong)s”.",
    "writing": "had an error in how it was written. It should have said “%(right)s”.",
    "passage": "had errors in a passage, which should have said “%(right)s”.",
    "other": "had an error, which was corrected.",
} | placed_notices.WAYS
"""What each kind of change is told by, after the opening words."""
_Told = tuple[str, dict[str, str]]


def notice(text: str, edits: Sequence[Edit], body: Body = ()) -> Notice:
    """The notice for making these edits, in order and apart, in the canonical text.

    The same change at several places is told once. ``body`` is what the text is of: it
    tells a figure of a table, and the byline, from other words.
    """
    if (place := _one_place(body, edits)) and (whole := _told_whole(place, edits, body)):
        return Notice(OPENING + WAYS[whole[0]], whole[1], way=whole[0])
    if _is_long(edits):
        way, words = _at_length(text, edits)
        return Notice(OPENING + WAYS[way], words, way=way)
    together = list(_together(text, edits))
    phrases = [Phrase(text, *one) for one in together[: MOST + 1]]
    told = _told_apart(phrases, _LONGEST if len(together) == 1 else _SHORTER)
    if len(told) > MOST or len(together) > MOST + 1:
        distinct = _told_apart([Phrase(text, *one) for one in together], _SHORTER)
        told = distinct if len(distinct) <= MOST else [_as_one(text, edits)]
    first, *rest = told or [("other", {})]
    further = tuple(Notice(FURTHER + WAYS[way], words, way=way) for way, words in rest)
    return Notice(OPENING + WAYS[first[0]], first[1], further, first[0])


def _one_place(body: Body, edits: Sequence[Edit]) -> PlacedBlock | None:
    """The one cell or byline in which all these edits are."""
    row = placed_blocks(text_blocks(body))
    if not row or not edits or not any(span.block.kind in ("cell", "byline") for span in row):
        return None
    span = row[index_at(row, edits[0].start)]
    inside = all(span.start <= edit.start and edit.end <= span.end for edit in edits)
    return span if inside and span.block.kind in ("cell", "byline") else None


def _told_whole(place: PlacedBlock, edits: Sequence[Edit], body: Body) -> _Told | None:
    """All that a cell or byline said, and shall say, in the words for it; None for any other."""
    moved = [Edit(e.start - place.start, e.end - place.start, e.replacement) for e in edits]
    sides = place.block.text, splice(place.block.text, moved)
    if place.block.kind == "byline":
        return placed_notices.of_byline(*(nested(_short(_plain(s), _LONGEST)) for s in sides))
    wrong, right = (nested(_short(_plain(side), _SHORTER)) for side in sides)
    heads = headings_at(placed_blocks(text_blocks(body)), place.start)
    where = nested(_plain(heads.together)) if heads else ""
    is_heading = place.block.cell is not None and place.block.cell.scope == "col"
    return placed_notices.of_cell(where, wrong, right, is_heading=is_heading)


def respells_names(text: str, edits: Sequence[Edit]) -> bool:
    """Whether all that these edits do to names is to spell them otherwise."""
    if _is_long(edits):
        return False
    touched = [one for one in _together(text, edits) if Risk.NAME in found(text, [one[0]])]
    return bool(touched) and all(_respells(Phrase(text, *one)) for one in touched)


def _is_long(edits: Sequence[Edit]) -> bool:
    changed = sum(len(edit.replacement) + edit.end - edit.start for edit in edits)
    return changed > _AT_LENGTH or len(edits) > _MANY


def _at_length(text: str, edits: Sequence[Edit]) -> _Told:
    """The beginnings of what stood there and of what shall: no word of it is weighed."""
    low, high = edits[0].start, edits[-1].end
    moved = [Edit(edit.start - low, edit.end - low, edit.replacement) for edit in edits]
    sides = text[low:high], splice(text[low:high], moved)
    wrong, right = (nested(_short(_plain(side[: 2 * _LONGEST]), _LONGEST)) for side in sides)
    if wrong == right or not (wrong or right):
        return ("passage", {"right": right}) if right else ("other", {})
    if not wrong:
        return "omitted_all", {"left_out": right}
    if not right:
        return "included_all", {"put_in": wrong}
    return "words", {"right": right, "wrong": wrong}


def _together(text: str, edits: Sequence[Edit]) -> Iterator[tuple[Edit, int, int]]:
    """The edits, those of one word or of neighbouring words as one, and what bounds each.

    Where words are changed, the signs that are put right beside them are not worth telling.
    """
    of_words = [edit for edit in edits if not _is_of_signs(text, edit)]
    joined: list[Edit] = []
    for edit in of_words or edits:
        between = text[joined[-1].end : edit.start] if joined else "a b"
        if len(between.split()) < 2 and not (between.strip() and between != between.strip()):
            first = joined.pop()
            edit = Edit(first.start, edit.end, first.replacement + between + edit.replacement)
        joined.append(edit)
    bounds = [0, *(edit.end for edit in joined)]
    ends = [*(edit.start for edit in joined[1:]), len(text)]
    yield from zip(joined, bounds, ends, strict=False)


def _is_of_signs(text: str, edit: Edit) -> bool:
    if words_of(text[edit.start : edit.end]) != words_of(edit.replacement):
        return False
    return not text[max(0, edit.start - 1) : edit.end + 1].isalnum()


def _told_apart(phrases: Sequence[Phrase], longest: int) -> list[_Told]:
    distinct: dict[str, _Told] = {}
    for phrase in phrases:
        told = _told(phrase, longest)
        distinct.setdefault(repr(told), told)
    return list(distinct.values())


def _told(phrase: Phrase, longest: int) -> _Told:
    """What one change is, and the words that tell it."""
    plain = _bare(phrase.wrong), _bare(phrase.right)
    if not any(plain) or plain[0] == plain[1]:
        return _mended(phrase, longest)
    risks = found(phrase.text, [_edit(phrase)])
    for risk, tell in _BY_RISK:
        if risk in risks and (told := tell(phrase.copied(), longest)):
            return told
    if not all(plain):
        return _one_sided(phrase, longest)
    if Risk.NAME in risks and (told := _name(phrase.copied(), longest)):
        return told
    grow_whole(phrase)
    return _apart("words", phrase, longest)


def _edit(phrase: Phrase) -> Edit:
    return Edit(phrase.start, phrase.end, phrase.right)


def _figure(phrase: Phrase, longest: int) -> _Told | None:
    bare = grow_figure(phrase)
    if not all(any(map(_counts, words_of(side))) for side in (bare.wrong, bare.right)):
        return None
    if len(words_of(bare.wrong)) + len(words_of(bare.right)) > 12:
        return None
    right = phrase.right
    if phrase.before < bare.before:  # "About 40" began a sentence; here it does not
        right = right[:1].lower() + right[1:]
    words = {"right": _fit(phrase, right, longest), "wrong": _fit(bare, bare.wrong, longest)}
    return ("figure", words) if words["right"] != words["wrong"] else None


def _counts(word: str) -> bool:
    return is_number(word) or any(map(str.isnumeric, word))


def _date(phrase: Phrase, longest: int) -> _Told | None:
    grow_date(phrase)
    sides = [words_of(side) for side in (phrase.wrong, phrase.right)]
    if not all(sides) or max(map(len, sides)) > 6:
        return None
    if not all(is_day(word) or _counts(word) for side in sides for word in side if word != "of"):
        return None
    return _apart("date", phrase, longest)


def _name(phrase: Phrase, longest: int) -> _Told | None:
    grow_name(phrase)
    sides = [_POSSESSIVE.sub("", side) for side in (phrase.wrong, phrase.right)]
    if max(len(words_of(side)) for side in sides) > 6 or not all(map(_is_name, sides)):
        return None
    wrong, right = (_fit(phrase, side, longest) for side in sides)
    way = "spelling" if is_spelling_of(wrong, right) else "name"
    return way, {"right": right, "wrong": wrong}


def _is_name(words: str) -> bool:
    found = words_of(words)
    return bool(found) and all(any(map(str.isupper, (word[0], word[-1]))) for word in found[:1])


def _respells(phrase: Phrase) -> bool:
    return is_spelling_of(_POSSESSIVE.sub("", phrase.wrong), _POSSESSIVE.sub("", phrase.right))


def _address(phrase: Phrase, longest: int) -> _Told | None:
    start, end = phrase.start, phrase.end
    while start > 0 and not phrase.text[start - 1].isspace():
        start -= 1
    while end < len(phrase.text) and not phrase.text[end].isspace():
        end += 1
    phrase.grow_over(start, end)
    if not all(map(_plain, (phrase.wrong, phrase.right))):
        return None
    return _apart("address", phrase, longest)


def _quotation(phrase: Phrase, longest: int) -> _Told | None:
    """The whole quotation where it is short, else the words in it."""
    text = phrase.text
    low, high = block_around(text, phrase.start, phrase.end)
    ranges = quoted(text[low:high])
    inside = [
        (low + start, low + end)
        for start, end in ranges
        if low + start <= phrase.start and phrase.end <= low + end
    ]
    if not inside:
        return None
    start, end = inside[0]
    if end - start <= min(_LONGEST_QUOTATION, longest):
        phrase.grow_over(start, end)
    else:
        grow_around(phrase)
    if not all(map(_plain, (phrase.wrong, phrase.right))):
        return None
    return _apart("quotation", phrase, longest)


def _one_sided(phrase: Phrase, longest: int) -> _Told:
    """Words that were left out, or that should not have been there, and what they stand in."""
    is_omission = not _bare(phrase.wrong)
    words = phrase.right if is_omission else phrase.wrong
    name, way = ("left_out", "omitted") if is_omission else ("put_in", "included")
    told = {name: _fit(phrase, words, longest)}
    if len(words_of(words)) > 1:
        way += "_words"
    grow_around(phrase)
    right = _fit(phrase, phrase.right, longest)
    if len(words) > _LONGEST_QUOTATION or not right or right == told[name]:
        return way.partition("_")[0] + "_all", told
    return way, told | {"right": right}


def _mended(phrase: Phrase, longest: int) -> _Told:
    """A change of signs, blanks or marks: what it should say, without a word about which."""
    grow_around(phrase)
    right = _fit(phrase, phrase.right, longest, trimmed=False)
    return ("writing", {"right": right}) if right else ("other", {})


def _apart(way: str, phrase: Phrase, longest: int) -> _Told:
    """The right words and the wrong ones; where one cannot tell them apart, the right ones."""
    sides = phrase.wrong, phrase.right
    wrong, right = (_fit(phrase, side, longest) for side in sides)
    if wrong == right and max(map(len, map(_plain, sides))) > longest:
        return "passage", {"right": right}
    if wrong == right or not wrong or not right:
        return _mended(phrase, longest)
    return way, {"right": right, "wrong": wrong}


def _as_one(text: str, edits: Sequence[Edit]) -> _Told:
    low, high = edits[0].start, edits[-1].end
    if high - low > _AT_LENGTH:
        return _at_length(text, edits)
    moved = [Edit(edit.start - low, edit.end - low, edit.replacement) for edit in edits]
    phrase = Phrase(text, Edit(low, high, splice(text[low:high], moved)))
    grow_whole(phrase)
    if not _plain(phrase.right):
        return _told(phrase, _LONGEST)
    return _apart("words", phrase, _LONGEST)


def _fit(phrase: Phrase, words: str, longest: int, trimmed: bool = True) -> str:
    """The words as they may stand in a sentence: on one line, short, their marks in pairs."""
    if not is_balanced(_plain(words)):
        whole = _to_the_marks(phrase, words)
        words = whole if is_balanced(_plain(whole)) else words
    plain = _plain(words) if trimmed else _BLANKS.sub(" ", _CONTROLS.sub("", words)).strip()
    return nested(_short(plain, longest))


def _to_the_marks(phrase: Phrase, words: str) -> str:
    """The words with the mark that opens or closes their quotation, where it is a word away."""
    if words not in (phrase.wrong, phrase.right):
        return words  # they were shaped already, and no side of the phrase is theirs
    is_right = words == phrase.right
    wider = phrase.copied()
    for _ in range(3):
        wider.before, wider.after = max(0, wider.before - 1), max(0, wider.after - 1)
        side = wider.right if is_right else wider.wrong
        if is_balanced(side):
            return side
    return words


def _plain(words: str) -> str:
    """The words without what stands around them, on one line."""
    return _BLANKS.sub(" ", _CONTROLS.sub("", words)).strip(_TRIMMED)


def _bare(words: str) -> str:
    """The words without quotation marks that stand alone: what is left to tell."""
    return nested(_plain(words)).strip(_TRIMMED)


def _short(words: str, longest: int) -> str:
    if len(words) <= longest:
        return words
    cut = words[:longest].rpartition(" ")[0] or _whole_signs(words, longest)
    return cut.rstrip(_TRIMMED) + " …"


def _whole_signs(words: str, longest: int) -> str:
    kept = ""
    for sign in regex.findall(r"\X", words[: longest + 1])[:-1]:
        kept += sign
    return kept[:longest]


_BY_RISK: tuple[tuple[Risk, Callable[[Phrase, int], _Told | None]], ...] = (
    (Risk.QUOTATION, _quotation),
    (Risk.DATE, _date),
    (Risk.NUMBER, _figure),
    (Risk.LINK, _address),
)
