"""How a notice words a change of a table's cell or of the byline: by where it stands."""

from __future__ import annotations

import regex

from corrections_app.domain.text.edits import Edit
from corrections_app.domain.warnings.phrases import words_of
from corrections_app.domain.warnings.risks import Risk, found
from corrections_app.domain.warnings.spellings import is_spelling_of

WAYS = {
    "cell_figure": "misstated a figure in a table (%(where)s): it is %(right)s, not %(wrong)s.",
    "cell_date": "misstated a date in a table (%(where)s): it is %(right)s, not %(wrong)s.",
    "cell_spelling": "misspelled a name in a table (%(where)s): it is %(right)s, not %(wrong)s.",
    "cell_name": "gave a wrong name in a table (%(where)s): it is %(right)s, not %(wrong)s.",
    "cell_words": "had an error in a table (%(where)s): it should have said “%(right)s”, "
    "not “%(wrong)s”.",
    "cell_heading": "had an error in a heading of a table: it should have said “%(right)s”, "
    "not “%(wrong)s”.",
    "byline_spelling": "misspelled the name of its author: it is %(right)s, not %(wrong)s.",
    "byline": "named the wrong author: it was written by %(right)s, not by %(wrong)s.",
    "byline_omitted": "did not name all of its authors: it was written by %(right)s.",
    "byline_included": "named an author who did not write it: it was written by %(right)s.",
}
Told = tuple[str, dict[str, str]]
"""Which of `WAYS`, and the words to fill in."""

_BY = regex.compile(r"by\s+", regex.IGNORECASE)
_MOST_WORDS = 6


def of_byline(wrong: str, right: str) -> Told | None:
    """Who wrote it and who was said to have, the names of all; None where no name is left."""
    wrong, right = (
        _BY.sub("", side, count=1) if _BY.match(side) else side for side in (wrong, right)
    )
    if not wrong or not right or wrong == right:
        return None
    words = {"right": right, "wrong": wrong}
    if is_spelling_of(wrong, right):
        return "byline_spelling", words
    was, becomes = set(words_of(wrong)), set(words_of(right))
    if was < becomes:
        return "byline_omitted", {"right": right}
    if becomes < was:
        return "byline_included", {"right": right}
    return "byline", words


def of_cell(where: str, wrong: str, right: str, *, is_heading: bool = False) -> Told | None:
    """What a cell said and says; ``where`` names its row and column. None where nothing does."""
    if not wrong or not right or wrong == right:
        return None
    if is_heading:
        return "cell_heading", {"right": right, "wrong": wrong}
    if not where:
        return None
    words = {"right": right, "wrong": wrong, "where": where}
    if max(len(words_of(side)) for side in (wrong, right)) > _MOST_WORDS:
        return "cell_words", words
    risks = found(wrong, [Edit(0, len(wrong), right)])
    if Risk.DATE in risks:
        return "cell_date", words
    if Risk.NUMBER in risks:
        return "cell_figure", words
    if all(side[:1].isupper() for side in (wrong, right)):
        return ("cell_spelling" if is_spelling_of(wrong, right) else "cell_name"), words
    return "cell_words", words
