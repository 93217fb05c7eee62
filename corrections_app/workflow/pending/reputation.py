"""What became of a sender's earlier corrections; it counts for addresses that acted on a letter."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import false, func, select, union

from corrections_app.domain.lifecycle import Status
from corrections_app.domain.ordering import Record
from corrections_app.extensions import db
from corrections_app.models import Contact, Correction, Decision, ReasonWording, Sender
from corrections_app.workflow.letters import addresses

_RECORD = 200


def record_of(correction: Correction) -> Record | None:
    """What became of this sender's latest corrections; None where no sender is known.

    An address counts once its owner acted on a letter: until then anyone may have typed it,
    to stand higher by another's record or to spoil it.
    """
    contact = correction.contact
    return record_of_address(contact.email if contact else None, besides=correction.id)


def record_of_address(email: str | None, besides: int | None = None) -> Record | None:
    """The same of whoever has this address, ``besides`` one correction.

    Known by a keyed hash, so that it outlives the address itself; what came before there
    were hashes is known by the address, as long as that is kept.
    """
    key = addresses.key_of(email) if email else ""
    if not email or addresses.state_of(key) != "confirmed":
        return None
    hashed = select(Sender.correction_id).where(Sender.mailbox_key == key)
    written = select(Contact.correction_id).where(Contact.email == email)
    known = union(hashed, written).subquery()
    theirs = (
        select(known.c.correction_id)
        .where(known.c.correction_id != (besides or 0))
        .order_by(known.c.correction_id.desc())
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
