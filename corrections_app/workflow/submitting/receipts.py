"""What a reader may still do with a correction of theirs: withdraw, add an address, appeal."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import AlreadyDecided, Invalid, TooMany
from corrections_app.domain.lifecycle import Action, Status, after
from corrections_app.domain.text import characters
from corrections_app.domain.text.body import tidy
from corrections_app.extensions import db
from corrections_app.models import Appeal, AuditEvent, Contact, Correction, Decision
from corrections_app.workflow import audit, locks, taken_down
from corrections_app.workflow.letters import owed
from corrections_app.workflow.letters.addresses import A_DAY
from corrections_app.workflow.pending import closing, clusters, senders
from corrections_app.workflow.submitting.submission import checked_address
from corrections_app.workflow.tokens import by_token
from corrections_app.workflow.transaction import write

WINDOW = timedelta(days=90)
LEAST_DECISIONS = 10
MOST_DECISIONS = 200
MOST_ADDRESSES = 5
"""So often within a day one receipt may be given an address."""


def usual_wait(now: datetime) -> timedelta | None:
    """How long half of the readers waited at most, of late; None with too few to say.

    Of the newest decisions that a person made within `WINDOW`, `MOST_DECISIONS` count.
    """
    query = (
        select(Decision.created_at, Correction.created_at)
        .join(Correction, Correction.id == Decision.correction_id)
        .where(
            Decision.created_at > now - WINDOW,
            Decision.by_id.is_not(None),
            Decision.caused_by_id.is_(None),
            Decision.undone_at.is_(None),
        )
        .order_by(Decision.created_at.desc())
        .limit(MOST_DECISIONS)
    )
    waits = [(decided - sent).total_seconds() for decided, sent in db.session.execute(query)]
    return timedelta(seconds=median(waits)) if len(waits) >= LEAST_DECISIONS else None


def has_rivals(correction: Correction) -> bool:
    """Whether others marked the same words, and suggest something else; both wait."""
    pending = correction.status == Status.PENDING
    return pending and bool(clusters.rivals(db.session(), correction))


def is_quotable(correction: Correction, decision: Decision | None) -> bool:
    """Whether its reader may be shown what an acceptance replaced."""
    number = decision.revision if decision is not None else None
    return number is None or is_shown(correction, number - 1)


def is_shown(correction: Correction, number: int) -> bool:
    """Whether the words of a revision are shown to readers still."""
    return taken_down.may_show(db.session(), correction.article_id, number)


def withdraw(token: str, *, now: datetime) -> None:
    """Take back one's own correction while it waits. Raises `AlreadyDecided`, `NotFound`.

    Twice is the same as once.
    """
    correction_id = by_token(token).id
    with write(public=False) as session:
        correction = locks.hold_correction(session, correction_id)
        if correction.status == Status.WITHDRAWN:
            return
        closing.take(session, [correction], Action.WITHDRAW, now)
        clusters.leave(session, correction)
        audit.record(session, Action.WITHDRAW, correction, now=now)


def add_address(token: str, email: str, *, now: datetime) -> None:
    """Leave an address, or another one, to hear the outcome. Raises `Invalid` or `TooMany`."""
    address = checked_address(email)
    if not address:
        raise Invalid.at("email", "Write the address that the answer should go to.")
    correction_id = by_token(token).id
    with write(public=False) as session:
        correction = locks.hold_correction(session, correction_id)
        if correction.status != Status.PENDING:
            raise AlreadyDecided("This correction is already closed: its result is shown here.")
        _check_changes(session, correction, now)
        contact = correction.contact
        if contact is None:
            lang = correction.article.lang
            contact = Contact(correction_id=correction.id, lang=lang, created_at=now)
            session.add(contact)
        contact.email, contact.created_at = address, now
        senders.note_address(session, correction, address)
        owed.received(session, correction, now)
        audit.record(session, "add_address", correction, now=now)


def _check_changes(session: Session, correction: Correction, now: datetime) -> None:
    """Let nobody walk through address after address with one receipt. Raises `TooMany`."""
    changes = select(AuditEvent.created_at).where(
        AuditEvent.correction_id == correction.id,
        AuditEvent.action == "add_address",
        AuditEvent.created_at > now - A_DAY,
    )
    moments = session.scalars(changes.order_by(AuditEvent.created_at.desc())).all()
    if len(moments) >= MOST_ADDRESSES:
        oldest = moments[MOST_ADDRESSES - 1]
        raise TooMany(
            "The address was changed often enough for today. Try again tomorrow.",
            retry_after=math.ceil((oldest + A_DAY - now).total_seconds()),
        )


def appeal(token: str, words: str, *, now: datetime) -> None:
    """Ask for a second look at a rejection, once.

    Sending it twice is the same as once, while it waits. Raises `AlreadyDecided`, `TooLong`,
    `Invalid`, and `Gone` where the article is taken down.
    """
    characters.check_keepable("words", words)
    words = tidy(words).strip()
    limits.check_length("words", words, limits.EXPLANATION)
    sent = by_token(token)
    characters.check("words", words, lines=True, stood=sent.exact or "")
    correction_id = sent.id
    with write(public=False) as session:
        correction = locks.hold_correction(session, correction_id)
        after(Status(correction.status), Action.APPEAL)
        taken_down.check_article(session, correction.article)
        decision = closing.standing(session, correction.id)
        if decision is None:
            raise AlreadyDecided("There is no decision here to appeal.")
        known = session.get(Appeal, decision.id)
        if known is not None:
            if known.outcome is None:
                return
            raise AlreadyDecided("This already had its second look.")
        session.add(
            Appeal(
                decision_id=decision.id,
                correction_id=correction.id,
                words=words or None,
                created_at=now,
            )
        )
        audit.record(session, Action.APPEAL, correction, now=now, decision=decision.id)
