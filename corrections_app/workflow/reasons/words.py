"""What a reason for rejecting is called and says, in each language of the newsroom."""

from __future__ import annotations

from typing import NamedTuple

from flask import current_app

from corrections_app import language
from corrections_app.language import N_
from corrections_app.models import ReasonWording

SHIPPED = frozenset(
    {
        N_("Not an error"),
        N_("We checked the passage and believe that it is right as it stands."),
        N_("House style"),
        N_("Both forms are in use. Our style book asks for the one that we printed."),
        N_("Is a quotation"),
        N_("These words are a quotation, and we print what was said as it was said."),
        N_("Opinion"),
        N_("This is a judgement rather than a fact, and we leave judgements to their author."),
        N_("Needs a source"),
        N_(
            "We could not confirm this by ourselves. If you know of a source, reply to this "
            "letter and we will look again."
        ),
        N_("Could not be verified"),
        N_("We tried to verify this and could not, so for now the text stays as it is."),
        N_("Out of scope"),
        N_(
            "This goes beyond the correction of an article. It is better sent as a letter to "
            "the editor, and we would be glad to have it."
        ),
        N_("Spam or abuse"),
        N_("The message was not about the article."),
        N_("Other, in my own words"),
        N_("An editor has written why."),
    }
)
"""The words that the reasons of a new database have: they have others in every language."""


class Words(NamedTuple):
    """What a reason is called and what it tells the reader; None where nothing was said of it."""

    label: str | None
    sentence: str | None


class Told(NamedTuple):
    """The same, where something is said in any case."""

    label: str
    sentence: str


def words(reason: ReasonWording, lang: str | None = None) -> Told:
    """What a reason says in a language, or in the one that is spoken.

    Where the newsroom did not word it in that, its first words stand; those that the program
    came with are translated.
    """
    lang = lang or language.spoken()
    own = _own(reason, lang)
    return Told(
        own.get("label") or _shipped(reason.label, lang),
        own.get("sentence") or _shipped(reason.sentence, lang),
    )


def _shipped(text: str, lang: str) -> str:
    """The text in that language, if it is one of ours: the newsroom's own stay as they are."""
    if text not in SHIPPED:
        return text
    with language.speaking(lang):
        return language.gettext(text)


def worded(reason: ReasonWording, lang: str) -> Words:
    """What was said of a reason in just this language, by the newsroom or by the program."""
    own, told = _own(reason, lang), words(reason, lang)
    is_first = lang == languages()[0]
    return Words(
        told.label if "label" in own or is_first or reason.label in SHIPPED else None,
        told.sentence if "sentence" in own or is_first or reason.sentence in SHIPPED else None,
    )


def _own(reason: ReasonWording, lang: str) -> dict[str, str]:
    """What the newsroom worded in just this language, beside its first words."""
    return (reason.translations or {}).get(lang, {})


def languages() -> tuple[str, ...]:
    """Those that the newsroom offers, its own first."""
    offered: tuple[str, ...] = current_app.config["LANGUAGES"]
    return offered


def field_of(name: str, lang: str) -> str:
    """What a form calls the label or the sentence in a language: ``label``, ``label-uk``."""
    return name if lang == languages()[0] else f"{name}-{lang}"


def put(reason: ReasonWording, lang: str, said: Words) -> None:
    """Word a reason in one language; what it says in that by itself is not kept twice."""
    own = dict(_own(reason, lang))
    is_first = lang == languages()[0] and not own
    for name, text in said._asdict().items():
        if text is None or text == getattr(words(reason, lang), name):
            continue
        if is_first:
            setattr(reason, name, text)
        else:
            own[name] = text
    own = {name: text for name, text in own.items() if text}
    others = {key: value for key, value in (reason.translations or {}).items() if key != lang}
    reason.translations = others | ({lang: own} if own else {}) or None
