"""What the same error elsewhere is: words of a change, or what a house rule does not write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from corrections_app.domain import anchoring
from corrections_app.domain.carrying import CARRIED
from corrections_app.domain.lifecycle import Status
from corrections_app.domain.text.edits import Edit, splice_within
from corrections_app.domain.warnings import house_rules
from corrections_app.domain.warnings.house_rules import Found, Rule, Searched
from corrections_app.extensions import db
from corrections_app.language import gettext
from corrections_app.models import Correction, Decision
from corrections_app.workflow import revisions, taken_down
from corrections_app.workflow.house_rules import matching

_LONGEST = 200
_SHORTEST = 3


@dataclass(frozen=True)
class Swap:
    """Words that are looked for, and what should be there instead: by a rule, or as they are.

    ``of`` is the correction that they are from.
    """

    lang: str
    rule: Rule | None = None
    old: str = ""
    new: str = ""
    of: Correction | None = None

    @property
    def forms(self) -> tuple[str, ...]:
        """What is looked for."""
        return self.rule.forms if self.rule else (self.old,)

    def places(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """Start, end, what is to be there instead, and why that is asked for."""
        if self.rule is None:
            of = self.of.reference if self.of else ""
            why = gettext("The same change as in %(reference)s.") % {"reference": of}
            yield from ((start, end, self.new, why) for start, end in _apart(text, self.old))
            return
        for match in house_rules.matches(self.rule, Searched(text)):
            wanted = house_rules.in_place(self.rule, text[match.start : match.end])
            yield match.start, match.end, wanted, matching.words(Found(self.rule, match.form))


def by_rule(rule: Rule) -> Swap:
    """What a rule does not write, wherever it is."""
    return Swap(rule.lang, rule=rule)


def of_correction(correction: Correction, decision: Decision | None = None) -> Swap | None:
    """What a correction that waits, or was accepted by ``decision``, changes; None for others.

    By the rule that it follows, if there is one; never against one. Words that are too short or
    too long to be the same error elsewhere are not looked for.
    """
    known = _change(db.session(), correction, decision)
    if known is None:
        return None
    text, edits, selected = known
    lang = correction.article.lang
    touched = matching.of_edits(db.session(), lang, text, edits)
    if touched.against:
        return None
    if touched.follows:
        return Swap(lang, rule=touched.follows[0].rule, of=correction)
    old, new = _words(text, edits, selected)
    fit = _SHORTEST <= len(old) <= _LONGEST and 0 < len(new) <= _LONGEST and old != new
    if not fit or "\n" in old + new or not any(each.isalpha() for each in old):
        return None
    return Swap(lang, old=old, new=new, of=correction)


def _change(
    session: Session, correction: Correction, decision: Decision | None
) -> tuple[str, Sequence[Edit], tuple[int, int] | None] | None:
    """A text, what is or was changed in it, and what the reader selected there."""
    if correction.is_remark:
        return None
    if correction.status == Status.PENDING:
        placement = correction.placement
        if placement is None or placement.fit not in CARRIED or not placement.edits:
            return None
        selected = placement.start or 0, placement.end or 0
        return correction.article.current.text, placement.edits, selected
    if correction.status != Status.ACCEPTED or decision is None or not decision.edits:
        return None
    before = (decision.revision or 1) - 1
    if before < 1 or not taken_down.may_show(session, correction.article_id, before):
        return None
    selected_then = None
    if decision.as_proposed and correction.base_revision == before:
        selected_then = (correction.start or 0, correction.end or 0)
    text = revisions.text(session, correction.article_id, before)
    return text, decision.edits, selected_then


def _words(text: str, edits: Sequence[Edit], selected: tuple[int, int] | None) -> tuple[str, str]:
    """What is the same error elsewhere: a name alone, or else all that was selected."""
    low, high = house_rules.whole_words(text, edits[0].start, edits[-1].end)
    old, new = text[low:high], splice_within(text, low, high, edits)
    is_name = any(each.isupper() for each in old) and bool(new.strip())
    if not is_name and selected is not None:
        start, end = min(selected[0], edits[0].start), max(selected[1], edits[-1].end)
        old, new = text[start:end], splice_within(text, start, end, edits)
    return old.strip(), new.strip()


def _apart(text: str, words: str) -> Iterator[tuple[int, int]]:
    done = 0
    for start, end in anchoring.places(text, words):
        if start >= done:
            yield start, end
            done = end
