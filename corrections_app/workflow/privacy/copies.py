"""Everything that is kept of one address, as a copy for its owner (GDPR, articles 15 and 20)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, or_, select

from corrections_app.domain.mailbox import mailbox_of
from corrections_app.extensions import db
from corrections_app.models import (
    Address,
    Appeal,
    Authenticator,
    BrowserSession,
    Contact,
    Correction,
    Decision,
    Letter,
    Passkey,
    Token,
    User,
)
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.pending import credits, senders
from corrections_app.workflow.privacy import maildir

_MENTIONS = (
    Correction.exact,
    Correction.replacement,
    Correction.explanation,
    Correction.source_url,
)


def of_address(address: str, now: datetime) -> dict[str, Any]:
    """All of it, ready for JSON; times in UTC.

    By the mailbox that an address leads to, however it was spelt. No receipt's address is in
    it: that is a key, which the reader has.
    """
    theirs = spelt(address)
    known = db.session.get(Address, addresses.key_of(address))
    return {
        "address": address,
        "mailbox": mailbox_of(address),
        "made_at": _moment(now),
        "kept_days_after_the_last_letter": current_app.config["KEEP_CONTACT_DAYS"],
        "kept_days_at_most": current_app.config["KEEP_CONTACT_AT_MOST_DAYS"],
        "corrections": [_correction(one) for one in _corrections(theirs)],
        "letters": [_letter(one) for one in _letters(theirs)],
        "letters_in_files": _files(theirs),
        "wishes": _wishes(known),
        "recognised_as_the_sender_of": _recognised(address),
        "account": _account(theirs),
        "named_in_the_words_of": mentioned_in(address),
    }


def mentioned_in(address: str) -> list[str]:
    """The references of corrections in whose own words the address stands: these are kept."""
    sought = address.lower()
    found = [func.lower(column).contains(sought, autoescape=True) for column in _MENTIONS]
    query = select(Correction.reference).where(or_(*found)).order_by(Correction.id)
    return list(db.session.scalars(query))


def spelt(address: str) -> list[str]:
    """Every way in which the mailbox's address stands in the tables."""
    mailbox = mailbox_of(address)
    columns = (Contact.email, Letter.recipient, User.email)
    kept = {one for column in columns for one in db.session.scalars(select(column).distinct())}
    return sorted({address} | {one for one in kept if one and mailbox_of(one) == mailbox})


def _corrections(spelt: list[str]) -> list[Correction]:
    query = select(Correction).join(Contact).where(Contact.email.in_(spelt))
    return list(db.session.scalars(query.order_by(Correction.id)))


def _correction(correction: Correction) -> dict[str, Any]:
    contact = correction.contact
    assert contact is not None
    decisions = select(Decision).where(Decision.correction_id == correction.id)
    appeals = select(Appeal).where(Appeal.correction_id == correction.id)
    found = db.session.scalars(decisions.order_by(Decision.id)).all()
    return {
        "reference": correction.reference,
        "article": correction.article.slug,
        "sent_at": _moment(correction.created_at),
        "status": correction.status,
        **{
            name: getattr(correction, name)
            for name in ("exact", "replacement", "explanation", "kind", "source_url", "field")
        },
        "email": contact.email,
        "name": contact.name,
        "wants_to_be_named": contact.credit,
        "language": contact.lang,
        "left_at": _moment(contact.created_at),
        "decisions": [
            {
                "outcome": one.outcome,
                "reason": one.reason,
                "note": one.note,
                "decided_at": _moment(one.created_at),
                "undone_at": _moment(one.undone_at),
                "named_in_its_notice": credits.is_named(correction, one),
            }
            for one in found
        ],
        "second_looks": [
            {"words": one.words, "asked_at": _moment(one.created_at), "outcome": one.outcome}
            for one in db.session.scalars(appeals.order_by(Appeal.decision_id))
        ],
    }


def _letters(spelt: list[str]) -> list[Letter]:
    query = select(Letter).where(Letter.recipient.in_(spelt))
    return list(db.session.scalars(query.order_by(Letter.id)))


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "kind": letter.kind,
        "to": letter.recipient,
        "subject": letter.subject,
        "text": letter.text,
        "state": letter.state,
        "written_at": _moment(letter.created_at),
        "sent_at": _moment(letter.sent_at),
        "said_by_the_mail_server": letter.error,
        "refused_because": letter.refusal,
        "refused_at": _moment(letter.refused_at),
    }


def _files(spelt: list[str]) -> list[str]:
    to = {one.lower() for one in spelt}
    found = (one for one in maildir.letters() if to & {it.lower() for it in one.recipients})
    return [str(one.path) for one in found]


def _wishes(known: Address | None) -> dict[str, Any] | None:
    """What is remembered under the fingerprint of the mailbox."""
    if known is None:
        return None
    return {
        "state": known.state,
        "times_asked": known.asked,
        "last_letter_at": _moment(known.last_letter_at),
        "confirmed_at": _moment(known.confirmed_at),
        "stopped_at": _moment(known.stopped_at),
        "unreachable_since": _moment(known.unreachable_since),
        "known_since": _moment(known.created_at),
    }


def _recognised(address: str) -> list[str]:
    """What this mailbox sent, by the fingerprint of it that outlives the address itself."""
    theirs = senders.sent_by(addresses.key_of(address))
    query = select(Correction.reference).where(Correction.id.in_(theirs))
    return list(db.session.scalars(query.order_by(Correction.id)))


def _account(spelt: list[str]) -> dict[str, Any] | None:
    user = db.session.scalar(select(User).where(User.email.in_(spelt)).order_by(User.id))
    if user is None:
        return None
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "section": user.section,
        "active": user.active,
        "made_at": _moment(user.created_at),
        "last_seen_at": _moment(user.last_seen_at),
        **_ways_in(user),
    }


def _ways_in(user: User) -> dict[str, Any]:
    """What signs them in, without any key of it: app, passkeys, browsers."""
    app = db.session.get(Authenticator, user.id)
    keys = select(Passkey).filter_by(user_id=user.id).order_by(Passkey.id)
    browsers = select(BrowserSession).filter_by(user_id=user.id).order_by(BrowserSession.id)
    programs = select(Token).filter_by(user_id=user.id).order_by(Token.id)
    return {
        "app_since": _moment(app.confirmed_at if app else None),
        "passkeys": [
            {
                "name": one.name,
                "made_at": _moment(one.created_at),
                "last_used_at": _moment(one.last_used_at),
            }
            for one in db.session.scalars(keys)
        ],
        "browsers": [
            {"since": _moment(one.created_at), "last_seen_at": _moment(one.last_seen_at)}
            for one in db.session.scalars(browsers)
        ],
        "tokens": [
            {
                "name": one.name,
                "scopes": one.scopes,
                "made_at": _moment(one.created_at),
                "last_used_at": _moment(one.last_used_at),
            }
            for one in db.session.scalars(programs)
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
