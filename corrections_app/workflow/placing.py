"""Where every pending correction stands in the article's newest revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.carrying import CARRIED, Place, over_foreign, over_own, place_of
from corrections_app.domain.lifecycle import Fit, Status
from corrections_app.domain.patching import Edit
from corrections_app.models import Article, Correction, Placement, Revision

Alignments = Mapping[int, Alignment]
"""Alignments to one new text, by the number of the revision each begins at."""


def stored(parts: Sequence[Edit] | None) -> list[list[Any]] | None:
    """Edits as JSON keeps them."""
    return None if parts is None else [[e.start, e.end, e.replacement] for e in parts]


def loaded(parts: Sequence[Sequence[Any]] | None) -> tuple[Edit, ...] | None:
    """Edits as JSON kept them."""
    return None if parts is None else tuple(Edit(*part) for part in parts)


def place(session: Session, article: Article, correction: Correction) -> None:
    """Give a new correction its place in the current revision, from the one that was read."""
    if correction.start is None or correction.end is None:
        return
    base = place_of(
        correction.start, correction.end, correction.exact or "", correction.replacement
    )
    known, now = correction.base_revision, base
    if known != article.head:
        now = _forward(session, article, known, base)
    if now.fit in CARRIED:
        known, base = article.head, now
    session.add(
        Placement(
            correction_id=correction.id,
            revision=article.head,
            start=now.start,
            end=now.end,
            edits=stored(now.edits),
            fit=now.fit,
            known_revision=known,
            known_start=base.start,
            known_end=base.end,
            known_edits=stored(base.edits),
        )
    )
    session.flush()


def align(session: Session, article: Article, text: str, *, own: bool) -> dict[int, Alignment]:
    """The alignments that carrying to ``text`` will need: one for each revision begun at.

    Costs the most of all, so it is done before the writer's turn is taken.
    ``own``: the step from the current revision is the program's own and exact.
    """
    pending = _pending(article.id).with_only_columns(Placement.known_revision).distinct()
    numbers = {number for (number,) in session.execute(pending)}
    if own:
        numbers.discard(article.head)
    return {number: Alignment(_text(session, article.id, number), text) for number in numbers}


def carry(
    session: Session,
    article: Article,
    text: str,
    applied: Sequence[Edit] | None,
    alignments: Alignments,
) -> None:
    """Move every pending correction from the old head to revision ``head + 1``, in bulk.

    ``applied`` are the program's own edits, or None after a change by other hands.
    """
    before, number = article.head, article.head + 1
    made = dict(alignments)
    rows = []
    for placement in session.scalars(_pending(article.id)):
        known = placement.known_revision
        place_known = _known(placement)
        if applied is not None and known == before:
            now = over_own(place_known, applied)
        else:
            if known not in made:
                made[known] = Alignment(_text(session, article.id, known), text)
            now = over_foreign(place_known, made[known])
        rows.append(_row(placement.correction_id, number, now))
    if rows:
        session.execute(update(Placement), rows)


def _row(correction_id: int, number: int, now: Place) -> dict[str, Any]:
    row = {
        "correction_id": correction_id,
        "revision": number,
        "start": now.start,
        "end": now.end,
        "edits": stored(now.edits),
        "fit": str(now.fit),
    }
    if now.fit in CARRIED:
        row |= {
            "known_revision": number,
            "known_start": now.start,
            "known_end": now.end,
            "known_edits": row["edits"],
        }
    return row


def _known(placement: Placement) -> Place:
    return Place(placement.known_start, placement.known_end, loaded(placement.known_edits))


def _pending(article_id: int) -> Any:
    return (
        select(Placement)
        .join(Correction, Correction.id == Placement.correction_id)
        .where(Correction.article_id == article_id, Correction.status == Status.PENDING)
    )


def _text(session: Session, article_id: int, number: int) -> str:
    return session.scalars(
        select(Revision.text).filter_by(article_id=article_id, number=number)
    ).one()


def _forward(session: Session, article: Article, known: int, base: Place) -> Place:
    """From an older revision: exactly where every step was the program's own, else aligned."""
    steps = list(_steps(session, article.id, known))
    now = base
    if all(step is not None for step in steps):
        for step in steps:
            now = over_own(now, step or ())
            if now.fit == Fit.CONFLICT:
                return now
        return now
    return over_foreign(base, Alignment(_text(session, article.id, known), article.current.text))


def _steps(session: Session, article_id: int, known: int) -> Iterator[tuple[Edit, ...] | None]:
    query = select(Revision.edits).where(Revision.article_id == article_id, Revision.number > known)
    for (parts,) in session.execute(query.order_by(Revision.number)):
        yield loaded(parts)
