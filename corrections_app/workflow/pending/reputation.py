"""What became of a sender's earlier corrections; it counts for addresses that acted on a letter."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import false, func, select

from corrections_app.domain.lifecycle import Status
from corrections_app.domain.ordering import Record
from corrections_app.extensions import db
from corrections_app.models import Contact, Correction, Decision, ReasonWording
from corrections_app.workflow.letters import addresses

_RECORD = 200


def record_of(correction: Correction) -> Record | None:
    """What became of this sender's latest corrections; None where no sender is known.

    An address counts once its owner acted on a letter: until then anyone may have typed it,
    to stand higher by another's record or to spoil it.
    """
    contact = correction.contact
    if contact is None or not contact.email:
        return None
    if addresses.state_of(addresses.key_of(contact.email)) != "confirmed":
        return None
    theirs = (
        select(Contact.correction_id)
        .where(Contact.email == contact.email, Contact.correction_id != correction.id)
        .order_by(Contact.correction_id.desc())
        .limit(_RECORD)
    )
    # Written out, since PostgreSQL does not see that two parameters are the same.
    is_neutral = func.coalesce(ReasonWording.neutral, false())
    counted = (
        select(Decision.outcome, is_neutral, func.count())
        .outerjoin(ReasonWording, ReasonWording.code == Decision.reason)
        .where(Decision.correction_id.in_(theirs), Decision.undone_at.is_(None))
        .group_by(Decision.outcome, is_neutral)
    )
    counts: Counter[str] = Counter()
    for outcome, neutral, count in db.session.execute(counted):
        if not neutral:
            counts[outcome] += count
    return Record(counts[Status.ACCEPTED], counts[Status.REJECTED])
