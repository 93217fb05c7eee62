"""Who did what: one event for each act, in the act's own transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from corrections_app.domain.lifecycle import Status
from corrections_app.models import (
    Appeal,
    AuditEvent,
    Correction,
    Decision,
    Enquiry,
    Revision,
)
from corrections_app.models.engine import ask, put
from corrections_app.workflow import events, locks
from corrections_app.workflow.locks import chain_of

_Said = tuple[str, int | None, dict[str, Any]]
"""An event before it is in its chain: the action, the correction's number, what else it says."""
_COLUMNS = (
    *("chain", "number", "action", "correction_id", "by_id", "data", "created_at"),
    *("previous", "hash"),
)
"""What an event says, in the order in which it is hashed; last of all the hash."""


_TOKEN = "corrections.token"


def by_token(session: Session, number: int) -> None:
    """Let every event of this session say that it was done with this token.

    A session is a request's; whose name it acts in each event says itself (``by_id``).
    """
    session.info[_TOKEN] = number


def is_by_token(session: Session) -> bool:
    """Whether a program does what is done in this session."""
    return _TOKEN in session.info


def record(
    session: Session,
    action: str,
    about: Correction | None = None,
    *,
    article_id: int | None = None,
    by_id: int | None = None,
    now: datetime,
    **data: Any,
) -> None:
    """Append one event to its chain: ``about`` a correction, an article, or neither.

    Call it inside the write transaction of the act.
    """
    correction_id = None
    if about is not None:
        article_id, correction_id = about.article_id, about.id
    _append(session, article_id, [(action, correction_id, data)], by_id, now)


def record_all(
    session: Session,
    events: Sequence[tuple[str, Correction, dict[str, Any]]],
    *,
    by_id: int | None = None,
    now: datetime,
) -> None:
    """Append many events, in their order: the action, the correction, and what else it says.

    The same as `record` for each of them, but that a thousand cost little more than one.
    """
    articles: dict[int, list[_Said]] = {}
    for action, about, data in events:
        articles.setdefault(about.article_id, []).append((action, about.id, data))
    for article_id, said in articles.items():
        _append(session, article_id, said, by_id, now)


def _append(
    session: Session,
    article_id: int | None,
    said: Sequence[_Said],
    by_id: int | None,
    now: datetime,
) -> None:
    _write_down(session, chain_of(article_id), said, by_id, now)
    events.of_acts(session, article_id, said, now)


def _write_down(
    session: Session, chain: str, events: Iterable[_Said], by_id: int | None, now: datetime
) -> None:
    locks.hold_named(session, chain)
    last = ask(session, _LAST, {"of": chain}).first()
    before, previous = last if last else (0, "")
    with_token = {"token": session.info[_TOKEN]} if _TOKEN in session.info else {}
    rows = []
    for number, (action, correction_id, data) in enumerate(events, before + 1):
        said = (chain, number, action, correction_id, by_id, data | with_token, now, previous)
        previous = _digest(*said)
        rows.append(dict(zip(_COLUMNS, (*said, previous), strict=True)))
    put(session, _APPENDED, rows)


# Built once: every act asks it in the writer's turn.
_LAST = (
    select(AuditEvent.number, AuditEvent.hash)
    .where(AuditEvent.chain == bindparam("of"))
    .order_by(AuditEvent.number.desc())
    .limit(1)
)
_APPENDED = insert(AuditEvent.__table__)


def hold_site(session: Session) -> None:
    """Let nobody else do what concerns no article until this transaction ends."""
    locks.hold_named(session, locks.SITE)


def digest(event: AuditEvent) -> str:
    """SHA-256 over everything an event says and over the hash before it."""
    return _digest(*(getattr(event, name) for name in _COLUMNS[:-1]))


def _digest(*said: Any) -> str:
    plain = [one.astimezone(UTC).isoformat() if isinstance(one, datetime) else one for one in said]
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(session: Session) -> Iterator[str]:
    """Every fault of the audit, each as a sentence; nothing where it is whole.

    Each chain is followed from its first event, and every act is looked for
    twice: a change without its event, and an event without its change. So it
    is found, too, when the end of a chain was cut off.
    """
    query = select(AuditEvent).order_by(AuditEvent.chain, AuditEvent.number)
    events = session.scalars(query.execution_options(yield_per=500))
    told: set[tuple[Any, ...]] = set()
    for _, chain in groupby(events, attrgetter("chain")):
        last = None
        for event in chain:
            yield from _chain_faults(event, last)
            told.update(_acts_told(event))
            told.difference_update(_acts_untold(event))
            last = event
    done = set(_acts_done(session))
    for what in sorted(" of ".join(map(str, act)) for act in done - told):
        yield f"There is no event for: {what}."
    for what in sorted(" of ".join(map(str, act)) for act in told - done):
        yield f"There is an event, and nothing was done: {what}."


def how_many(session: Session) -> tuple[int, int]:
    """The number of events, and of the chains they stand in."""
    counts = select(func.count(), func.count(AuditEvent.chain.distinct())).select_from(AuditEvent)
    events, chains = session.execute(counts).one()
    return events, chains


def _chain_faults(event: AuditEvent, last: AuditEvent | None) -> Iterator[str]:
    where = f"Event {event.number} of {event.chain}"
    expected = last.number + 1 if last else 1
    if event.number != expected:
        yield f"{where} stands where {expected} should: events are missing."
    elif event.previous != (last.hash if last else ""):
        yield f"{where} does not continue the one before it."
    if event.hash != digest(event):
        yield f"{where} was changed: its hash does not fit."


_MADE = "revision"
_SENT = "correction"
_DECIDED = "decision"
_UNDONE = "undoing of decision"
_WITHDRAWN = "withdrawal"
_APPEALED = "appeal against decision"
_JUDGED = "judgement on decision"
_ENQUIRED = {"ask": "question", "answer": "answer"}


def _acts_told(event: AuditEvent) -> Iterator[tuple[Any, ...]]:
    """What an event says was done, in the words of `_acts_done`."""
    said = event.data
    if said.get("revision") is not None:
        yield _MADE, said["revision"], event.chain
    match event.action:
        case "submit":
            yield _SENT, event.correction_id
        case "withdraw":
            yield _WITHDRAWN, event.correction_id
        case "accept" | "reject" | "supersede":
            yield _DECIDED, said.get("decision"), event.correction_id
        case "undo" | "reopen" | "bring_back":
            yield from ((_UNDONE, one) for one in said.get("taken_back", ()))
        case "appeal":
            yield _APPEALED, said.get("decision")
        case "uphold":
            yield _JUDGED, said.get("decision")
    yield from _enquiries_told(event)


def _enquiries_told(event: AuditEvent) -> Iterator[tuple[Any, ...]]:
    if event.action in _ENQUIRED:
        yield _ENQUIRED[event.action], event.correction_id


def _acts_untold(event: AuditEvent) -> Iterator[tuple[Any, ...]]:
    """What an event says was taken back without a trace of its own: a question nobody had read."""
    if event.action == "put_back" and event.data.get("what") == "ask":
        yield _ENQUIRED["ask"], event.correction_id


def _acts_done(session: Session) -> Iterator[tuple[Any, ...]]:
    """What was done, as the tables have it."""
    for number, article_id in session.execute(select(Revision.number, Revision.article_id)):
        yield _MADE, number, chain_of(article_id)
    for correction_id, status in session.execute(select(Correction.id, Correction.status)):
        yield _SENT, correction_id
        if status == Status.WITHDRAWN:
            yield _WITHDRAWN, correction_id
    decisions = select(Decision.id, Decision.correction_id, Decision.undone_at)
    for decision_id, correction_id, undone_at in session.execute(decisions):
        yield _DECIDED, decision_id, correction_id
        if undone_at is not None:
            yield _UNDONE, decision_id
    for decision_id, outcome in session.execute(select(Appeal.decision_id, Appeal.outcome)):
        yield _APPEALED, decision_id
        if outcome == "upheld":
            yield _JUDGED, decision_id
    yield from _enquiries_made(session)


def _enquiries_made(session: Session) -> Iterator[tuple[Any, ...]]:
    for correction_id, at in session.execute(select(Enquiry.correction_id, Enquiry.answered_at)):
        yield _ENQUIRED["ask"], correction_id
        if at is not None:
            yield _ENQUIRED["answer"], correction_id
