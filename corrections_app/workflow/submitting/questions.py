"""What is known already of a change that a reader is about to send: reads only.

Nothing of another reader's is told: only that the same was suggested, what the
newsroom ruled, and what the article says now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from corrections_app.domain.anchoring import cut
from corrections_app.domain.carrying import (
    CARRIED,
    Place,
    over_foreign,
    over_own,
    place_of,
    reads_already,
)
from corrections_app.domain.errors import Refusal, TextMoved
from corrections_app.domain.lifecycle import Fit, Reason, Status
from corrections_app.domain.text.body import normalise
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.text.paragraphs import Context, sentence
from corrections_app.domain.warnings import house_rules
from corrections_app.domain.warnings.house_rules import Found
from corrections_app.models import Article, Correction, Decision, Placement, Revision
from corrections_app.models.engine import ask
from corrections_app.workflow import revisions
from corrections_app.workflow.house_rules import matching
from corrections_app.workflow.pending import alignments, placing
from corrections_app.workflow.reasons import keeping as reasons

QuestionKind = Literal["done", "changed", "house", "same", "rejected"]

_Ruling = Row[*tuple[Any, ...]]
"""What is asked of a rejection."""
_MOST_RULINGS = 200
_MOST_PLACES = 5
"""Of rulings on a like change, the places of so many are looked for: each may cost an alignment."""
_MOST_STEPS = 500
_MOST_ALIGNED = 5


@dataclass(frozen=True)
class Question:
    """Something that a reader should know before sending.

    ``done``: the article says so already. ``changed``: it says something else
    by now. ``house``: it brings what the newsroom does not write, by the rules of
    ``house``. ``same``: the same change waits. ``rejected``: the same change was
    turned down, for ``reason``. ``at`` is when the words changed, where that is
    known; ``stands`` is what stands there now, if anything does.
    """

    kind: QuestionKind
    number: int
    at: datetime | None = None
    stands: Context | None = None
    reason: str | None = None
    house: tuple[Found, ...] = ()

    @property
    def name(self) -> str:
        """How a form says that its reader has seen this question."""
        return f"{self.kind}:{self.number}"


class Asked(Refusal):
    """Nothing is stored yet: the reader is asked something first."""

    code = "asked"

    def __init__(self, question: Question) -> None:
        super().__init__("Something is already known about this change.")
        self.question = question


@alignments.for_strangers()
def check(
    session: Session,
    article: Article,
    base: Revision,
    sent: Correction,
    known: Collection[str],
    mine: Placement | None,
    twin: Correction | None,
) -> None:
    """Let a reader know what is known of a correction that is not stored yet.

    ``base`` is what they read, ``known`` names the questions that they have seen; ``mine`` is
    where its words stand now, and ``twin`` what asks for the same already. Raises `Asked` for the
    first of the others.
    """
    for question in _questions(session, article, base, sent, mine, twin):
        if question.name not in known:
            raise Asked(question)


@alignments.for_strangers()
def since(
    session: Session, article: Article, base: Revision, start: int, end: int
) -> Question | None:
    """Whether the words that a reader sees in an older revision read otherwise by now."""
    place = place_of(start, end, base.text[start:end], None)
    return _overtaken(session, article, base, place)


@alignments.for_strangers()
def carried(
    session: Session, article: Article, base: Revision, start: int, end: int
) -> tuple[int, int]:
    """Where words of an older revision stand today. Raises `TextMoved` where they do not."""
    start, end = cut(base.text, start, end)
    place = place_of(start, end, base.text[start:end], None)
    now = placing.forward(session, article, base.number, place)
    if now.fit not in CARRIED or now.start is None or now.end is None:
        raise TextMoved("The article has changed since you opened it. Find the sentence again.")
    return now.start, now.end


def _questions(
    session: Session,
    article: Article,
    base: Revision,
    sent: Correction,
    mine: Placement | None,
    twin: Correction | None,
) -> Iterator[Question]:
    if sent.start is None or sent.end is None:
        return
    place = place_of(sent.start, sent.end, sent.exact or "", sent.replacement)
    if found := _overtaken(session, article, base, place):
        yield found
    house = _broken(session, article, base.text, sent)
    if house:
        yield Question("house", house[0].rule.number, house=house)
    if mine is None or sent.replacement is None:
        return
    if twin is not None:
        yield Question("same", twin.leader_id or twin.id)
    ruling = _ruling(session, article, sent, mine)
    if ruling and not (house and ruling.reason == Reason.HOUSE_STYLE):  # it was said already
        yield Question("rejected", ruling.id, reason=ruling.reason)


def is_ruled(session: Session, article: Article, meant: Correction) -> bool:
    """Whether this very change, which is not stored, was turned down before."""
    mine = placing.standing(session, article, meant)
    return mine is not None and _ruling(session, article, meant, mine, is_told=False) is not None


def _broken(session: Session, article: Article, base: str, sent: Correction) -> tuple[Found, ...]:
    """The house rules against which a correction that is not stored yet puts other words."""
    if sent.replacement is None:
        return ()
    start, end = sent.start or 0, sent.end or 0
    # No further than a form can reach, which is further than what is kept around the words.
    before = base[max(start - house_rules.LONGEST, 0) : start]
    after = base[end : end + house_rules.LONGEST]
    old, new = (f"{before}{words}{after}" for words in (sent.exact, sent.replacement))
    touched = matching.of_words(session, article.lang, old, new)
    return tuple(found for found in touched.against if found.instead)


def _overtaken(session: Session, article: Article, base: Revision, place: Place) -> Question | None:
    if base.number == article.head:
        return None
    text = article.current.text
    alignment = alignments.between(article.id, base.number, article.head, base.text, text)
    # Asked first: of two equal words either may be the one that went.
    is_done = reads_already(place, alignment)
    now = over_foreign(place, alignment)
    if not is_done:
        own = placing.forward(session, article, base.number, place)
        # The words stand as they were; or were changed, and changed back.
        if own.fit in CARRIED or now.fit in CARRIED:
            return None
    there = now.start is not None and now.end is not None
    return Question(
        "done" if is_done else "changed",
        article.head,
        at=_changed_at(session, article, base, place, is_done),
        stands=sentence(text, now.start or 0, now.end or 0) if there else None,
    )


def _changed_at(
    session: Session, article: Article, base: Revision, place: Place, is_done: bool
) -> datetime | None:
    """When the words were changed first; None where finding out would cost too much."""
    query = select(Revision.number, Revision.edits, Revision.created_at).where(
        Revision.article_id == article.id, Revision.number > base.number
    )
    now, aligned = place, 0
    for number, parts, at in session.execute(query.order_by(Revision.number).limit(_MOST_STEPS)):
        made = parts
        if made is None:
            aligned += 1
            if aligned > _MOST_ALIGNED:
                return None
            old, new = (revisions.text(session, article.id, n) for n in (number - 1, number))
            now = over_foreign(now, alignments.between(article.id, number - 1, number, old, new))
        elif is_done and _meet(now, made):
            return at
        else:
            now = over_own(now, made)
        if now.fit not in CARRIED:
            return at
    return None


def _meet(place: Place, made: Sequence[Edit]) -> bool:
    start, end = place.start, place.end
    if start is None or end is None:
        return False
    return any(edit.start <= end and start <= edit.end for edit in made)


def _ruling(
    session: Session, article: Article, sent: Correction, mine: Placement, *, is_told: bool = True
) -> _Ruling | None:
    """The newest rejection of this very change; with ``is_told`` one that readers may hear of."""
    shape, words, looked = _shape(mine.edits), _words(sent), 0
    for ruling in ask(session, _RULINGS, {"article": article.id}):
        same_words = _words(ruling) == words
        if not same_words and _shape(ruling.known_edits) != shape:
            continue
        looked += 1
        if looked > _MOST_PLACES:
            return None
        same_place = _same_place(session, article, ruling, mine, same_words)
        if same_place and (not is_told or _is_told(ruling.reason)):
            return ruling
    return None


# Built once: every submission asks it; rows cost a fraction of objects.
_RULINGS = (
    select(
        *(Decision.id, Decision.reason, Correction.exact, Correction.replacement),
        *(Placement.known_revision, Placement.known_start),
        *(Placement.known_end, Placement.known_edits),
    )
    .join(Correction, Correction.id == Decision.correction_id)
    .join(Placement, Placement.correction_id == Correction.id)
    .where(
        Correction.article_id == bindparam("article"),
        Correction.status == Status.REJECTED,
        Correction.replacement.is_not(None),
        Decision.undone_at.is_(None),
    )
    .order_by(Decision.id.desc())
    .limit(_MOST_RULINGS)
)


def _same_place(
    session: Session, article: Article, ruling: _Ruling, mine: Placement, same_words: bool
) -> bool:
    """Whether both mean one place; where that cannot be known, the words decide."""
    now = placing.known_place(ruling)
    if ruling.known_revision != article.head:
        now = placing.forward(session, article, ruling.known_revision, now)
    if now.fit not in CARRIED or Fit(mine.fit) not in CARRIED:
        return same_words
    if now.edits == mine.edits:
        return True
    met = (now.start or 0) < (mine.end or 0) and (mine.start or 0) < (now.end or 0)
    return same_words and met


def _is_told(reason: str | None) -> bool:
    """Whether a reason is one that readers hear: an answer would tell a spammer what works."""
    wording = reasons.wording(reason or "")
    return wording is not None and wording.sends_letter


def _shape(parts: Sequence[Edit] | None) -> list[tuple[int, str]]:
    """What can be compared of edits before it is known where they stand."""
    return [(edit.end - edit.start, edit.replacement) for edit in parts or ()]


def _words(of: Correction | _Ruling) -> tuple[str, str]:
    return normalise(of.exact or ""), normalise(of.replacement or "")
