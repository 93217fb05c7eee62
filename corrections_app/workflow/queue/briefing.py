"""What is worth knowing before deciding: warnings, the sender's record, what came before.

Reads only; every query looks at a bounded number of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from corrections_app.domain.carrying import CARRIED
from corrections_app.domain.lifecycle import Status
from corrections_app.domain.ordering import Record
from corrections_app.domain.text.body import SEPARATOR, block_around, text_blocks
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.text.layout import placed_blocks
from corrections_app.domain.text.lookalikes import looks_the_same, strangers
from corrections_app.domain.text.tables import Headings, headings_at
from corrections_app.domain.warnings.flags import FACTUAL, Flag, Weighed, among
from corrections_app.domain.warnings.notices import Notice, notice, respells_names
from corrections_app.domain.warnings.risks import Risk
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Decision, Placement, Revision
from corrections_app.workflow.house_rules import matching
from corrections_app.workflow.house_rules.matching import Touched
from corrections_app.workflow.pending import facts
from corrections_app.workflow.pending.reputation import record_of

RECENT = timedelta(hours=24)
"""A paragraph that changed within this time is worth a second look."""
MOST = 20
"""Of comebacks and of neighbours a card names so many."""
_PARAGRAPH = 4_000  # code points of a neighbouring paragraph that are shown

FACTS = FACTUAL | {Risk.LONGER}
"""Warnings about what is said, not about how it is spelt: such a change has a notice."""


@dataclass(frozen=True)
class Surroundings:
    """The paragraph of some words and its neighbours; "" where there is none."""

    above: str
    before: str
    after: str
    below: str


@dataclass(frozen=True)
class Briefing:
    """What a card says beside the change itself.

    ``cell`` is what heads the words' row and column, where they stand in a table.
    ``changes`` are the parts of the change, each as the words that go and those
    that come. ``recent``: the paragraph changed within the last day.
    ``fact``: the reader says that a fact is wrong. ``prepared``: the notice, where the
    change could have one. ``is_respelt``: names are only spelt otherwise. ``now_there``
    and ``asked_for`` name characters where two texts look alike.
    """

    fact: bool = False
    risks: tuple[Risk, ...] = ()
    recent: bool = False
    changes: tuple[tuple[str, str], ...] = ()
    prepared: Notice | None = None
    is_respelt: bool = False
    looks_same: bool = False
    now_there: Sequence[str] = ()
    asked_for: Sequence[str] = ()
    surroundings: Surroundings | None = None
    cell: Headings | None = None
    record: Record | None = None
    comebacks: Sequence[Decision] = ()
    neighbours: Sequence[Correction] = ()
    house: Touched = matching.NOTHING

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What flags the change as one of facts."""
        return among(self.risks, fact=self.fact)

    @property
    def flagged(self) -> bool:
        """Whether it takes the second key to accept it: for what flags it, or a mere warning."""
        return self.fact or self.recent or bool(self.risks or self.house.against)

    @property
    def is_told(self) -> bool:
        """Whether accepting changes what the article says, so that readers should be told."""
        told = FACTS - {Risk.NAME} if self.is_respelt else FACTS
        return self.fact or not told.isdisjoint(self.risks)


def of(correction: Correction, now: datetime) -> Briefing:
    """The briefing on a pending correction."""
    brief = Briefing(
        fact=facts.says_fact(db.session(), correction),
        record=record_of(correction),
        comebacks=rejected_before(correction),
    )
    placement = correction.placement
    if placement is None or placement.start is None or placement.end is None:
        return brief
    text = correction.article.current.text
    row = placed_blocks(text_blocks(correction.article.current.blocks))
    brief = replace(
        brief,
        surroundings=surroundings(text, placement.start, placement.end),
        cell=headings_at(row, placement.start),
        neighbours=neighbours(correction, placement, text),
    )
    edits = placement.edits if placement.fit in CARRIED else None
    return _with_change(brief, correction.article, edits, now) if edits else brief


def _with_change(
    brief: Briefing, article: Article, edits: tuple[Edit, ...], now: datetime
) -> Briefing:
    text = article.current.text
    risks = Weighed(article.current.blocks).risks(edits)
    changes = tuple((text[edit.start : edit.end], edit.replacement) for edit in edits)
    old, new = ("\n".join(side) for side in zip(*changes, strict=True))
    alike = bool(risks & {Risk.LOOKALIKE, Risk.INVISIBLE})
    return replace(
        brief,
        risks=tuple(risk for risk in Risk if risk in risks),
        recent=changed_since(article, edits, now - RECENT),
        changes=changes,
        prepared=notice(text, edits, article.current.blocks),
        is_respelt=Risk.NAME in risks and respells_names(text, edits),
        looks_same=looks_the_same(old, new),
        now_there=strangers(new, old) if alike else (),
        asked_for=strangers(old, new) if alike else (),
        house=matching.of_edits(db.session(), article.lang, text, edits),
    )


def rejected_before(correction: Correction) -> list[Decision]:
    """The rejections of the very same change of this article, the newest first.

    However many readers had asked for it together, it was rejected once.
    """
    if correction.exact is None or correction.replacement is None:
        return []
    query = (
        select(Decision)
        .join(Correction, Correction.id == Decision.correction_id)
        .where(
            Correction.article_id == correction.article_id,
            Correction.status == Status.REJECTED,
            Correction.exact == correction.exact,
            Correction.replacement == correction.replacement,
            Decision.undone_at.is_(None),
        )
        .options(joinedload(Decision.by))
        .order_by(Decision.id.desc())
        .limit(MOST)
    )
    by_cause = {one.caused_by_id or one.id: one for one in db.session.scalars(query)}
    return list(by_cause.values())


def changed_since(article: Article, edits: Sequence[Edit], since: datetime) -> bool:
    """Whether the paragraphs of these edits read otherwise in the revision of that moment.

    An article that is younger is compared with its first revision.
    """
    current = article.current
    if current.number == 1 or current.created_at <= since:
        return False
    numbers = select(Revision.text).where(Revision.article_id == article.id)
    then = db.session.scalar(
        numbers.where(Revision.created_at <= since).order_by(Revision.number.desc()).limit(1)
    ) or db.session.scalar(numbers.where(Revision.number == 1))
    unchanged = set((then or "").split(SEPARATOR))
    return not unchanged.issuperset(_paragraphs(current.text, edits))


def neighbours(correction: Correction, placement: Placement, text: str) -> list[Correction]:
    """Other pending corrections of the same paragraph, of which this one may be a duplicate."""
    low, high = block_around(text, placement.start or 0, placement.end or 0)
    query = (
        select(Correction)
        .join(Placement, Placement.correction_id == Correction.id)
        .where(
            Correction.article_id == correction.article_id,
            Correction.status == Status.PENDING,
            Correction.leader_id.is_(None),
            Correction.id != correction.id,
            Placement.start < high,
            Placement.end > low,
        )
        .order_by(Correction.id)
        .limit(MOST)
    )
    return list(db.session.scalars(query))


def surroundings(text: str, start: int, end: int) -> Surroundings:
    """The whole paragraph around ``[start, end)`` and the ones beside it."""
    low, high = block_around(text, start, end)
    above = text[max(0, low - _PARAGRAPH) : max(0, low - len(SEPARATOR))]
    below = text[high + len(SEPARATOR) : high + _PARAGRAPH]
    return Surroundings(
        above=above.rpartition(SEPARATOR)[2],
        before=text[max(low, start - _PARAGRAPH) : start],
        after=text[end : min(high, end + _PARAGRAPH)],
        below=below.partition(SEPARATOR)[0],
    )


def _paragraphs(text: str, edits: Sequence[Edit]) -> Iterator[str]:
    for edit in edits:
        low, high = block_around(text, edit.start, edit.end)
        yield from text[low:high].split(SEPARATOR)
