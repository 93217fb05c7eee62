"""Equal corrections of one place stand together: one card, one decision, a letter to each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from corrections_app.domain.bodies.patch import widened
from corrections_app.domain.carrying import CARRIED, Place, stands_already
from corrections_app.domain.lifecycle import Fit, Status
from corrections_app.domain.patching import Relation, conflicts
from corrections_app.domain.text.edits import Edit
from corrections_app.models import Approval, Article, Correction, Placement
from corrections_app.models.engine import ask, portions
from corrections_app.workflow.locks import HeldArticle
from corrections_app.workflow.pending import ranking, set_aside


def join(session: Session, article: Article, correction: Correction) -> None:
    """Attach a new correction to the cluster that asks for the same change, if there is one."""
    mine = session.get(Placement, correction.id)
    if mine is None or correction.stands_alone:
        return
    if twin := twin_of(session, article, mine):
        correction.leader_id = twin.leader_id or twin.id
        ranking.again(session, session.get_one(Correction, correction.leader_id))


def join_again(session: Session, article: Article, correction: Correction) -> None:
    """Attach a correction whose words came back, and those behind it, to a cluster of the same.

    Not where it stands behind another one, or waits for an editor.
    """
    mine = session.get(Placement, correction.id)
    if mine is None or correction.stands_alone or correction.leader_id is not None:
        return
    if session.get(Approval, correction.id) is not None:
        return
    leaders = (twin.leader_id or twin.id for twin in _twins(session, article, mine))
    other = next((leader for leader in leaders if leader != correction.id), None)
    if other is not None:
        attach(session, correction, session.get_one(Correction, other))
        session.flush()


def twin_of(
    session: Session, article: Article | HeldArticle, mine: Placement, *, apart: bool = False
) -> Correction | None:
    """A pending correction that asks for the same change, and that others may stand behind.

    ``apart``: of one that is not stored yet, whether it looks like spam.
    """
    return next(_twins(session, article, mine, apart), None)


def _twins(
    session: Session, article: Article | HeldArticle, mine: Placement, apart: bool = False
) -> Iterator[Correction]:
    if not mine.edits or mine.fit not in CARRIED:
        return
    # What looks like spam stands behind its like only: no reader's own waits among it.
    if mine.correction_id:
        apart = set_aside.holds(session.get_one(Correction, mine.correction_id))
    for other in _leaders_first(session, article, mine):
        if _is_equal(article, mine, other):
            twin = session.get_one(Correction, other.correction_id)
            if not twin.stands_alone and set_aside.holds(twin) == apart:
                yield twin


def attach(session: Session, correction: Correction, leader: Correction) -> None:
    """Let a correction, and those that stand behind it, stand behind another one, by hand."""
    behind = [correction, *members(session, correction)]
    for one in behind:
        one.leader_id = leader.id
    correction.stands_alone = False
    ranking.again(session, leader)


def are_equal(one: Correction, other: Correction) -> bool:
    """Whether both ask for the same change: a person may have put others together, too."""
    mine, theirs = one.placement, other.placement
    if mine is None or theirs is None or not (mine.edits and theirs.edits):
        return False
    if mine.fit not in CARRIED or theirs.fit not in CARRIED:
        return False
    return _is_equal(one.article, mine, theirs)


def members(session: Session, leader: Correction, *, placed: bool = False) -> Sequence[Correction]:
    """The pending corrections that stand behind a leader, in the order they came.

    ``placed``: with their places, where those are looked at one by one.
    """
    return session.scalars(_PLACED if placed else _MEMBERS, {"leader": leader.id}).all()


# Built once: every act on a card asks it.
_MEMBERS = (
    select(Correction)
    .where(Correction.leader_id == bindparam("leader"), Correction.status == Status.PENDING)
    .order_by(Correction.id)
)
_PLACED = _MEMBERS.options(joinedload(Correction.placement))


def rivals(session: Session, correction: Correction) -> list[Correction]:
    """The pending leaders that ask for something else of the very same words."""
    found = _contradicting(session, correction)
    query = select(Correction).where(Correction.id.in_(found), Correction.leader_id.is_(None))
    return list(session.scalars(query.order_by(Correction.id)))


def count_rivals(session: Session, correction: Correction) -> int:
    """How many corrections accepting this one closes: rivals, and those that stand behind them."""
    own = {one.id for one in members(session, correction)}
    return len(set(_contradicting(session, correction)) - own)


def _contradicting(session: Session, correction: Correction) -> list[int]:
    mine = session.get(Placement, correction.id)
    if mine is None or not mine.edits or mine.fit not in CARRIED:
        return []
    return [
        other.correction_id
        for other in _touching(session, correction.article, mine)
        if conflicts(mine.edits or (), other.edits or ()) == Relation.RIVAL
    ]


def hand_over_all(session: Session, ids: Sequence[int]) -> None:
    """Let the next in line lead those who still wait behind any of these corrections."""
    for some in portions(ids):
        behind = select(Correction.leader_id).where(
            Correction.leader_id.in_(some), Correction.status == Status.PENDING
        )
        left = select(Correction).where(Correction.id.in_(behind)).order_by(Correction.id)
        for leader in session.scalars(left).all():
            hand_over(session, leader)


def leave(session: Session, correction: Correction) -> None:
    """Take a correction out of its cluster; the next in line leads those who stay."""
    if correction.leader_id is None:
        hand_over(session, correction)
    else:
        left = session.get_one(Correction, correction.leader_id)
        correction.leader_id = None
        ranking.again(session, left)
    ranking.again(session, correction)


def hand_over(session: Session, correction: Correction) -> None:
    """Let the next in line lead those who still wait behind a correction."""
    following = members(session, correction)
    if following:
        heir = following[0]
        heir.leader_id = None
        session.flush()
        session.execute(
            update(Correction)
            .where(Correction.leader_id == correction.id, Correction.id != heir.id)
            .values(leader_id=heir.id)
        )
        ranking.again(session, heir)


def rejoin(session: Session, article: Article, opened: Sequence[Correction]) -> None:
    """Give corrections that wait again a leader that waits, or none.

    Those that were closed together stand together as before; a leader that was
    left behind may be closed by now, and others may ask for the same.
    """
    together = {one.id for one in opened}
    for one in opened:
        if one.leader_id not in together:
            one.leader_id = None
            ranking.again(session, one)
    session.flush()
    for one in opened:
        if one.leader_id is None and not members(session, one):
            join(session, article, one)
            session.flush()


class _Near(NamedTuple):
    """What is asked of a placement over the same words."""

    correction_id: int
    start: int | None
    end: int | None
    edits: tuple[Edit, ...] | None
    fit: str


_FIRST = 20


def _leaders_first(
    session: Session, article: Article | HeldArticle, mine: Placement
) -> Iterator[_Near]:
    """The same as `_touching`, those that lead first: whoever finds one of a crowd reads a few."""
    place = _place(article.id, mine)
    found = ask(session, _FEW, place).all()
    yield from (_Near(*other) for other in found if other.edits)
    if len(found) == _FIRST:
        rest = ask(session, _REST, place).all()
        yield from (_Near(*other) for other in rest if other.edits)


def _touching(session: Session, article: Article, mine: Placement) -> list[_Near]:
    """The other pending placements over the same words."""
    found = ask(session, _OVER.order_by(Correction.id), _place(article.id, mine)).all()
    return [_Near(*other) for other in found if other.edits]


def _place(article_id: int, mine: Placement) -> dict[str, int | None]:
    """What `_OVER` is asked with; no correction has the number 0, as which a new one passes."""
    span = {"low": mine.start, "high": mine.end}
    return {"article": article_id, "own": mine.correction_id or 0, **span}


# Built once: every submission asks it, and building it costs more than asking.
_OVER = (
    select(
        Placement.correction_id,
        Placement.start,
        Placement.end,
        Placement.edits,
        Placement.fit,
    )
    .join(Correction, Correction.id == Placement.correction_id)
    .where(
        Correction.article_id == bindparam("article"),
        Correction.status == Status.PENDING,
        Placement.correction_id != bindparam("own"),
        Placement.fit.in_(CARRIED),
        Placement.start <= bindparam("high"),
        Placement.end >= bindparam("low"),
    )
)
_LEADERS = _OVER.order_by(Correction.leader_id.is_not(None), Correction.id)
_FEW, _REST = _LEADERS.limit(_FIRST), _LEADERS.offset(_FIRST)


def _is_equal(article: Article | HeldArticle, mine: Placement, other: Placement | _Near) -> bool:
    """Whether both make the same text; asked both ways, so that neither makes more of it."""
    if mine.edits == other.edits:
        return True
    text = article.current.text

    def makes(one: Placement | _Near, all_of: Placement | _Near) -> bool:
        place = Place(all_of.start, all_of.end, all_of.edits, Fit(all_of.fit))
        applied = widened(article.current.blocks, one.edits or ())
        return stands_already(place, applied, text)

    return makes(mine, other) and makes(other, mine)
