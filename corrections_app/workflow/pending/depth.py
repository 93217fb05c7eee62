"""How much may wait: more than people can read helps nobody, and hides what should be read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flask import current_app
from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, literal_column, select
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

    @property
    def is_wide(self) -> bool:
        """Whether more may come than those who write at the same time can be."""
        return min(self.left, self.left_here) > NEARLY


def look(
    session: Session, article_id: int, leader_id: int | None, *, aside: bool = False
) -> Room | None:
    """The room that a correction finds among those that wait; None without a limit.

    ``leader_id`` is the correction that asks for the same already. Whoever stands behind one
    gives nobody more to read: they are let in, however much waits, up to `MOST_BEHIND`.
    ``aside``: it looks like spam. That takes no room from what does not, but finds an end of
    its own among all. Raises `TooMany`.
    """
    if not is_limited():
        return None
    if leader_id is not None:
        left = MOST_BEHIND - _count(session, _behind(), most=MOST_BEHIND, of=leader_id)
        if left <= 0:
            raise TooMany(_KNOWN, readers=MOST_BEHIND, retry_after=60 * AGAIN_MINUTES)
        return Room(leader_id, left, left)
    # Whether each is set aside is dear to ask: where there is room for all of them, it is not.
    room = Room(None, *_left(session, article_id, aside=True))
    if not aside and not room.is_wide:
        room = Room(None, *_left(session, article_id, aside=False))
    if room.left <= 0:
        raise TooMany(_FULL, minutes=AGAIN_MINUTES, retry_after=60 * AGAIN_MINUTES)
    if room.left_here <= 0:
        raise TooMany(_FULL_HERE, minutes=AGAIN_MINUTES, retry_after=60 * AGAIN_MINUTES)
    return room


def look_again(
    session: Session,
    article_id: int,
    leader_id: int | None,
    seen: Room | None,
    *,
    aside: bool = False,
) -> None:
    """The same in the writer's turn, just before it is stored. Raises `TooMany`.

    Where ``seen``, which was there before the turn, is wide, it is not counted once more.
    """
    known = seen if seen and seen.leader_id == leader_id and not aside else None
    if not is_limited() or (known and known.is_wide):
        return
    if leader_id is None and not (known and known.left > NEARLY):
        _one_at_a_time(session)
    look(session, article_id, leader_id, aside=aside)


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
    return _count(session, _among(aside=False), most=current_app.config["MOST_WAITING"])


def is_half_full(session: Session, article_id: int) -> bool:
    """Whether half of what may wait does, at all or of an article: the rest is for readers."""
    if not is_limited():
        return False
    names = ("MOST_WAITING", "MOST_WAITING_PER_ARTICLE")
    most, most_here = (max(current_app.config[name] // 2, 1) for name in names)
    among, here = _waiting(session, article_id, most, most_here)
    return among >= most or here >= most_here


def _cards(aside: bool = False) -> tuple[ColumnElement[bool], ...]:
    """What gives somebody something to read: the partial indexes of the queue hold just these.

    With ``aside`` also what is set aside, which nobody reads before all the rest is done.
    """
    cards = (pending(), Correction.leader_id.is_(None))
    return cards if aside else (*cards, ~set_aside.is_set_aside())


def _left(session: Session, article_id: int, aside: bool) -> tuple[int, int]:
    """How many may still come among all, and of an article."""
    settings = current_app.config
    most, most_here = settings["MOST_WAITING"], settings["MOST_WAITING_PER_ARTICLE"]
    among, here = _waiting(session, article_id, most, most_here, aside)
    return most - among, most_here - here


def _waiting(
    session: Session, article_id: int, most: int, most_here: int, aside: bool = False
) -> tuple[int, int]:
    """How many cards wait at all and of an article, each counted no further than its most."""
    asked = {"most": most, "most_here": most_here, "of": article_id}
    among, here = ask(session, _both(aside), asked).one()
    return among, here


def _count(session: Session, which: Select[int], **asked: int) -> int:
    return ask(session, which, asked).scalar_one()


# Each of these is built once: every submission asks them.
@cache
def _among(aside: bool) -> Select[int]:
    return _counted(*_cards(aside))


@cache
def _both(aside: bool) -> Select[int, int]:
    here = _counted(*_cards(aside), Correction.article_id == bindparam("of"), most="most_here")
    return select(_among(aside).scalar_subquery(), here.scalar_subquery())


@cache
def _behind() -> Select[int]:
    return _counted(Correction.leader_id == bindparam("of"))


def _counted(*which: ColumnElement[bool], most: str = "most") -> Select[int]:
    some = select(Correction.id).where(*which).limit(bindparam(most, type_=Integer)).subquery()
    return select(func.count()).select_from(some)
