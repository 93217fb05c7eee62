"""House style: a notice's sentences in the newsroom's own words, by the kind of change.

A wording is a sentence with names in braces, which are filled in when a notice is prepared:
``{right}`` and ``{wrong}`` are words of the change, ``{title}`` and ``{date}`` the article's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid
from corrections_app.domain.text.shortening import opening
from corrections_app.domain.warnings.notices import OPENING, WAYS, Notice

OF_ARTICLE = ("title", "date")
"""What every wording may name: the headline, and the day of publication."""
LONGEST = 300
"""Code points of a wording, before it is filled in."""
_LONGEST_TITLE = 120
_NAMED = re.compile(r"%\((\w+)\)s")
_BRACES = re.compile(r"\{([^{}]*)\}")


def placeholders(way: str) -> tuple[str, ...]:
    """What a wording for this kind of change may name. Raises KeyError for no such kind."""
    return (*_NAMED.findall(WAYS[way]), *OF_ARTICLE)


def default(way: str, translated: Callable[[str], str] = str) -> str:
    """The sentence that stands until the newsroom writes its own, with names in braces."""
    return _NAMED.sub(r"{\1}", translated(OPENING + WAYS[way]))


def check(way: str, sentence: str) -> None:
    """Refuse a wording that cannot be filled in. Raises `Invalid` and `TooLong`.

    What is not known is named, with what is; so is a brace that opens or closes nothing.
    """
    limits.check_length("sentence", sentence, LONGEST)
    known = placeholders(way)
    named = ", ".join(f"{{{name}}}" for name in known)
    for name in _BRACES.findall(sentence):
        if name not in known:
            raise Invalid.at(
                "sentence",
                "There is no {%(name)s} in this sentence. It may name: %(known)s.",
                name=name[:40],
                known=named,
            )
    if {"{", "}"} & set(_BRACES.sub("", sentence)):
        raise Invalid.at(
            "sentence",
            "There is a single brace. Write names in braces, like %(known)s, and use braces for "
            "nothing else.",
            known=named,
        )
    if not sentence.strip():
        raise Invalid.at("sentence", "Write the sentence, or delete your own wording.")


def filled(sentence: str, told: Notice, *, title: str, date: str) -> str:
    """A wording with the words of one change in it; each stands as it is, braces and all."""
    words: Mapping[str, str] = {
        **told.words,
        "title": opening(title, _LONGEST_TITLE),
        "date": date,
    }
    return _BRACES.sub(lambda found: words.get(found[1], ""), sentence)
