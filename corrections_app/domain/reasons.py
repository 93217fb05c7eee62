"""Why a correction was not taken: a label for moderators, a sentence for the reader.

The sentences are what a newspaper would write to someone who took the trouble
to help it. They are translated where they are shown.
"""

from __future__ import annotations

from typing import NamedTuple

from corrections_app.domain.lifecycle import Reason


class Wording(NamedTuple):
    """The two faces of one reason."""

    label: str
    sentence: str


WORDINGS: dict[Reason, Wording] = {
    Reason.NOT_AN_ERROR: Wording(
        "Not an error",
        "We checked the passage and believe that it is right as it stands.",
    ),
    Reason.HOUSE_STYLE: Wording(
        "House style",
        "Both forms are in use. Our style book asks for the one that we printed.",
    ),
    Reason.IS_A_QUOTATION: Wording(
        "Is a quotation",
        "These words are a quotation, and we print what was said as it was said.",
    ),
    Reason.OPINION: Wording(
        "Opinion",
        "This is a judgement rather than a fact, and we leave judgements to their author.",
    ),
    Reason.NEEDS_SOURCE: Wording(
        "Needs a source",
        "We could not confirm this by ourselves. "
        "If you know of a source, tell us and we will look again.",
    ),
    Reason.UNVERIFIED: Wording(
        "Could not be verified",
        "We tried to verify this and could not, so for now the text stays as it is.",
    ),
    Reason.OUT_OF_SCOPE: Wording(
        "Out of scope",
        "This goes beyond the correction of an article. "
        "It is better sent as a letter to the editor, and we would be glad to have it.",
    ),
    Reason.SPAM: Wording("Spam or abuse", "The message was not about the article."),
    Reason.OTHER: Wording("Other, in my own words", "An editor has written why."),
}


def lacks_its_note(code: str | None, note: str) -> bool:
    """Whether this reason says nothing without a note, and there is none."""
    return code == Reason.OTHER and not note.strip()


def sentence_of(reason: Reason | str | None) -> str:
    """What the reader is told of the reason; empty where there is none."""
    return WORDINGS[Reason(reason)].sentence if reason else ""
