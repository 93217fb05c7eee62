"""How a correction came, and what of it looks like spam: looked at before the writer's turn."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from corrections_app.domain.ordering import Record
from corrections_app.domain.warnings import suspicion
from corrections_app.domain.warnings.suspicion import Sent, Sign
from corrections_app.models import Article, Correction, FoundElsewhere, Revision
from corrections_app.workflow import permission
from corrections_app.workflow.pending import reputation, senders


@dataclass(frozen=True)
class Colleague:
    """Who of the newsroom sent it, because the same words are elsewhere too (`elsewhere`).

    ``of_id`` is the correction, ``rule_id`` the house rule that it is like.
    """

    by_id: int
    of_id: int | None = None
    rule_id: int | None = None


@dataclass(frozen=True)
class Arrival:
    """What the door knows of a submission besides its words; all of it may be unknown.

    ``prefix`` is the network prefix it came from, ``seconds`` have passed since its form was
    given out, ``trapped``: the field was filled in that no person sees. ``colleague``: no reader.
    ``account``: in whose name a program sent it, perhaps for a reader.
    """

    prefix: str | None = None
    seconds: float | None = None
    trapped: bool = False
    colleague: Colleague | None = None
    account: int | None = None

    @property
    def by_id(self) -> int | None:
        """The account that sent it; None for a reader."""
        return self.colleague.by_id if self.colleague else self.account


@dataclass(frozen=True)
class Looked:
    """What was found: the signs, if they are enough, and what its words are known by."""

    signs: tuple[Sign, ...]
    enough: bool
    prints: tuple[int, ...]
    record: Record | None
    """What became of its sender's earlier ones, where that is known."""
    network_key: str | None
    """What its network is known by, unless it is the first of its day."""


def look(
    session: Session,
    article: Article,
    base: Revision,
    correction: Correction,
    arrival: Arrival,
    now: datetime,
) -> Looked:
    """Look at a correction that is not stored yet; nothing is written."""
    if arrival.colleague is not None:  # the same words at many places are what it is for
        return Looked((), False, (), reputation.record_of_address(None), None)
    new, why = correction.replacement or "", correction.explanation or ""
    prints = suspicion.prints(new, why)
    email = correction.contact.email if correction.contact else None
    record = reputation.record_of_address(email)
    network_key = senders.network_of(session, arrival.prefix, now)
    signs = suspicion.signs(
        Sent(
            stood=correction.exact or "",
            words=new,
            why=why,
            article=base.text,
            seconds=arrival.seconds,
            trapped=arrival.trapped,
            elsewhere=senders.sent_elsewhere(session, prints, (article.id, correction.start), now),
            # Of an address that is not confirmed there is no record.
            spam_of_mailbox=senders.spam_of_mailbox(session, email) if record else 0,
            spam_of_network=senders.spam_of_network(session, network_key),
        )
    )
    return Looked(signs, suspicion.is_set_aside(signs, record), prints, record, network_key)


def note(
    session: Session, correction: Correction, arrival: Arrival, looked: Looked, now: datetime
) -> None:
    """Keep what was found, in the correction's own transaction, before it joins a cluster.

    Raises `NotPermitted` for a colleague whose account was closed meanwhile.
    """
    if arrival.colleague is not None:
        permission.still_works_here(session, arrival.colleague.by_id)
        own = asdict(arrival.colleague)
        session.add(FoundElsewhere(correction_id=correction.id, **own, created_at=now))
        return
    known = looked.network_key or senders.network_made(session, arrival.prefix, now)
    senders.note(session, correction, known, looked.prints, now)
