"""Where a correction stands in the order, written down when it comes; and why it stands there.

It changes when its cluster does, in the same transaction and without touching
its version: a moderator who has the card on the screen may go on. What its sender's
record says is of that moment too: neither a decision on another correction of theirs
nor the letter by which they confirm their address moves what waits already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, bindparam, func, or_, select
from sqlalchemy.orm import Session

from corrections_app.domain import ordering
from corrections_app.domain.carrying import CARRIED
from corrections_app.domain.lifecycle import Status
from corrections_app.domain.ordering import Factors, Matter, Record
from corrections_app.domain.warnings.flags import Weighed
from corrections_app.domain.warnings.risks import Risk
from corrections_app.extensions import db
from corrections_app.models import Article, Contact, Correction, Decision, Placement
from corrections_app.models import ReasonWording as Wording
from corrections_app.models.engine import ask
from corrections_app.workflow.locks import HeldArticle
from corrections_app.workflow.pending import reputation, set_aside

RECENT = 300
"""Of the newsroom's decisions so many tell what it is used to accept."""
READERS = 100
"""Readers of one cluster are counted no further."""
KNOWN = 5
"""Of so many of them the record is looked up."""


@dataclass(frozen=True)
class Why:
    """Why a card stands where it does. ``waited`` is what waiting has added to its worth."""

    overdue_at: datetime
    factors: Factors
    record: Record
    worth: float
    waited: float


def rank(session: Session, correction: Correction) -> None:
    """Write down what a new correction touches, where it stands, and when it is overdue."""
    risks = _risks(session, correction)
    with session.no_autoflush:  # it is written once, with all of it
        _note(correction, risks)
        again(session, correction)
        fall_due(correction)


@dataclass(frozen=True)
class Worth:
    """What a new correction's place in the order is made of, but for who else asks for it.

    ``risks`` are those of its change of revision ``head``, ``record`` is its sender's,
    ``habit`` the newsroom's with its kind.
    """

    head: int
    risks: frozenset[Risk]
    record: Record | None
    habit: Record


def worth_of_new(
    session: Session,
    article: Article | HeldArticle,
    place: Placement | None,
    kind: str | None,
    record: Record | None,
) -> Worth:
    """What ranking a new correction will need; made before the writer's turn is taken."""
    head = article.head if place is None else place.revision
    risks = _risks_of(article, place) if head == article.head else frozenset()
    return Worth(head, risks, record, _habit(session, kind))


def rank_new(
    correction: Correction, article: HeldArticle, place: Placement | None, worth: Worth
) -> None:
    """The same as `rank` for one that is not stored yet, behind which nobody can stand."""
    same = article.head == worth.head
    _note(correction, worth.risks if same else _risks_of(article, place))
    factors = _weighed(correction, worth.habit, 1, worth.record or Record())
    _stand(correction, factors.worth)
    _fall_due(correction, article.published_at)


def _note(correction: Correction, risks: frozenset[Risk]) -> None:
    correction.risks = " ".join(risk for risk in Risk if risk in risks) or None


def fall_due(correction: Correction) -> None:
    """Write down when a correction is overdue; what is set aside never comes before others."""
    _fall_due(correction, correction.article.published_at)


def _fall_due(correction: Correction, published_at: datetime | None) -> None:
    if set_aside.holds(correction):
        correction.overdue_at = correction.created_at + set_aside.NEVER_OVERDUE
        return
    correction.overdue_at = ordering.overdue_at(
        correction.created_at, _matter(correction), published_at
    )


def again(session: Session, correction: Correction) -> None:
    """Write down where a correction stands, since others joined or left it."""
    others = _others(session, correction)
    record = _best(reputation.record_of(correction), others)
    _stand(correction, _factors(session, correction, others, record).worth)


def _stand(correction: Correction, worth: float) -> None:
    last = set_aside.LAST if set_aside.holds(correction) else 0.0
    correction.rank = ordering.rank(worth, correction.created_at) + last


def risks_of(correction: Correction) -> tuple[Risk, ...]:
    """What the change touched when it came, of which its order was made."""
    return tuple(Risk(risk) for risk in (correction.risks or "").split())


def why(correction: Correction, own: Record | None, now: datetime) -> Why:
    """What the order of a correction is made of, in figures; ``own`` is its sender's record."""
    session = db.session()
    others = _others(session, correction)
    record = _best(own, others)
    factors = _factors(session, correction, others, record)
    score = ordering.score(factors.worth, correction.created_at, now)
    return Why(
        overdue_at=correction.overdue_at,
        factors=factors,
        record=record,
        worth=factors.worth,
        waited=score - factors.worth,
    )


def _factors(
    session: Session, correction: Correction, others: list[_Reader], record: Record
) -> Factors:
    habit = _habit(session, correction.kind)
    return _weighed(correction, habit, 1 + len(others), record)


def _weighed(correction: Correction, habit: Record, readers: int, record: Record) -> Factors:
    matter = _matter(correction)
    usual = ordering.usual_chance(habit)
    changed = ordering.changed(correction.exact, correction.replacement)
    return Factors(
        matter=matter,
        chance=ordering.chance(record, usual),
        readers=readers,
        seconds=ordering.seconds_for(matter, changed),
    )


def _matter(correction: Correction) -> Matter:
    risks = risks_of(correction)
    return ordering.matter_of(correction.kind, risks, is_remark=correction.is_remark)


def _risks(session: Session, correction: Correction) -> frozenset[Risk]:
    placement = session.get(Placement, correction.id)
    return _risks_of(correction.article, placement)


def _risks_of(article: Article | HeldArticle, place: Placement | None) -> frozenset[Risk]:
    if place is None or place.fit not in CARRIED or not place.edits:
        return frozenset()
    return Weighed(article.current.blocks).risks(place.edits)


_Reader = tuple[int, str | None]
"""The number of a correction, and the address that came with it."""


def _others(session: Session, correction: Correction) -> list[_Reader]:
    """One correction of each other reader who asks for the same; who left no address is one."""
    query = (
        select(Correction.id, Contact.email)
        .outerjoin(Contact, Contact.correction_id == Correction.id)
        .where(Correction.leader_id == correction.id, Correction.status == Status.PENDING)
        .order_by(Correction.id)
        .limit(READERS - 1)
    )
    sender = correction.contact.email if correction.contact else None
    found = session.execute(query)
    readers = {email or one: (one, email) for one, email in found if not email or email != sender}
    return list(readers.values())


def _best(own: Record | None, others: list[_Reader]) -> Record:
    """The best record among the sender's own and those of others who ask for the same."""
    known = others[: KNOWN - 1]
    records = [own, *(reputation.record_of_address(email, besides=one) for one, email in known)]
    return max(filter(None, records), key=ordering.chance, default=Record())


def _habit(session: Session, kind: str | None) -> Record:
    """What became of this kind among the newsroom's latest decisions."""
    counts = {outcome: count for outcome, count in ask(session, _HABIT, {"kind": kind})}
    return Record(counts.get(Status.ACCEPTED, 0), counts.get(Status.REJECTED, 0))


def _habits() -> Select[str, int]:
    latest = (
        select(Decision.correction_id, Decision.outcome, Decision.reason)
        .where(Decision.undone_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(RECENT)
        .subquery()
    )
    return (
        select(latest.c.outcome, func.count())
        .join(Correction, Correction.id == latest.c.correction_id)
        .outerjoin(Wording, Wording.code == latest.c.reason)
        .where(Correction.kind.is_not_distinct_from(bindparam("kind", type_=String)))
        .where(or_(latest.c.outcome == Status.ACCEPTED, Wording.neutral.is_(False)))
        .group_by(latest.c.outcome)
    )


# Built once: building it costs more than asking it.
_HABIT = _habits()
