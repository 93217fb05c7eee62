"""The words of the card's warnings, and what templates need to show what cannot be seen."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint

from corrections_app.domain.flags import Flag
from corrections_app.domain.invisible import Part, parts
from corrections_app.domain.notices import Notice
from corrections_app.domain.ordering import Matter
from corrections_app.domain.risks import Risk
from corrections_app.language import N_, gettext
from corrections_app.workflow.facts import told

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

_SAYS_FACT = N_("the reader says a fact is wrong")

MATTERS = {
    Matter.FACT: N_("a fact"),
    Matter.LINK: N_("a link"),
    Matter.MEANING: N_("what is meant"),
    Matter.SPELLING: N_("how it is written"),
}
"""What the order of a card says is at stake."""


def install(blueprint: Blueprint) -> None:
    """Give the templates these filters."""
    blueprint.add_app_template_filter(shown_parts, "parts")
    blueprint.add_app_template_filter(risk_label)
    blueprint.add_app_template_filter(told, "touched")


def shown_parts(text: str) -> Iterator[Part]:
    """The parts of some words; the ellipsis where they were cut is no part of the article."""
    lead, trail = "…\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}…"
    first = lead if text.startswith(lead) else ""
    last = trail if text.endswith(trail) and len(text) > len(first) else ""
    yield Part(first)
    yield from parts(text[len(first) : len(text) - len(last)])
    yield Part(last)


def risk_label(risk: str) -> str:
    """What a warning says."""
    return gettext(_SAYS_FACT if risk == Flag.FACT else RISKS[Risk(risk)])


def notice_text(notice: Notice | None) -> str:
    """The prepared notice in the current language."""
    return gettext(notice.sentence) % notice.words if notice else ""
