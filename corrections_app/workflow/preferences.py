"""How a person likes to work: nobody else's business, so in no audit."""

from __future__ import annotations

from sqlalchemy import update

from corrections_app.models import User
from corrections_app.workflow.transaction import write


def set_single_keys(user: User, wanted: bool) -> None:
    """Let single keys do something for this person, or nothing."""
    user_id = user.id
    with write() as session:
        session.execute(update(User).where(User.id == user_id).values(single_keys=wanted))
