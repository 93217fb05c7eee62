"""What a moderator does short of deciding: hold, escalate, skip, place, duplicate, split."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.anchoring import cut
from corrections_app.domain.carrying import place_of
from corrections_app.domain.errors import Invalid, NoChange, StaleVersion, TextMoved, TooLong
from corrections_app.domain.lifecycle import Action, Fit, Status, after
from corrections_app.domain.roles import Ability
from corrections_app.extensions import db
from corrections_app.models import Approval, Correction, Escalation, Hold, Lease, Placement, Skip
from corrections_app.workflow import locks, permission
from corrections_app.workflow.deciding import asking
from corrections_app.workflow.deciding.decision import raise_version
from corrections_app.workflow.pending import clusters, ranking, set_aside
from corrections_app.workflow.transaction import Act, write

LONGEST_HOLD = timedelta(days=60)
SET_ASIDE = "set_aside"
"""What the program did, and anyone who may decide can take back."""
_PUT_ASIDE: dict[str, Any] = {Action.HOLD: Hold, Action.ESCALATE: Escalation}


def hold(correction_id: int, act: Act, *, until: datetime, note: str) -> None:
    """Put a correction aside while it is being checked, until a day or until it is decided."""
    if not act.now < until <= act.now + LONGEST_HOLD:
        raise Invalid.at("until", "Say until when: a day within the next two months.")

    def change(session: Session, correction: Correction) -> None:
        own = {"correction_id": correction.id, "by_id": act.by.id, "created_at": act.now}
        session.merge(Hold(**own, until=until, note=note))

    _change(correction_id, Action.HOLD, act, change, note=note, until=until.isoformat())


def escalate(correction_id: int, act: Act, *, note: str) -> None:
    """Ask an editor to decide."""

    def change(session: Session, correction: Correction) -> None:
        own = {"correction_id": correction.id, "by_id": act.by.id, "created_at": act.now}
        session.merge(Escalation(**own, note=note))

    _change(correction_id, Action.ESCALATE, act, change, note=note)


def skip(correction_id: int, act: Act) -> None:
    """Hand this person another card; for everyone else nothing changes. Twice is once."""
    with write() as session:
        correction = _hold_pending(session, correction_id, Action.SKIP)
        session.merge(Skip(correction_id=correction.id, user_id=act.by.id, created_at=act.now))
        own = (Lease.correction_id == correction.id, Lease.user_id == act.by.id)
        session.execute(delete(Lease).where(*own))


def put_back(correction_id: int, what: str, act: Act) -> None:
    """Take back one's own ``hold``, ``escalate`` or ``skip``: it waits as before.

    So does an ``ask`` whose letter has not gone yet (`asking.take_back`).
    With ``set_aside`` what looked like spam, and what stands behind it, waits like all others.
    Raises `Invalid` for anything else, and `StaleVersion` where a colleague holds it or passed
    it up by now, or nobody does. A skip is nobody else's business, as it was when it was made.
    """
    if what == Action.SKIP:
        own = (Skip.correction_id == correction_id, Skip.user_id == act.by.id)
        with write() as session:
            _hold_pending(session, correction_id, Action.SKIP)
            session.execute(delete(Skip).where(*own))
        return
    if what == SET_ASIDE:
        _change(correction_id, Action.PUT_BACK, act, partial(_return, act=act), what=what)
        return
    if what == Action.ASK:
        _change(correction_id, Action.PUT_BACK, act, partial(asking.take_back, act=act), what=what)
        return
    if what not in _PUT_ASIDE:
        raise Invalid("Say what is undone: hold, escalate, ask, skip or set_aside (what).")

    def change(session: Session, correction: Correction) -> None:
        fact = session.get(_PUT_ASIDE[what], correction.id)
        if fact is None or fact.by_id != act.by.id:
            raise StaleVersion("That was changed meanwhile. Look at it again.")
        session.delete(fact)

    _change(correction_id, Action.PUT_BACK, act, change, what=what)


def _return(session: Session, correction: Correction, act: Act) -> None:
    behind = clusters.members(session, correction)
    ids = [correction.id, *(one.id for one in behind)]
    if not set_aside.give_back(session, ids, act.by, act.now):
        raise StaleVersion("That was changed meanwhile. Look at it again.")
    for one in behind:
        ranking.fall_due(one)
    ranking.rank(session, correction)
    clusters.join_again(session, correction.article, correction)


def split(correction_id: int, act: Act) -> None:
    """Take a correction out of its cluster, to be decided by itself."""

    def change(session: Session, correction: Correction) -> None:
        clusters.leave(session, correction)
        correction.stands_alone = True

    _change(correction_id, Action.SPLIT, act, change)


def duplicate(correction_id: int, of: str, act: Act) -> None:
    """Let a correction stand behind another one of the same article, which says the same.

    ``of`` is that one's reference or number. Its reader hears what becomes of the other.
    Raises `Invalid` where ``of`` is none that it could stand behind.
    """

    def change(session: Session, correction: Correction) -> None:
        leader = _leader_named(session, correction, of)
        if session.get(Approval, correction.id):
            raise StaleVersion("A decision on this correction already waits for an editor.")
        clusters.attach(session, correction, leader)

    _change(correction_id, Action.DUPLICATE, act, change, of=of)


def _leader_named(session: Session, correction: Correction, of: str) -> Correction:
    """Whom it stands behind: the leader of the one that was named."""
    name = of.strip()
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 16 else None
    named = Correction.reference == name.upper() if number is None else Correction.id == number
    other = session.scalars(select(Correction).where(named)).first()
    if other is not None and other.leader_id is not None and other.status == Status.PENDING:
        other = session.get_one(Correction, other.leader_id)
    if other is None or other.article_id != correction.article_id:
        sentence = "There is no such correction of this article."
    elif other.status != Status.PENDING:
        sentence = "That one is already closed: decide this one in another way."
    elif other.id in (correction.id, correction.leader_id):
        sentence = "That is this correction, or one that already belongs to it. Name another one."
    else:
        return other
    raise Invalid.at("of", sentence)


def place(correction_id: int, act: Act, *, revision: int, start: int, end: int) -> None:
    """Say where the words of a correction stand now, when the program could not.

    ``start`` and ``end`` are code points in ``revision``. Raises `TextMoved`
    when that is not the current one, `NoChange` where it says so already.
    """

    def change(session: Session, correction: Correction) -> None:
        article = correction.article
        if article.head != revision:
            raise TextMoved("The article changed meanwhile. Choose the place again.")
        placement = session.get(Placement, correction.id)
        if placement is None:
            raise Invalid("This is a remark on the whole article: it has no place.")
        low, high = cut(article.current.text, start, end)
        words = article.current.text[low:high]
        if len(words) > limits.EXACT:
            raise TooLong("That is more text than one correction can hold.")
        place = place_of(low, high, words, correction.replacement)
        if place.edits == ():
            raise NoChange("These words already say it: close it as already corrected.")
        clusters.leave(session, correction)
        columns = {"revision": revision, "start": low, "end": high, "edits": place.edits}
        for name, value in columns.items():
            setattr(placement, name, value)
            setattr(placement, f"known_{name}", value)
        placement.fit = Fit.CLEAN
        ranking.rank(session, correction)

    _change(correction_id, Action.PLACE, act, change, start=start, end=end)


def _change(
    correction_id: int,
    action: Action,
    act: Act,
    change: Callable[[Session, Correction], None],
    *,
    note: str = "",
    **said: Any,
) -> None:
    """One side fact, its audit event and its new version, or none of them."""
    limits.check_length("note", note, limits.NOTE)
    request = act.once({"correction": correction_id, "action": action, "note": note} | said)
    db.session.rollback()
    with write() as session:
        if request.answered(session) is not None:
            return
        correction = _hold_pending(session, correction_id, action)
        permission.confirmed(session, act.by, Ability.DECIDE, correction)
        change(session, correction)
        session.flush()
        raise_version(session, correction)
        act.record(session, action, correction, note=note or None, **said)
        request.keep(session, {}, act.now)


def _hold_pending(session: Session, correction_id: int, action: Action) -> Correction:
    correction = locks.hold_correction(session, correction_id)
    after(Status(correction.status), action)
    return correction
