"""What must be true at every instant of what readers are asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corrections_app.models import Enquiry, Owed

if TYPE_CHECKING:
    from tests.workflow.invariants import Picture


def enquiries(seen: Picture) -> Iterator[str]:
    """A reader is told what they are asked, if they can be, and nothing that nobody asks."""
    told = {
        one.correction_id
        for one in seen.tables[Owed]
        if one.kind == "question" and one.state in ("waiting", "lettered")
    }
    asked = {one.correction_id: one for one in seen.tables[Enquiry]}
    yield from (f"correction {one} asks nothing, and a letter does" for one in told - asked.keys())
    for number, row in asked.items():
        if (row.answer is None) != (row.answered_at is None):
            yield f"correction {number} has an answer without its date, or a date without one"
        contact, status = seen.contacts.get(number), seen.corrections[number].status
        waits = row.answered_at is None and status == "pending"
        if waits and contact is not None and contact.email and number not in told:
            yield f"correction {number} asks its reader, and owes no letter that says so"
