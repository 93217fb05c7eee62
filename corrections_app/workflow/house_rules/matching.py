"""Which house rules a change touches, and what a person is told of one. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.text.edits import Edit, splice_within
from corrections_app.domain.warnings import house_rules
from corrections_app.domain.warnings.house_rules import Found, Rule
from corrections_app.language import N_, gettext
from corrections_app.models import HouseRule

_REACH = house_rules.LONGEST
"""Code points around a change in which the rest of a form may be."""
_NAMES = [each.name for each in fields(Rule) if each.name != "number"]
WE_WRITE = N_("We write “%(preferred)s”, not “%(form)s”.")


@dataclass(frozen=True)
class Touched:
    """The rules that a change breaks, and those that it follows."""

    against: Sequence[Found] = ()
    follows: Sequence[Found] = ()


NOTHING = Touched()


def applying(session: Session, lang: str) -> list[Rule]:
    """The rules that are switched on for articles in a language."""
    found = session.execute(_APPLYING)
    rules = (Rule(number, said, tuple(forms), *more) for number, said, forms, *more in found)
    return [rule for rule in rules if rule.speaks(lang)]


# Built once, every submission asks it; rows cost a fraction of objects.
_APPLYING = (
    select(HouseRule.id, *(getattr(HouseRule, name) for name in _NAMES))
    .where(HouseRule.active)
    .order_by(HouseRule.id)
    .limit(house_rules.MOST)
)


def of_words(session: Session, lang: str, old: str, new: str) -> Touched:
    """What a change of some words touches; both sides with what is around them."""
    rules = applying(session, lang)
    if not rules:
        return NOTHING
    against = house_rules.against(rules, old, new)
    return Touched(against, house_rules.following(rules, old, new))


def of_edits(session: Session, lang: str, text: str, edits: Sequence[Edit]) -> Touched:
    """What edits of a text touch."""
    low = max(edits[0].start - _REACH, 0)
    high = edits[-1].end + _REACH
    new = splice_within(text, low, min(high, len(text)), edits)
    return of_words(session, lang, text[low:high], new)


def words(found: Found) -> str:
    """What somebody is told of a rule who writes otherwise: the rule, why, and where it is said."""
    rule = found.rule
    said = gettext(WE_WRITE) % {"preferred": rule.preferred, "form": found.form}
    return " ".join(filter(None, (said, rule.reason, rule.link)))


def note(found: Sequence[Found]) -> str:
    """What a reader is told of several rules: of as many as one note has room for."""
    told = ""
    for one in found:
        more = f"{told}\n{words(one)}".lstrip()
        if len(more) + more.count("\n") > limits.NOTE:  # forms end lines with two characters
            break
        told = more
    return told
