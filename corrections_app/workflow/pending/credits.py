"""The readers who asked to be named where their correction is published."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from corrections_app.domain.lifecycle import Status
from corrections_app.models import Contact, Correction, Decision
from corrections_app.workflow import revisions

MOST = 20
"""So many readers of one cluster can be thanked by name."""


class Credit(NamedTuple):
    """A reader who asked to be named: by which correction, and the name as they wrote it."""

    correction_id: int
    name: str


def asked(session: Session, correction: Correction) -> list[Credit]:
    """Who asked to be named, of a correction and those that stand behind it, each name once."""
    behind = (Correction.leader_id == correction.id) & (Correction.status == Status.PENDING)
    query = (
        select(Contact.correction_id, Contact.name)
        .join(Correction, Correction.id == Contact.correction_id)
        .where(Contact.credit, or_(Correction.id == correction.id, behind))
        .order_by(Correction.id != correction.id, Correction.id)
    )
    found: dict[str, Credit] = {}
    for one, said in session.execute(query):
        if name := (said or "").strip():
            found.setdefault(name, Credit(one, name))
    return list(found.values())[:MOST]


def is_named(correction: Correction, decision: Decision | None) -> bool | None:
    """Whether the notice of a decision names this reader; None where they did not ask for it."""
    contact = correction.contact
    name = (contact.name or "").strip() if contact is not None and contact.credit else ""
    if not name or decision is None or decision.revision is None:
        return None
    return name in (revisions.revision_of(correction.article, decision.revision).thanks or ())
