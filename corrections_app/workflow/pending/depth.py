"""How much may wait: more than people can read helps nobody, and hides what should be read."""

from __future__ import annotations

from functools import cache

from flask import current_app
from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import TooMany
from corrections_app.domain.lifecycle import Status
from corrections_app.language import N_
from corrections_app.models import Correction
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


def check(
    session: Session,
    article_id: int,
    leader_id: int | None,
    *,
    aside: bool = False,
    storing: bool = False,
) -> None:
    """See that a correction finds room among those that wait. Raises `TooMany`.

    ``leader_id`` is the correction that asks for the same already. Whoever stands behind one
    gives nobody more to read: they are let in, however much waits, up to `MOST_BEHIND`.
    ``aside``: it looks like spam. That takes no room from what does not, but finds an end of
    its own among all. ``storing``: it is stored next, in the writer's turn.
    """
    if not is_limited():
        return
    settings = current_app.config
    if leader_id is None and storing:
        _one_at_a_time(session, settings["MOST_WAITING"], aside)
    if leader_id is not None:
        if _reaches(session, MOST_BEHIND, _behind(), leader_id):
            raise TooMany(_KNOWN, readers=MOST_BEHIND, retry_after=60 * AGAIN_MINUTES)
    elif _reaches(session, settings["MOST_WAITING"], _among(aside)):
        raise TooMany(_FULL, minutes=AGAIN_MINUTES, retry_after=60 * AGAIN_MINUTES)
    elif _reaches(session, settings["MOST_WAITING_PER_ARTICLE"], _here(aside), article_id):
        raise TooMany(_FULL_HERE, minutes=AGAIN_MINUTES, retry_after=60 * AGAIN_MINUTES)


def _one_at_a_time(session: Session, most: int, aside: bool) -> None:
    """Where hardly any room is left, let writers look for it one after the other.

    On PostgreSQL those of different articles write at once, and none would see the others.
    """
    if session.get_bind().dialect.name == "postgresql" and _reaches(
        session, most - NEARLY, _among(aside)
    ):
        session.execute(select(func.pg_advisory_xact_lock(_ROOM, 0)))


def pending() -> ColumnElement[bool]:
    """Whether a correction waits; written out, so that the indexes of those that wait are used."""
    return Correction.status == literal_column(f"'{Status.PENDING}'")


def waiting(session: Session) -> int:
    """How many cards wait, counted no further than the most that may."""
    return _count(session, current_app.config["MOST_WAITING"], _among(aside=False))


def is_half_full(session: Session, article_id: int) -> bool:
    """Whether half of what may wait does, at all or of an article: the rest is for readers."""
    if not is_limited():
        return False
    names = ("MOST_WAITING", "MOST_WAITING_PER_ARTICLE")
    half, half_here = (max(current_app.config[name] // 2, 1) for name in names)
    is_full = _reaches(session, half, _among(aside=False))
    return is_full or _reaches(session, half_here, _here(aside=False), article_id)


def _cards(aside: bool = False) -> tuple[ColumnElement[bool], ...]:
    """What gives somebody something to read: the partial indexes of the queue hold just these.

    With ``aside`` also what is set aside, which nobody reads before all the rest is done.
    """
    cards = (pending(), Correction.leader_id.is_(None))
    return cards if aside else (*cards, ~set_aside.is_set_aside())


def _reaches(session: Session, most: int, which: Select[int], of: int | None = None) -> bool:
    return most <= 0 or _count(session, most, which, of) >= most


def _count(session: Session, most: int, which: Select[int], of: int | None = None) -> int:
    return session.scalar(which, {"most": most} | ({"of": of} if of is not None else {})) or 0


# Each of these is built once: every submission asks them.
@cache
def _among(aside: bool) -> Select[int]:
    return _counted(*_cards(aside))


@cache
def _here(aside: bool) -> Select[int]:
    return _counted(*_cards(aside), Correction.article_id == bindparam("of"))


@cache
def _behind() -> Select[int]:
    return _counted(Correction.leader_id == bindparam("of"))


def _counted(*which: ColumnElement[bool]) -> Select[int]:
    some = select(Correction.id).where(*which).limit(bindparam("most", type_=Integer)).subquery()
    return select(func.count()).select_from(some)
