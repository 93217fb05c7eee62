"""The words of the card's warnings, and what templates need to show what cannot be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint

from corrections_app.domain.ordering import Matter
from corrections_app.domain.text.differences import Piece
from corrections_app.domain.text.excerpts import Excerpt, Shown, excerpt
from corrections_app.domain.text.invisible import Glyphs
from corrections_app.domain.text.lookalikes import strange_host
from corrections_app.domain.warnings.flags import Flag
from corrections_app.domain.warnings.notices import Notice
from corrections_app.domain.warnings.risks import Risk
from corrections_app.domain.warnings.suspicion import Sign
from corrections_app.language import N_, gettext
from corrections_app.models import Article
from corrections_app.workflow.house_rules import matching
from corrections_app.workflow.pending import facts
from corrections_app.workflow.record import house_style

RISKS = {
    Risk.NUMBER: N_("changes a number"),
    Risk.DATE: N_("changes a date"),
    Risk.NAME: N_("changes a name"),
    Risk.QUOTATION: N_("changes a quotation"),
    Risk.LINK: N_("changes a link"),
    Risk.NEGATION: N_("changes a “not”"),
    Risk.INVISIBLE: N_("changes invisible characters"),
    Risk.LOOKALIKE: N_("has letters that look like others"),
    Risk.LONGER: N_("makes it much longer"),
}
"""What the chips say, in the order of their weight on the card."""

SIGNS = {
    Sign.HIDDEN_FIELD: N_("A field was filled in that people do not see, as programs do."),
    Sign.TOO_FAST: N_("It was sent sooner than anybody can type."),
    Sign.REPEATED: N_("Nearly the same words were sent to several other places within a day."),
    Sign.EVERYWHERE: N_("Nearly the same words were sent to very many places within a day."),
    Sign.LINK_IN_WORDS: N_("The new words have a link, the article’s words have none."),
    Sign.LINK: N_("The explanation has a link."),
    Sign.LINKS: N_("There are several links."),
    Sign.SCRIPTS: N_("The new words have letters of an alphabet that the article does not use."),
    Sign.SPAM_FROM_MAILBOX: N_("Earlier corrections from this address were rejected as spam."),
    Sign.SPAM_FROM_NETWORK: N_(
        "Others from the same part of the network were rejected as spam that day."
    ),
}
"""What each sign of spam says on the card."""

_SAYS_FACT = N_("the reader says a fact is wrong")

MATTERS = {
    Matter.FACT: N_("a fact"),
    Matter.LINK: N_("where a link leads"),
    Matter.MEANING: N_("what is meant"),
    Matter.SPELLING: N_("how it is written"),
}
"""What the order of a card says is at stake."""


def install(blueprint: Blueprint) -> None:
    """Give the templates these filters."""
    blueprint.add_app_template_filter(excerpt_of_change, "excerpt")
    blueprint.add_app_template_filter(excerpt_of_words)
    blueprint.add_app_template_filter(risk_label)
    blueprint.add_app_template_filter(matter_label)
    blueprint.add_app_template_filter(sign_sentence)
    blueprint.add_app_template_filter(facts.told, "touched")
    blueprint.add_app_template_filter(strange_host)
    blueprint.add_app_template_filter(matching.words, "rule_words")
    blueprint.add_app_template_filter(matching.note, "rules_note")


def excerpt_of_change(
    pieces: Sequence[Piece],
    room: int,
    begin: int = 0,
    around: int | None = None,
    chips: bool = True,
) -> Excerpt:
    """As much of a change as there is room for."""
    return excerpt(pieces, room, begin=begin, around=around, chips=chips)


def excerpt_of_words(text: str, room: int, chips: bool = True) -> Excerpt:
    """As much of some words; the ellipsis where they were cut is no part of the article."""
    lead, trail = "…\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}…"
    first = lead if text.startswith(lead) else ""
    last = trail if text.endswith(trail) and len(text) > len(first) else ""
    words = text[len(first) : len(text) - len(last)]
    found = excerpt([Piece("same", words)], room, chips=chips)
    around = (Shown("same", (Glyphs(first),)), Shown("same", (Glyphs(last),)))
    return replace(found, pieces=(around[0], *found.pieces, around[1]))


def risk_label(risk: str) -> str:
    """What a warning says."""
    return gettext(_SAYS_FACT if risk == Flag.FACT else RISKS[Risk(risk)])


def matter_label(matter: Matter) -> str:
    """What the order of a card says is at stake."""
    return gettext(MATTERS[matter])


def sign_sentence(sign: Sign) -> str:
    """What a sign of spam says."""
    return gettext(SIGNS[sign])


def notice_text(notice: Notice | None, article: Article) -> str:
    """The prepared notice of a change of an article, in the newsroom's words."""
    return house_style.sentence_of(notice, article) if notice else ""
