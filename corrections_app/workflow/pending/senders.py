"""Which corrections came from one sender, and which say nearly the same: known by hashes only.

The key for networks is made anew each day and the old one is overwritten: from then on nobody,
not even this program, can tell which network a hash of an earlier day stands for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from secrets import token_hex
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from corrections_app.domain.lifecycle import Reason, Status
from corrections_app.domain.warnings import suspicion
from corrections_app.extensions import db
from corrections_app.models import Correction, Decision, Sender, SetAside, Setting, Wordprint
from corrections_app.models.engine import ask, put
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.pending import set_aside
from corrections_app.workflow.tokens import seal
from corrections_app.workflow.transaction import write

KEY_OF_TODAY = "network_key"
"""The name of the setting that holds the day (UTC) and its key."""
KEPT = timedelta(days=7)
"""So long it can be told that two corrections of one day came from one network, or say nearly
the same."""
_DAY = timedelta(days=1)
_MOST_ALIKE = 60
"""Of the corrections that share one print, so many are looked at, the latest."""
_MOST_SPAM = 20


def mailbox_of(email: str | None) -> str | None:
    """What the sender with this address is known by."""
    return addresses.key_of(email) if email else None


def network_of(session: Session, prefix: str | None, now: datetime) -> str | None:
    """What the network prefix of a request is known by today; None before the first of the day."""
    key = _key_of(session, now)
    return _hashed(prefix, key) if prefix and key else None


def network_made(session: Session, prefix: str | None, now: datetime) -> str | None:
    """The same, by a key that is made for the day where there is none; in a transaction."""
    return _hashed(prefix, _made_today(session, now)) if prefix else None


def note(
    session: Session,
    correction: Correction,
    network_key: str | None,
    prints: Sequence[int],
    now: datetime,
) -> None:
    """Keep by what a new correction and its sender are known again, in its own transaction."""
    email = correction.contact.email if correction.contact else None
    row = {"correction_id": correction.id, "created_at": now}
    known = {"mailbox_key": mailbox_of(email), "network_key": network_key}
    put(session, _SENDER, row | known)
    if rows := [row | {"print": one} for one in sorted(set(prints))]:
        put(session, _PRINTED, rows)


_SENDER, _PRINTED = insert(Sender.__table__), insert(Wordprint.__table__)


def note_address(session: Session, correction: Correction, email: str) -> None:
    """Keep that a reader left another address, in the transaction that does it."""
    theirs = update(Sender).where(Sender.correction_id == correction.id)
    session.execute(theirs.values(mailbox_key=mailbox_of(email)))


def waiting_from(session: Session, correction: Correction, most: int) -> list[int]:
    """The numbers of what waits from the sender of a correction, itself included, in order.

    Of those who left no address it is the same part of the network on the same day.
    """
    sender = session.get(Sender, correction.id)
    if sender is None:
        return [correction.id] if correction.status == Status.PENDING else []
    same = [Sender.correction_id == correction.id]
    if sender.mailbox_key is not None:
        same.append(Sender.mailbox_key == sender.mailbox_key)
    if sender.network_key is not None:
        same.append(Sender.network_key == sender.network_key)
    query = (
        select(Correction.id)
        .where(Correction.id.in_(select(Sender.correction_id).where(or_(*same))))
        .where(Correction.status == Status.PENDING)
    )
    return list(session.scalars(query.order_by(Correction.id).limit(most)))


def sent_by(key: str) -> Select[int]:
    """The numbers of all that is known to come from the mailbox of a key."""
    return select(Sender.correction_id).where(Sender.mailbox_key == key)


def only_near(session: Session, correction: Correction, ids: Sequence[int]) -> set[int]:
    """Which of these are another reader's for all that is known: they left an address of their own
    and are not set aside, and share no more than a part of the network with the correction.
    """
    sender = session.get(Sender, correction.id)
    own = sender.mailbox_key if sender else None
    suspicious = select(SetAside.correction_id).where(set_aside.standing())
    query = (
        select(Sender.correction_id)
        .where(Sender.correction_id.in_(ids), Sender.correction_id != correction.id)
        .where(Sender.mailbox_key.is_not(None), Sender.mailbox_key.is_distinct_from(own))
        .where(Sender.correction_id.not_in(suspicious))
    )
    return set(session.scalars(query))


def are_one(session: Session, ids: Sequence[int]) -> bool:
    """Whether all these corrections came from one sender, as far as is known."""
    query = select(Sender).where(Sender.correction_id.in_(ids))
    found = {one.correction_id: one for one in session.scalars(query)}
    if len(found) < len(set(ids)):
        return False
    keys = [{one.mailbox_key, one.network_key} - {None} for one in found.values()]
    return bool(set.intersection(*keys)) if keys else True


def spam_of_mailbox(session: Session, email: str | None) -> int:
    """How many that came from an address were rejected as spam.

    It says something of a confirmed one only: anyone may type another's.
    """
    key = mailbox_of(email)
    return (ask(session, _SPAM_OF_MAILBOX, {"key": key}).scalar() or 0) if key else 0


def spam_of_network(session: Session, key: str | None) -> int:
    """How many that came today from the network of a key (`network_of`) were rejected as spam."""
    return (ask(session, _SPAM_OF_NETWORK, {"key": key}).scalar() or 0) if key else 0


def sent_elsewhere(
    session: Session,
    prints: Sequence[int],
    place: tuple[int, int | None],
    now: datetime,
) -> int:
    """To how many other places nearly the same words were sent within a day.

    ``place``: the article's number, and where the words begin. It looks at a bounded number
    of the latest.
    """
    if not prints:
        return 0
    asked: dict[str, Any] = {f"print_{n}": one for n, one in enumerate(prints)}
    asked |= {"since": now - _DAY}
    shared = Counter(ask(session, _sharing(len(prints)), asked).scalars())
    alike = [
        one for one, times in shared.items() if suspicion.are_nearly_the_same(times, len(prints))
    ]
    if not alike:
        return 0
    query = select(Correction.article_id, Correction.start).where(Correction.id.in_(alike))
    return len({(article, start) for article, start in session.execute(query)} - {place})


@cache
def _sharing(count: int) -> CompoundSelect[int]:
    """The latest that share each of so many prints; built once, every submission asks it."""
    each = [
        select(Wordprint.correction_id)
        .where(Wordprint.print == bindparam(f"print_{n}"))
        .where(Wordprint.created_at > bindparam("since"))
        .order_by(Wordprint.correction_id.desc())
        .limit(_MOST_ALIKE)
        .subquery()
        for n in range(count)
    ]
    return union_all(*(select(one.c.correction_id) for one in each))


def forget(now: datetime) -> None:
    """Forget what no longer helps: hashes of networks, and prints, after `KEPT`.

    And the key of a day that is over, where nothing was sent since. The first correction of
    each day does it too; a newsroom to which nothing is sent needs somebody else to: the
    letters' worker, every hour. Nobody waits for it where there is nothing to forget.
    """
    if not has_old(now):
        return
    with write(public=False) as session:
        _one_at_a_time(session)
        _forget_old(session, now)
        kept = session.get(Setting, KEY_OF_TODAY, populate_existing=True)
        if kept is not None and kept.value["day"] != _day(now):
            session.delete(kept)


def has_old(now: datetime) -> bool:
    """Whether something is kept longer than is said."""
    old = now - KEPT
    known = Sender.network_key.is_not(None)
    networks = select(Sender.correction_id).where(known, Sender.created_at < old)
    prints = select(Wordprint.correction_id).where(Wordprint.created_at < old)
    kept = db.session.get(Setting, KEY_OF_TODAY, populate_existing=True)
    is_old = kept is not None and kept.value["day"] < _day(now)
    is_old = is_old or any(
        db.session.scalar(query.limit(1)) is not None for query in (networks, prints)
    )
    db.session.rollback()
    return is_old


def forget_correction(session: Session, correction_id: int) -> None:
    """Keep nothing of who sent one correction, in the transaction that erases them."""
    _forget(session, Sender.correction_id == correction_id)


def forget_mailbox(session: Session, key: str) -> None:
    """Keep nothing of the mailbox of this key, nor of the networks it was at, in a transaction."""
    _forget(session, Sender.mailbox_key == key)


def _forget(session: Session, whose: ColumnElement[bool]) -> None:
    session.execute(update(Sender).where(whose).values(mailbox_key=None, network_key=None))


def _one_at_a_time(session: Session) -> None:
    """Let nobody else make or forget a key until the end: on PostgreSQL two could at once."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(KEY_OF_TODAY))))


def _forget_old(session: Session, now: datetime) -> None:
    old = now - KEPT
    known = Sender.network_key.is_not(None)
    session.execute(update(Sender).where(known, Sender.created_at < old).values(network_key=None))
    session.execute(delete(Wordprint).where(Wordprint.created_at < old))


def _spam(key: InstrumentedAttribute[str | None]) -> Select[int]:
    # Of one sender there are few, of what was spam in years many: no engine is to begin with that.
    reason = func.coalesce(Decision.reason, "")
    found = (
        select(Decision.id)
        .join(Sender, Sender.correction_id == Decision.correction_id)
        .where(key == bindparam("key"), reason == Reason.SPAM)
        .where(Decision.undone_at.is_(None))
        .limit(_MOST_SPAM)
    )
    return select(func.count()).select_from(found.subquery())


_SPAM_OF_MAILBOX, _SPAM_OF_NETWORK = _spam(Sender.mailbox_key), _spam(Sender.network_key)


def _hashed(prefix: str, key: str) -> str:
    """Sealed with the instance's own key too: who has only the rows cannot try prefixes."""
    return seal(f"network:{key}", prefix).hex()[:32]


def _day(now: datetime) -> str:
    return now.date().isoformat()


def _key_of(session: Session, now: datetime) -> str | None:
    kept = ask(session, _KEY).scalar()
    if kept is None or kept["day"] != _day(now):
        return None
    return str(kept["key"])


_KEY = select(Setting.value).where(Setting.name == KEY_OF_TODAY)


def _made_today(session: Session, now: datetime) -> str:
    """The key of the day, made by its first correction in place of yesterday's."""
    if key := _key_of(session, now):
        return key
    _one_at_a_time(session)
    kept = session.get(Setting, KEY_OF_TODAY, populate_existing=True)
    if kept is not None and kept.value["day"] == _day(now):
        return str(kept.value["key"])
    made = {"day": _day(now), "key": token_hex(32)}
    session.merge(Setting(name=KEY_OF_TODAY, value=made, by_id=None, changed_at=now))
    session.flush()
    _forget_old(session, now)
    return made["key"]
