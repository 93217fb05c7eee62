"""What waits, and what the list says of it: reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import joinedload

from corrections_app.domain import limits
from corrections_app.domain.anchoring import candidates, places
from corrections_app.domain.carrying import CARRIED
from corrections_app.domain.lifecycle import Status
from corrections_app.domain.text.body import block_around
from corrections_app.domain.text.differences import Piece, difference
from corrections_app.domain.text.edits import splice
from corrections_app.domain.text.paragraphs import Context, sentence
from corrections_app.extensions import db
from corrections_app.models import (
    Appeal,
    Approval,
    Contact,
    Correction,
    Decision,
    Enquiry,
    Escalation,
    Hold,
)
from corrections_app.workflow import locks
from corrections_app.workflow.pending import enquiries
from corrections_app.workflow.pending.depth import pending

CAPPED = 1_000
_REACH = 12 * limits.CONTEXT  # code points of its paragraph that are shown with a change
MOST_OTHERS = 100
MOST_PLACES = 20
"""Of the other places of some words, a person is shown so many."""


@dataclass(frozen=True)
class Passage:
    """A correction inside its paragraph: what stands before it, the difference, what follows."""

    before: str
    pieces: tuple[Piece, ...]
    after: str
    current: str
    proposed: str


@dataclass(frozen=True)
class Occurrence:
    """Some words of the current text at ``[start, end)``, inside their sentence."""

    start: int
    end: int
    context: Context


@dataclass(frozen=True)
class Signs:
    """What the list says of a correction besides its words."""

    supporters: int = 0
    held_until: datetime | None = None
    escalated: bool = False
    awaiting: bool = False
    appealed: bool = False
    enquiry: Enquiry | None = None
    """What its reader was asked."""
    others: int = 0
    """How many more came from the same address, counted up to `MOST_OTHERS`."""


def leaders() -> Select[Any]:
    """Everything pending, one for each cluster."""
    return select(Correction).where(pending(), Correction.leader_id.is_(None))


def how_many(among: Select[Any] | None = None) -> int:
    """How many wait, counted no further than the cap."""
    query = leaders() if among is None else among
    query = query.with_only_columns(Correction.id, maintain_column_froms=True)
    return db.session.scalar(select(func.count()).select_from(query.limit(CAPPED).subquery())) or 0


def signs(corrections: Sequence[Correction]) -> dict[int, Signs]:
    """The signs of each of these corrections, in as many queries for fifty as for one."""
    ids = [correction.id for correction in corrections]
    behind = (
        select(Correction.leader_id, func.count())
        .where(Correction.leader_id.in_(ids), Correction.status == Status.PENDING)
        .group_by(Correction.leader_id)
    )
    supporters = {leader: count for leader, count in db.session.execute(behind)}
    holds = select(Hold.correction_id, Hold.until).where(Hold.correction_id.in_(ids))
    held = {correction_id: until for correction_id, until in db.session.execute(holds)}
    escalated = _ids_with(Escalation.correction_id, ids)
    awaiting = _ids_with(Approval.correction_id, ids)
    appealed = _ids_with(Appeal.correction_id, ids, Appeal.outcome.is_(None))
    asked = enquiries.among(ids)
    others = _others(ids)
    return {
        one: Signs(
            supporters=supporters.get(one, 0),
            held_until=held.get(one),
            escalated=one in escalated,
            awaiting=one in awaiting,
            appealed=one in appealed,
            enquiry=asked.get(one),
            others=others.get(one, 0),
        )
        for one in ids
    }


def _others(ids: Sequence[int]) -> dict[int, int]:
    """How many corrections came from the same address besides each of these."""
    theirs = select(Contact.email).where(Contact.correction_id.in_(ids), Contact.email.is_not(None))
    reader = theirs.distinct().subquery("reader")
    # Counted for each address of a page along its index, and no further than is told.
    some = select(literal(1)).where(Contact.email == reader.c.email).limit(MOST_OTHERS + 1)
    counted = select(func.count()).select_from(some.correlate(reader).subquery())
    many = dict(
        db.session.execute(
            select(reader.c.email, counted.correlate(reader).scalar_subquery())
        ).all()
    )
    sent = select(Contact.correction_id, Contact.email).where(Contact.correction_id.in_(ids))
    return {one: many[email] - 1 for one, email in db.session.execute(sent) if email in many}


def decisions(corrections: Sequence[Correction]) -> dict[int, Decision]:
    """The decision that holds for each of these that has one, with who made it."""
    closed = [one.id for one in corrections if one.status != Status.PENDING]
    query = select(Decision).where(Decision.correction_id.in_(closed), Decision.undone_at.is_(None))
    found = db.session.scalars(query.options(joinedload(Decision.by))) if closed else ()
    return {one.correction_id: one for one in found}


def readers(corrections: Sequence[Correction]) -> dict[int, Contact]:
    """What is kept of who sent each of these, where anything is."""
    ids = [one.id for one in corrections]
    found = db.session.scalars(select(Contact).where(Contact.correction_id.in_(ids)))
    return {one.correction_id: one for one in found}


def _ids_with(column: Any, ids: Sequence[int], *more: Any) -> set[int]:
    return set(db.session.scalars(select(column).where(column.in_(ids), *more)))


def one(correction_id: int) -> Correction:
    """The correction with this number. Raises `NotFound`."""
    return locks.correction_of(db.session(), correction_id)


def passage(correction: Correction) -> Passage | None:
    """The words as they stand now, the change, and the paragraph around them.

    None for a remark on the whole article, and where the words are gone.
    """
    placement = correction.placement
    if placement is None or placement.start is None or placement.end is None:
        return None
    text = correction.article.current.text
    low, high = block_around(text, placement.start, placement.end)
    low, high = max(low, placement.start - _REACH), min(high, placement.end + _REACH)
    current = text[placement.start : placement.end]
    proposed = current
    # Where the words were edited since, the edits still count in the text before that.
    if placement.fit in CARRIED and (parts := placement.edits):
        proposed = splice(text[: placement.end], parts)[placement.start :]
    return Passage(
        text[low : placement.start],
        difference(current, proposed),
        text[placement.end : high],
        current,
        proposed,
    )


def shown(correction: Correction) -> Passage | None:
    """The change as a list shows it: where it stands now, or as it was sent.

    The latter of what is closed, and where the words are no longer there to be changed.
    """
    stands = passage(correction) if correction.status == Status.PENDING else None
    if stands is None or (stands.current == stands.proposed and not correction.is_remark):
        return sent_passage(correction)
    return stands


def other_places(correction: Correction) -> list[Occurrence]:
    """Where else in the article the very same words stand, as whole words; at most twenty.

    Empty where there is nothing that could be applied there.
    """
    placement = correction.placement
    if correction.is_remark or placement is None or placement.fit not in CARRIED:
        return []
    if placement.start is None or placement.end is None:
        return []
    text = correction.article.current.text
    others: list[Occurrence] = []
    for start, end in places(text, text[placement.start : placement.end]):
        is_apart = end <= placement.start or start >= placement.end
        if is_apart and (not others or start >= others[-1].end):
            others.append(Occurrence(start, end, sentence(text, start, end)))
    return others[:MOST_PLACES]


def places_like(correction: Correction, words: str) -> list[Occurrence]:
    """Where words typed by hand stand in the article now, to choose one of them."""
    text = correction.article.current.text
    spans = candidates(text, words, MOST_PLACES)
    return [Occurrence(start, end, sentence(text, start, end)) for start, end in spans]


def sent_passage(correction: Correction) -> Passage | None:
    """The change as the reader sent it, between the words that stood around it."""
    if correction.exact is None:
        return None
    proposed = correction.replacement if correction.replacement is not None else correction.exact
    return Passage(
        correction.prefix,
        difference(correction.exact, proposed),
        correction.suffix,
        correction.exact,
        proposed,
    )


def as_json(correction: Correction, signs: Signs, now: datetime) -> dict[str, Any]:
    """A correction as other programs see it (the contract of ``GET /queue``)."""
    placement = correction.placement
    return {
        "id": correction.id,
        "version": correction.version,
        "article": correction.article.slug,
        "title": correction.article.current.title,
        "revision": correction.article.head,
        "exact": correction.exact,
        "prefix": correction.prefix,
        "suffix": correction.suffix,
        "start": placement.start if placement else None,
        "end": placement.end if placement else None,
        "replacement": correction.replacement,
        "explanation": correction.explanation,
        "kind": correction.kind,
        "field": correction.field,
        "source_url": correction.source_url,
        "fit": placement.fit if placement else None,
        "risks": (correction.risks or "").split(),
        "status": correction.status,
        "supporters": signs.supporters,
        "held_until": signs.held_until.isoformat() if signs.held_until else None,
        "escalated": signs.escalated,
        "awaiting": signs.awaiting,
        "appealed": signs.appealed,
        "question": _enquiry_as_json(signs.enquiry, now),
        "reference": correction.reference,
        "created_at": correction.created_at.isoformat(),
        "overdue": correction.status == Status.PENDING and correction.overdue_at <= now,
        "age": int((now - correction.created_at).total_seconds()),
    }


def _enquiry_as_json(enquiry: Enquiry | None, now: datetime) -> dict[str, Any] | None:
    if enquiry is None:
        return None
    answered_at = enquiry.answered_at
    return {
        "state": enquiry.state_at(now),
        "words": enquiry.question,
        "asked_at": enquiry.created_at.isoformat(),
        "until": enquiry.until.isoformat(),
        "answer": enquiry.answer,
        "answered_at": answered_at.isoformat() if answered_at else None,
    }
