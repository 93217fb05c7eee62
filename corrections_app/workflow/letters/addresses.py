"""Whom letters may go to: an address typed by someone else must not become a weapon.

An address that never acted on a letter gets one letter a day at most; one that
asked to be left alone gets none, ever. It is recognised by a keyed hash.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from flask import current_app
from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from corrections_app.domain.errors import NotFound
from corrections_app.domain.lifecycle import IN_HAND, AddressState, LetterState, OwedState
from corrections_app.domain.mailbox import mailbox_of
from corrections_app.extensions import db
from corrections_app.models import Address, Letter, Owed
from corrections_app.models.engine import ask
from corrections_app.models.inserting import inserting
from corrections_app.workflow.tokens import are_same, seal, token
from corrections_app.workflow.transaction import write

A_DAY = timedelta(hours=24)
LOOK_AGAIN = timedelta(minutes=30)
"""When to look again whether a letter that still waits for its mail server has gone."""
UNREACHABLE = "unreachable"
"""What `state_of` says of an address that letters came back from, whatever its owner wants."""
NO_MAILBOX = "letters to this address came back: there is no such mailbox"
MOST_ASKED = 3
"""How many letters in its life may ask an address whether it wants letters."""
Stream = Literal["reader", "desk"]


def key_of(address: str, stream: Stream = "reader") -> str:
    """What an address is known by; letters to readers and to the newsroom are stopped apart."""
    return seal(f"{stream}-address", mailbox_of(address)).hex()[:32]


def page_of(key: str) -> str:
    """The address of the page where its owner says what they want: unguessable."""
    return f"{current_app.config['PUBLIC_URL']}/letters/{token_of(key)}"


def stop_of(key: str) -> str:
    """What a mail program posts to when its one-click stop is pressed (RFC 8058)."""
    return f"{page_of(key)}/stop"


def token_of(key: str) -> str:
    """The key with its seal: only a letter to the address carries it."""
    return token(key, "letters", key)


def key_in(given: str) -> str:
    """The key that a token opens, whether or not anything is known of it. Raises `NotFound`."""
    key = given.partition("-")[0]
    if not are_same(token_of(key), given):
        raise NotFound("There is no page at this address. Check that it was copied whole.")
    return key


def state_of(key: str) -> str:
    """``unknown``, ``confirmed``, ``stopped`` or `UNREACHABLE`."""
    known = ask(db.session(), _STATE, {"key": key}).first()
    if known is None:
        return AddressState.UNKNOWN
    is_reachable = known.unreachable_since is None or known.state == AddressState.STOPPED
    return str(known.state) if is_reachable else UNREACHABLE


# Built once: every submission with an address asks it.
_STATE = select(Address.state, Address.unreachable_since).where(Address.key == bindparam("key"))


def keep(key: str, now: datetime) -> None:
    """The owner wants letters: whatever waited for this goes now."""
    with write(public=False) as session:
        address = locked(session, key, now)
        address.state, address.confirmed_at = AddressState.CONFIRMED, address.confirmed_at or now
        address.unreachable_since = None  # whoever presses the button has read a letter
        session.execute(
            update(Owed)
            .where(Owed.address_key == key, Owed.state == OwedState.WAITING, Owed.due_at > now)
            .values(due_at=now)
        )


def stop(key: str, now: datetime) -> None:
    """The owner wants no letters, for ever; nothing that waits to be sent goes either."""
    with write(public=False) as session:
        address = locked(session, key, now)
        address.state, address.stopped_at = AddressState.STOPPED, now
        _hold_back(session, key, None)


def end(session: Session, key: str, now: datetime) -> None:
    """No mailbox is there: nothing that waits for it goes, nor anything to come."""
    address = locked(session, key, now)
    address.unreachable_since = address.unreachable_since or now
    _hold_back(session, key, NO_MAILBOX)


def try_again(session: Session, key: str) -> None:
    """Somebody has letters sent there in spite of what came back."""
    session.execute(update(Address).filter_by(key=key).values(unreachable_since=None))


def _hold_back(session: Session, key: str, why: str | None) -> None:
    session.execute(
        update(Letter)
        .where(Letter.address_key == key, Letter.state == LetterState.READY)
        .values(state=LetterState.SUPPRESSED, error=why, secret=None)
    )


def locked(session: Session, key: str, now: datetime) -> Address:
    """The row of an address, made if there is none, and ours until the transaction ends."""
    session.execute(
        inserting(Address, db.engine.dialect.name)
        .values(key=key, state=AddressState.UNKNOWN, asked=0, created_at=now)
        .on_conflict_do_nothing()
    )
    return session.scalars(select(Address).filter_by(key=key).with_for_update()).one()


def not_before(session: Session, key: str, now: datetime) -> datetime | None:
    """When an unknown address may be written its next letter; None when it may be now."""
    waits = exists().where(Letter.address_key == key, Letter.state.in_(IN_HAND))
    if session.scalar(select(waits)):
        return now + LOOK_AGAIN
    last = session.scalar(select(Address.last_letter_at).filter_by(key=key))
    return last + A_DAY if last and last + A_DAY > now else None
