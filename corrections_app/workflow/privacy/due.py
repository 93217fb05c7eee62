"""What of readers is kept no longer: read in short steps, by the newsroom's settings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from corrections_app.domain.lifecycle import IN_HAND, OwedState, Status
from corrections_app.extensions import db
from corrections_app.models import (
    Appeal,
    Contact,
    Correction,
    Enquiry,
    IdempotencyKey,
    Letter,
    Owed,
)
from corrections_app.workflow.privacy.keeping import Contact as Kept
from corrections_app.workflow.privacy.keeping import Terms, is_over
from corrections_app.workflow.transaction import writing

STEP = 500
"""Rows that are looked at in one read."""


def terms() -> Terms:
    """What the settings promise."""
    config = current_app.config
    return Terms(
        after=timedelta(days=config["KEEP_CONTACT_DAYS"]),
        at_most=timedelta(days=config["KEEP_CONTACT_AT_MOST_DAYS"]),
    )


def contacts(after: int, now: datetime) -> tuple[list[int], int | None]:
    """Corrections whose sender is kept no longer, and where to go on; None at the end.

    Of the next `STEP` that have a sender, by their number, behind ``after``.
    """
    query = select(Contact.correction_id).where(Contact.correction_id > after)
    ids = list(db.session.scalars(query.order_by(Contact.correction_id).limit(STEP)))
    return still_due(db.session(), ids, now), ids[-1] if ids else None


def still_due(session: Session, ids: Collection[int], now: datetime) -> list[int]:
    """Those of some corrections whose sender is kept no longer.

    Inside a write they stay so until it ends: whoever is at one of them keeps it.
    """
    promised = terms()
    query = _facts().where(Contact.correction_id.in_(ids)).order_by(Contact.correction_id)
    if writing():
        query = query.with_for_update(of=Correction, skip_locked=True)
    return [
        number
        for number, left_at, told_at, awaited_since in map(_moments, session.execute(query))
        if is_over(Kept(left_at, told_at, awaited_since), promised, now)
    ]


def _facts() -> Select[Any]:
    """Of each sender: number, when left, status, and the moments that `keeping` asks for."""
    of_this = Owed.correction_id == Contact.correction_id
    told = select(func.max(func.coalesce(Letter.sent_at, Letter.created_at)))
    in_hand = select(func.max(Letter.created_at)).where(Letter.state.in_(IN_HAND))
    told, in_hand = (
        query.select_from(Owed).join(Letter, Letter.id == Owed.letter_id).where(of_this)
        for query in (told, in_hand)
    )
    # A word that it is still being looked at keeps nothing: its letter is not the answer.
    waits = of_this & (Owed.state == OwedState.WAITING) & Owed.decision_id.is_not(None)
    appeals = Appeal.correction_id == Contact.correction_id
    moments = (
        told,
        in_hand,
        select(func.max(Owed.created_at)).where(waits),
        select(func.max(Appeal.judged_at)).where(appeals),
        select(func.max(Appeal.created_at)).where(appeals, Appeal.outcome.is_(None)),
    )
    columns: list[Any] = [
        Contact.correction_id,
        Contact.created_at,
        Correction.status,
        Correction.decided_at,
        *(query.correlate(Contact).scalar_subquery() for query in moments),
    ]
    return select(*columns).join(Correction, Correction.id == Contact.correction_id)


def _moments(row: Any) -> tuple[int, datetime, datetime | None, datetime | None]:
    number, left_at, status, decided_at, told, in_hand, owed, judged, appealed = row
    settled = status != Status.PENDING
    told_at = _latest(decided_at, told, judged) if settled else None
    return number, left_at, told_at, _latest(in_hand, owed, appealed)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def letters(limit: int, now: datetime) -> Select[Any]:
    """The numbers of letters whose copy is kept no longer.

    Those whose fate is long known, and in the end one that could never go.
    """
    promised = terms()
    known = func.coalesce(Letter.sent_at, Letter.created_at) <= now - promised.after
    done: ColumnElement[bool] = and_(Letter.state.not_in(IN_HAND), known)
    too_old = Letter.created_at <= now - promised.at_most
    # All that are kept have a recipient: along its index those without are not met.
    kept = select(Letter.id).where(Letter.recipient > "", or_(done, too_old))
    return kept.order_by(Letter.recipient, Letter.id).limit(limit)


def keys(limit: int, now: datetime) -> Select[Any]:
    """Keys of requests that nobody sends again; each has a fingerprint of what was sent."""
    old = IdempotencyKey.created_at <= now - terms().at_most
    return select(IdempotencyKey.id).where(old).order_by(IdempotencyKey.created_at).limit(limit)


def answers(limit: int, now: datetime) -> Select[Any]:
    """Corrections whose reader was asked something that nobody needs any more, by their numbers.

    So long after the decision, unless it is looked at a second time, and in the end in any case.
    """
    promised = terms()
    looked_at = select(Appeal.correction_id).where(
        or_(Appeal.outcome.is_(None), Appeal.judged_at > now - promised.after)
    )
    done: ColumnElement[bool] = and_(
        Correction.decided_at <= now - promised.after, Correction.id.not_in(looked_at)
    )
    too_old = func.coalesce(Enquiry.answered_at, Enquiry.created_at) <= now - promised.at_most
    kept = select(Enquiry.correction_id).join(Correction, Correction.id == Enquiry.correction_id)
    kept = kept.where(Enquiry.question.is_not(None), or_(done, too_old))
    return kept.order_by(Enquiry.correction_id).limit(limit)
