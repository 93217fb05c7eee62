"""What is owed and due becomes letters: grouped, merged, held back, each owed row told once.

Every letter is written before the writer's turn is taken, and stored only if
all that it tells of is still owed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from corrections_app.domain.lifecycle import AddressState, LetterState, OwedState, Status
from corrections_app.extensions import db
from corrections_app.models import Contact, Correction, Enquiry, Owed
from corrections_app.workflow.letters import addresses, confirmed, outbox, writing
from corrections_app.workflow.letters.owed import QUESTION, is_put_off
from corrections_app.workflow.letters.writing import Composed
from corrections_app.workflow.transaction import write

MOST_AT_ONCE = 500
MOST_IN_ONE = 40
"""How many corrections one letter tells of, most of them in a line each."""
COMPOSE_AGAIN = timedelta(minutes=15)
"""When a letter that could not be written is tried again: a template may have been mended."""


class Due(NamedTuple):
    """A row of what is owed, as far as it decides who gets which letter."""

    id: int
    kind: str
    article_id: int
    status: str
    email: str | None
    answered_at: datetime | None = None


class _Overtaken(Exception):
    """Someone else wrote this letter, or what was owed is owed no more."""


def compose_due(now: datetime) -> int:
    """Write the letters of all that is owed and due; how many.

    One that cannot be written says why on what is owed, and holds up no other.
    """
    found = _due(now)
    moot = [row.id for row in found if _is_moot(row)]
    if moot:
        _settle(moot, now, state=OwedState.CANCELLED)
    nowhere = [row.id for row in found if row.email is None and row.id not in moot]
    if nowhere:
        _settle(nowhere, now, state=OwedState.CANCELLED, error="the address was removed")
    people: dict[str, list[Due]] = {}
    for row in found:
        if row.email is not None and row.id not in moot:
            people.setdefault(addresses.key_of(row.email), []).append(row)
    return sum(_write_to(key, rows, now) for key, rows in people.items())


def _due(now: datetime) -> list[Due]:
    """What is owed and due, the longest due first; not what its article's page has yet to say."""
    query = (
        select(
            Owed.id,
            Owed.kind,
            Correction.article_id,
            Correction.status,
            Contact.email,
            Enquiry.answered_at,
        )
        .join(Correction, Correction.id == Owed.correction_id)
        .outerjoin(Contact, Contact.correction_id == Correction.id)
        .outerjoin(Enquiry, Enquiry.correction_id == Correction.id)
        .where(Owed.state == OwedState.WAITING, Owed.due_at <= now, ~confirmed.is_awaited())
        .where(~is_put_off())
        .order_by(Owed.due_at, Owed.id)
        .limit(MOST_AT_ONCE)
    )
    return [Due(*row) for row in db.session.execute(query)]


def _is_moot(row: Due) -> bool:
    if row.kind == QUESTION:
        return row.answered_at is not None
    return row.kind == "still_checking" and row.status != Status.PENDING


def _write_to(key: str, rows: Sequence[Due], now: datetime) -> int:
    """The letters to one mailbox, by what is known of it."""
    state = addresses.state_of(key)
    questions = [row.id for row in rows if row.kind == "confirm"]
    rest = [row for row in rows if row.kind != "confirm"]
    written = _ask(key, questions, state, now) if questions else 0
    if not rest:
        return written
    if state != "unknown":
        mode = LetterState.READY if state == AddressState.CONFIRMED else LetterState.SUPPRESSED
        return written + sum(_tell(key, ids, mode, now) for ids in _by_article(rest))
    later = _later(key, now)
    if later is not None:
        _settle([row.id for row in rest], now, due_at=later, address_key=key)
        return written
    return written + _tell(key, [row.id for row in rest[:MOST_IN_ONE]], "first", now)


def _later(key: str, now: datetime) -> datetime | None:
    """When an address that never acted may be told; None when it may be told now."""
    if current_app.config["CONFIRM_EMAIL"] == "always":
        return now + addresses.A_DAY  # until it confirms, which brings the moment forward
    return addresses.not_before(db.session(), key, now)


def _by_article(rows: Sequence[Due]) -> list[list[int]]:
    """What goes into one letter; a question has one of its own, which asks for something."""
    groups: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        apart = row.id if row.kind == QUESTION else 0
        groups.setdefault((row.article_id, apart), []).append(row.id)
    return [
        group[begin : begin + MOST_IN_ONE]
        for group in groups.values()
        for begin in range(0, len(group), MOST_IN_ONE)
    ]


def _tell(key: str, owed_ids: list[int], mode: str, now: datetime) -> int:
    """One letter. ``mode`` is ``ready``, ``suppressed``, or ``first`` for an unknown address."""
    owed = db.session.scalars(select(Owed).where(Owed.id.in_(owed_ids)).order_by(Owed.id)).all()
    try:
        composed = writing.of(owed, first=mode == "first")
    except Exception as error:  # a template may raise anything, and others must get their letters
        if len(owed_ids) > 1:
            half = len(owed_ids) // 2
            return sum(_tell(key, ids, mode, now) for ids in (owed_ids[:half], owed_ids[half:]))
        words = f"{type(error).__name__}: {error}"[:500]
        return _settle(owed_ids, now, due_at=now + COMPOSE_AGAIN, error=words)
    if mode == LetterState.SUPPRESSED:
        ended = addresses.state_of(key) == addresses.UNREACHABLE
        composed = replace(composed, error=addresses.NO_MAILBOX if ended else None)
        return _settle(owed_ids, now, composed, mode, state=OwedState.LETTERED, error=None)

    def still_so(session: Session) -> bool:
        addresses.locked(session, key, now)
        known = addresses.state_of(key)
        if mode == LetterState.READY:
            return known == AddressState.CONFIRMED
        return known == AddressState.UNKNOWN and addresses.not_before(session, key, now) is None

    return _settle(
        owed_ids, now, composed, LetterState.READY, still_so, state=OwedState.LETTERED, error=None
    )


def _ask(key: str, owed_ids: list[int], state: str, now: datetime) -> int:
    """Ask an address whether it wants letters: once a day, and three times in its life."""
    if state != AddressState.UNKNOWN or addresses.not_before(db.session(), key, now):
        return _settle(owed_ids, now, state=OwedState.CANCELLED)
    composed = writing.confirm(db.session.get_one(Owed, owed_ids[-1]))

    def still_so(session: Session) -> bool:
        address = addresses.locked(session, key, now)
        address.asked += 1
        is_unknown = addresses.state_of(key) == AddressState.UNKNOWN
        fresh = is_unknown and address.asked <= addresses.MOST_ASKED
        return fresh and addresses.not_before(session, key, now) is None

    return _settle(
        owed_ids, now, composed, LetterState.READY, still_so, state=OwedState.LETTERED
    ) or _settle(owed_ids, now, state=OwedState.CANCELLED)


def _settle(
    owed_ids: Sequence[int],
    now: datetime,
    composed: Composed | None = None,
    letter_state: str = LetterState.READY,
    still_so: Callable[[Session], bool] = lambda _session: True,
    **values: Any,
) -> int:
    """Change what is owed, with its letter if there is one, unless someone was faster."""
    try:
        with write(public=False) as session:
            if not still_so(session):
                raise _Overtaken
            if composed:
                values["letter_id"] = outbox.enqueue(session, composed, now, letter_state).id
            changed = session.execute(
                update(Owed)
                .where(Owed.id.in_(owed_ids), Owed.state == OwedState.WAITING, Owed.due_at <= now)
                .values(**values)
            )
            if changed.rowcount != len(owed_ids):  # type: ignore[attr-defined]
                raise _Overtaken
    except _Overtaken:
        return 0
    return 1 if composed else 0
