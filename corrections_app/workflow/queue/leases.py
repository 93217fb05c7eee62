"""Who has which card on the screen. A lease steers and never blocks."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections_app.extensions import db
from corrections_app.models import Correction, Lease, User
from corrections_app.workflow.transaction import write

LEASE = timedelta(seconds=90)
LEASES_EACH = 3


def lease(correction_id: int, *, by: User, now: datetime) -> User | None:
    """Note that this person has the card on the screen; who else has, if someone does.

    Steers, never blocks: anyone may decide a leased correction.
    """
    own = db.session.get(Lease, correction_id)
    if own is not None and own.user_id == by.id and own.until > now + LEASE / 2:
        return None
    by_id = by.id
    with write(public=False) as session:
        if session.get(Correction, correction_id) is None:
            return None
        if not take(session, correction_id, by_id, now):
            held = session.get(Lease, correction_id)
            return held.user if held is not None else None
        newest = (
            select(Lease.correction_id)
            .where(Lease.user_id == by_id)
            .order_by(Lease.until.desc(), Lease.correction_id.desc())
            .limit(LEASES_EACH)
        )
        give_back(session, by_id, Lease.correction_id.not_in(list(session.scalars(newest))))
    return None


def take(session: Session, correction_id: int, by_id: int, now: datetime) -> bool:
    """Let a card be this person's, unless a colleague has it; of two at once one gets it."""
    taken = (
        update(Lease)
        .where(Lease.correction_id == correction_id)
        .where((Lease.user_id == by_id) | (Lease.until <= now))
        .values(user_id=by_id, until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    if session.execute(taken).rowcount == 1:  # type: ignore[attr-defined]
        return True
    row = insert(Lease).values(correction_id=correction_id, user_id=by_id, until=now + LEASE)
    try:
        with session.begin_nested():
            session.execute(row)
    except IntegrityError:
        return False
    return True


def give_back(session: Session, by_id: int, which: ColumnElement[bool]) -> None:
    """Let these cards be nobody's; one that is being decided at this moment will be so anyway."""
    theirs = select(Lease.correction_id).where(Lease.user_id == by_id, which)
    free = list(session.scalars(theirs.with_for_update(skip_locked=True)))
    session.execute(delete(Lease).where(Lease.user_id == by_id, Lease.correction_id.in_(free)))
