"""How much may wait: more than people can read helps nobody, and hides what should be read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from corrections_app.domain.errors import TooMany
from corrections_app.domain.lifecycle import Status
from corrections_app.language import N_
from corrections_app.models import Correction
from corrections_app.models.engine import ask
from corrections_app.workflow.pending import set_aside

AGAIN_MINUTES = 30
"""Until those who found no room are asked to come again: some will have been decided by then."""
MOST_BEHIND = 1_000
"""Readers behind one change that waits: a decision closes them all in one turn of the writer."""
NEARLY = 100
"""So few places left that those who write at once, a few for each process, might pass the end."""
_ROOM = 2  # apart from the locks of the audit (one number) and of keys (1)

_FULL = N_(
    "The editors have more than they can read just now. What you typed is kept; try again in "
    "%(minutes)s minutes."
)
_FULL_HERE = N_(
    "The editors have more about this article than they can read just now. What you typed is "
    "kept; try again in %(minutes)s minutes."
)
_KNOWN = N_(
    "More than %(readers)s readers have asked for this very change, and it waits for an editor: "
    "nothing more is needed. What you typed is kept."
)


def is_limited() -> bool:
    """Whether there is a limit at all."""
    return bool(current_app.config["LIMITS"] != "off")


@dataclass(frozen=True)
class Room:
    """How many may still come: behind a correction, or with none among all and of an article."""

    leader_id: int | None
    left: int
    left_here: int
    newest: int
    """The number of the newest correction then: since, no more came than numbers were given."""

    def is_wide(self, number: int) -> bool:
        """Whether it is no matter what else is written now, once the one of this number came."""
        return self.is_wide_among(number) and self.left_here - self._since(number) > NEARLY

    def is_wide_among(self, number: int) -> bool:
        """The same of all articles together."""
        return self.left - self._since(number) > NEARLY

    def _since(self, number: int) -> int:
        return number - self.newest


def look(
    session: Session,
    article_id: int,
    leader_id: int | None,
    *,
    aside: bool = False,
    own: int = 0,
) -> Room | None:
    """The room that a correction finds among those that wait; None without a limit.

    ``leader_id`` is the correction that asks for the same already. Whoever stands behind one
    gives nobody more to read: they are let in, however much waits, up to `MOST_BEHIND`.
    ``aside``: it looks like spam. That takes no room from what does not, but finds an end of
    its own among all. ``own``: so many of those that are counted are itself. Raises `TooMany`.
    """
    if not is_limited():
        return None
    if leader_id is not None:
        count, newest = ask(session, _behind(), {"most": MOST_BEHIND + own, "of": leader_id}).one()
        left = MOST_BEHIND + own - count
        if left <= 0:
            raise TooMany(_KNOWN, readers=MOST_BEHIND, retry_after=60 * AGAIN_MINUTES)
        return Room(leader_id, left, left, newest)
    # Whether each is set aside is dear to ask: where there is room for all of them, it is not.
    room = _room(session, article_id, own, aside=True)
    if not aside and not room.is_wide(room.newest):
        room = _room(session, article_id, own, aside=False)
    if room.left <= 0:
        raise TooMany(_FULL, minutes=AGAIN_MINUTES, retry_after=60 * AGAIN_MINUTES)
    if room.left_here <= 0:
        raise TooMany(_FULL_HERE, minutes=AGAIN_MINUTES, retry_after=60 * AGAIN_MINUTES)
    return room


def look_again(
    session: Session, correction: Correction, seen: Room | None, *, aside: bool = False
) -> None:
    """The same in the writer's turn, of a correction that has its row just now. Raises `TooMany`.

    Where ``seen``, which was there before the turn, is wide in spite of all that can have come
    since, it is not counted once more.
    """
    known = seen if seen and seen.leader_id == correction.leader_id and not aside else None
    if not is_limited() or (known and known.is_wide(correction.id)):
        return
    if correction.leader_id is None and not (known and known.is_wide_among(correction.id)):
        _one_at_a_time(session)
    look(session, correction.article_id, correction.leader_id, aside=aside, own=1)


def _one_at_a_time(session: Session) -> None:
    """Where hardly any room is left, let writers look for it one after the other.

    On PostgreSQL those of different articles write at once, and none would see the others.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_ROOM, 0)))


def pending() -> ColumnElement[bool]:
    """Whether a correction waits; written out, so that the indexes of those that wait are used."""
    return Correction.status == literal_column(f"'{Status.PENDING}'")


def waiting(session: Session) -> int:
    """How many cards wait, counted no further than the most that may."""
    most = current_app.config["MOST_WAITING"]
    return ask(session, select(_among(aside=False)), {"most": most}).scalar_one()


def is_half_full(session: Session, article_id: int) -> bool:
    """Whether half of what may wait does, at all or of an article: the rest is for readers."""
    if not is_limited():
        return False
    names = ("MOST_WAITING", "MOST_WAITING_PER_ARTICLE")
    most, most_here = (max(current_app.config[name] // 2, 1) for name in names)
    among, here, _ = _waiting(session, article_id, most, most_here)
    return among >= most or here >= most_here


def _cards(aside: bool = False) -> tuple[ColumnElement[bool], ...]:
    """What gives somebody something to read: the partial indexes of the queue hold just these.

    With ``aside`` also what is set aside, which nobody reads before all the rest is done.
    """
    cards = (pending(), Correction.leader_id.is_(None))
    return cards if aside else (*cards, ~set_aside.is_set_aside())


def _room(session: Session, article_id: int, own: int, *, aside: bool) -> Room:
    """How many may still come among all, and of an article."""
    settings = current_app.config
    most = settings["MOST_WAITING"] + own
    most_here = settings["MOST_WAITING_PER_ARTICLE"] + own
    among, here, newest = _waiting(session, article_id, most, most_here, aside)
    return Room(None, most - among, most_here - here, newest)


def _waiting(
    session: Session, article_id: int, most: int, most_here: int, aside: bool = False
) -> tuple[int, int, int]:
    """How many cards wait at all and of an article, each counted no further than its most.

    And the number of the newest of all corrections.
    """
    asked = {"most": most, "most_here": most_here, "of": article_id}
    among, here, newest = ask(session, _both(aside), asked).one()
    return among, here, newest


# Each of these is built once: every submission asks them.
@cache
def _among(aside: bool) -> ScalarSelect[int]:
    return _counted(*_cards(aside))


@cache
def _both(aside: bool) -> Select[int, int, int]:
    here = _counted(*_cards(aside), Correction.article_id == bindparam("of"), most="most_here")
    return select(_among(aside), here, _newest())


@cache
def _behind() -> Select[int, int]:
    return select(_counted(Correction.leader_id == bindparam("of")), _newest())


def _newest() -> ScalarSelect[int]:
    return select(func.coalesce(func.max(Correction.id), 0)).scalar_subquery()


def _counted(*which: ColumnElement[bool], most: str = "most") -> ScalarSelect[int]:
    some = select(Correction.id).where(*which).limit(bindparam(most, type_=Integer)).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
