"""What waits, oldest first: reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import joinedload

from corrections_app.domain import limits
from corrections_app.domain.differences import Piece, difference
from corrections_app.domain.errors import NotFound
from corrections_app.domain.lifecycle import Status
from corrections_app.domain.patching import splice
from corrections_app.extensions import db
from corrections_app.models import Correction, Letter, Owed
from corrections_app.workflow import placing

PAGE = 50
CAPPED = 1_000


@dataclass(frozen=True)
class Passage:
    """A correction inside its paragraph: what stands before it, the difference, what follows."""

    before: str
    pieces: tuple[Piece, ...]
    after: str
    current: str
    proposed: str


@dataclass(frozen=True)
class Page:
    """Some of what waits, and the cursor of what follows."""

    items: list[Correction]
    next: str | None


def waiting(after: str | None = None, size: int = PAGE) -> Page:
    """Pending corrections, oldest first, from the one after the cursor on."""
    query = (
        select(Correction)
        .where(Correction.status == Status.PENDING, Correction.leader_id.is_(None))
        .options(joinedload(Correction.article), joinedload(Correction.placement))
        .order_by(Correction.created_at, Correction.id)
        .limit(size + 1)
    )
    if after and (last := db.session.get(Correction, _number(after))):
        place = tuple_(Correction.created_at, Correction.id)
        query = query.where(place > tuple_(last.created_at, last.id))
    found = list(db.session.scalars(query))
    return Page(found[:size], str(found[size - 1].id) if len(found) > size else None)


def how_many() -> int:
    """How many wait, counted no further than the cap."""
    query = select(Correction.id).where(
        Correction.status == Status.PENDING, Correction.leader_id.is_(None)
    )
    return len(db.session.scalars(query.limit(CAPPED)).all())


def one(correction_id: int) -> Correction:
    """The correction with this number. Raises `NotFound`."""
    correction = db.session.get(Correction, correction_id)
    if correction is None:
        raise NotFound("There is no such correction.")
    return correction


def letters_about(correction: Correction) -> list[Letter]:
    """The letters that told of this correction, oldest first."""
    query = select(Letter).join(Owed).where(Owed.correction_id == correction.id)
    return list(db.session.scalars(query.order_by(Letter.id)))


def passage(correction: Correction) -> Passage | None:
    """The words as they stand now, the change, and the paragraph around them.

    None for a remark on the whole article, and where the words are gone.
    """
    where = correction.placement
    if where is None or where.start is None or where.end is None:
        return None
    text = correction.article.current.text
    low, high = _paragraph(text, where.start, where.end)
    current = text[where.start : where.end]
    proposed = current
    if parts := placing.loaded(where.edits):
        proposed = splice(text[: where.end], parts)[where.start :]
    return Passage(
        text[low : where.start],
        difference(current, proposed),
        text[where.end : high],
        current,
        proposed,
    )


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


def _paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    low = text.rfind("\n\n", 0, start)
    high = text.find("\n\n", end)
    low = 0 if low < 0 else low + 2
    high = len(text) if high < 0 else high
    reach = 12 * limits.CONTEXT
    return max(low, start - reach), min(high, end + reach)


def _number(cursor: str) -> int:
    return int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 16 else 0


def as_json(correction: Correction, now: datetime) -> dict[str, Any]:
    """A correction as other programs see it (the contract of ``GET /queue``)."""
    where = correction.placement
    return {
        "id": correction.id,
        "version": correction.version,
        "article": correction.article.slug,
        "title": correction.article.current.title,
        "revision": correction.article.head,
        "exact": correction.exact,
        "prefix": correction.prefix,
        "suffix": correction.suffix,
        "start": where.start if where else None,
        "end": where.end if where else None,
        "replacement": correction.replacement,
        "explanation": correction.explanation,
        "kind": correction.kind,
        "source_url": correction.source_url,
        "fit": where.fit if where else None,
        "status": correction.status,
        "supporters": 0,
        "reference": correction.reference,
        "created_at": correction.created_at.isoformat(),
        "age": int((now - correction.created_at).total_seconds()),
    }
