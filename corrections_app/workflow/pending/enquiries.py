"""What editors asked readers, one question for each correction, and where each stands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from corrections_app.domain.lifecycle import AddressState, EnquiryState, SideFact, Status
from corrections_app.extensions import db
from corrections_app.models import Approval, Correction, Enquiry
from corrections_app.workflow.letters import addresses, owed
from corrections_app.workflow.pending import set_aside

SHOWN = 20
"""Of what was asked behind a correction, its card shows so many."""
_ROWS: dict[SideFact, Any] = {SideFact.APPROVAL: Approval, SideFact.ENQUIRY: Enquiry}


class Way(StrEnum):
    """How a question reaches the reader of a correction, besides on the receipt's page."""

    LETTER = "letter"
    ASKS_FIRST = "asks_first"
    """By letter, once the address is confirmed."""
    STAYS_HERE = "stays_here"
    """There is no mail server."""
    STOPPED = "stopped"
    """The address wants no letters."""
    UNREACHABLE = "unreachable"
    """Letters to it came back."""
    NO_ADDRESS = "none"


def way_to(correction: Correction) -> Way:
    """How its reader would hear of a question."""
    promised = Way(owed.promise(correction))
    contact = correction.contact
    if promised == Way.NO_ADDRESS or contact is None or contact.email is None:
        return Way.NO_ADDRESS
    known = addresses.state_of(addresses.key_of(contact.email))
    if known in (Way.STOPPED, Way.UNREACHABLE):
        return Way(known)
    is_known = known == AddressState.CONFIRMED and promised == Way.ASKS_FIRST
    return Way.LETTER if is_known else promised


def of(correction: Correction) -> Enquiry | None:
    """What its reader was asked, if anything was."""
    return db.session.get(Enquiry, correction.id)


def awaits_answer(correction: Correction, enquiry: Enquiry | None) -> bool:
    """Whether its reader can still answer, however long ago the question was asked."""
    if enquiry is None or enquiry.question is None or enquiry.answered_at is not None:
        return False
    return correction.status == Status.PENDING


def among(correction_ids: Collection[int]) -> dict[int, Enquiry]:
    """What the readers of some corrections were asked, by the corrections' numbers."""
    query = select(Enquiry).where(Enquiry.correction_id.in_(correction_ids))
    return {one.correction_id: one for one in db.session.scalars(query)}


def on_card(correction: Correction) -> list[Enquiry]:
    """What its reader was asked, then those of the corrections behind it; `SHOWN` at most."""
    behind = (Correction.leader_id == correction.id) & (Correction.status == Status.PENDING)
    query = (
        select(Enquiry)
        .join(Correction, Correction.id == Enquiry.correction_id)
        .where((Correction.id == correction.id) | behind)
        .order_by(Correction.id != correction.id, Correction.id)
        .limit(SHOWN)
    )
    return list(db.session.scalars(query))


def facts_of(session: Session, correction: Correction) -> set[SideFact]:
    """What is true of a correction besides its status, as far as it decides about asking."""
    found = {fact for fact, table in _ROWS.items() if session.get(table, correction.id) is not None}
    if correction.leader_id is not None:
        found.add(SideFact.BEHIND)
    if set_aside.holds(correction):
        found.add(SideFact.SET_ASIDE)
    return found


def is_in(state: EnquiryState, now: datetime) -> list[ColumnElement[bool]]:
    """Whether a question is in a state: by its dates, so that nobody has to bring it there."""
    if state == EnquiryState.ANSWERED:
        return [Enquiry.answered_at.is_not(None)]
    is_over = Enquiry.until <= now
    return [
        Enquiry.answered_at.is_(None),
        is_over if state == EnquiryState.UNANSWERED else ~is_over,
    ]


def answered_since(moment: datetime, correction_ids: Collection[int]) -> dict[int, datetime]:
    """Which of these cards have an answer that came after a moment, theirs or one behind them."""
    query = (
        select(Correction.id, Correction.leader_id, Enquiry.answered_at)
        .join(Enquiry, Enquiry.correction_id == Correction.id)
        .where(
            Enquiry.answered_at > moment,
            Correction.status == Status.PENDING,
            Correction.id.in_(correction_ids) | Correction.leader_id.in_(correction_ids),
        )
        .order_by(Enquiry.answered_at)
    )
    found: dict[int, datetime] = {}
    for number, leader, at in db.session.execute(query):  # the latest comes last
        for card in (number, leader):
            if at is not None and card is not None and card in correction_ids:
                found[card] = at
    return found
