"""What comes after what: the runs of a list, and of what one person is handed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, column, exists, func, select, table
from sqlalchemy.orm import aliased

from corrections_app.domain.lifecycle import Status
from corrections_app.domain.roles import Ability
from corrections_app.domain.text import search_words
from corrections_app.domain.writing_back import NEEDS_PERSON, Code
from corrections_app.extensions import db
from corrections_app.models import Appeal, Correction, Decision, Escalation, User, WriteBack
from corrections_app.workflow import permission
from corrections_app.workflow.queue import filters, finding
from corrections_app.workflow.queue.filters import ANY, Condition, Criteria, Order, in_section
from corrections_app.workflow.queue.paging import Cursor, Stretch

Corrections = Select[Any]

_SEARCH = table("search_corrections", column("rowid"))


def waiting(among: Corrections, criteria: Criteria, now: datetime, by: User) -> list[Stretch]:
    """The runs of corrections that wait, in the order asked for.

    The best come as what is overdue, what was passed up to ``by``, and the
    rest by their rank.
    """
    if criteria.order == Order.OLDEST:
        return [Stretch("oldest", among, Correction.created_at)]
    if criteria.order == Order.NEWEST:
        return [Stretch("newest", among, Correction.created_at, downwards=True)]
    if criteria.order == Order.ARTICLE:
        return [Stretch("article", among, Correction.article_id)]
    late = Correction.overdue_at <= now
    made = [Stretch("overdue", among.where(late), Correction.overdue_at, presses=True)]
    rest = among.where(_in_time(now))
    if by.may(Ability.ANSWER_ESCALATED, by.section):
        mine = [in_section(by.section)] if by.section is not None else []
        # Begun at the few that are escalated, and sorted: an index would not help.
        few = Correction.id.in_(select(Escalation.correction_id))
        escalated = rest.where(few, *mine)
        made.append(Stretch("escalated", escalated, Correction.overdue_at, presses=True))
        passed_up = exists().where(Escalation.correction_id == Correction.id)
        rest = rest.where(~and_(passed_up.correlate(Correction), *mine))
    return [*made, Stretch("best", rest, Correction.rank)]


def appeals(criteria: Criteria, now: datetime, *which: Condition) -> Stretch:
    """Rejections that readers asked to look at again, the oldest appeal first."""
    query = (
        select(Correction)
        .join(Appeal, Appeal.correction_id == Correction.id)
        .where(Appeal.outcome.is_(None), Correction.status == Status.REJECTED, *which)
        .where(*filters.conditions(criteria, now))
    )
    return Stretch("appeals", query, Appeal.created_at, Appeal.correction_id)


def unwritten(*which: Condition) -> Stretch:
    """What was accepted and is not on the newsroom's own page, and waits for a person."""
    waits = WriteBack.state.in_(NEEDS_PERSON)
    return Stretch("unwritten", _not_there(waits, *which), Correction.created_at)


def missed(*which: Condition) -> Stretch:
    """What stood on the newsroom's own page already, and stands there no more."""
    gone = WriteBack.state.in_(NEEDS_PERSON) & (WriteBack.code == Code.MISSED)
    return Stretch("missed", _not_there(gone, *which), Correction.created_at)


def _not_there(state: Condition, *which: Condition) -> Corrections:
    accepted = aliased(Correction)
    made = (
        select(Decision.correction_id)
        .join(accepted, accepted.id == Decision.correction_id)
        .join(
            WriteBack,
            and_(
                WriteBack.article_id == accepted.article_id,
                WriteBack.revision == Decision.revision,
            ),
        )
        .where(
            state,
            Decision.undone_at.is_(None),
            # Wrapped: it is begun at the few that are not on their page, not at all decisions.
            func.coalesce(Decision.caused_by_id, 0) == 0,
        )
    )
    # Asked first, and once: of a table that is empty PostgreSQL knows no size, and would read
    # every decision there is.
    any_at_all = select(WriteBack.id).where(state).exists()
    accepted_ones = Correction.status == Status.ACCEPTED
    return select(Correction).where(any_at_all, accepted_ones, Correction.id.in_(made), *which)


def judged_by(by: User) -> list[Condition]:
    """Which appeals this person may judge."""
    mine: list[Condition] = [in_section(by.section)] if by.section is not None else []
    if not permission.is_alone(db.session()):
        own = select(Decision.id).where(Decision.id == Appeal.decision_id, Decision.by_id == by.id)
        mine.append(~own.correlate(Appeal).exists())
    return mine


def looking_back(criteria: Criteria, now: datetime) -> Stretch:
    """Corrections of every status, the newest first, or the oldest where that is asked for."""
    query = select(Correction).where(*filters.conditions(criteria, now))
    downwards = criteria.order != Order.OLDEST
    key: Any = Correction.id
    if which := filters.decided(criteria):
        query = query.join(Decision, Decision.correction_id == Correction.id).where(*which)
        key = Decision.correction_id
    exactly = finding.exactly(criteria.words) if criteria.words else None
    if exactly is not None:
        query = query.where(exactly)
    elif criteria.words:
        found = filters.with_words(search_words.asked(criteria.words))
        if db.session.get_bind().dialect.name == "sqlite":
            query = query.join(_SEARCH, _SEARCH.c.rowid == Correction.id)
            key = _SEARCH.c.rowid
        query = query.where(found)
    elif not which and criteria.status not in ("", ANY):
        return Stretch("closed", query, Correction.created_at, downwards=downwards)
    return Stretch("back", query, key, key, downwards)


def place_of(runs: list[Stretch], correction: Correction, now: datetime, by: User) -> Cursor:
    """Where a correction stands for ``by``, or stood before it was decided."""
    names = [run.name for run in runs]
    if "missed" in names and correction.status == Status.ACCEPTED and _is_missed(correction):
        return Cursor("missed", correction.created_at, correction.id)
    if "best" in names:
        if correction.overdue_at <= now:
            return Cursor("overdue", correction.overdue_at, correction.id)
        mine = by.section in (None, correction.section)
        if "escalated" in names and mine and db.session.get(Escalation, correction.id):
            return Cursor("escalated", correction.overdue_at, correction.id)
        appeal = _appeal(correction) if "appeals" in names else None
        if appeal is None:
            return Cursor("best", correction.rank, correction.id)
        return Cursor("appeals", appeal.created_at, correction.id)
    if names == ["appeals"]:
        appeal = _appeal(correction)
        return Cursor("appeals", appeal.created_at if appeal else now, correction.id)
    keys = {"article": correction.article_id, "back": correction.id}
    return Cursor(names[0], keys.get(names[0], correction.created_at), correction.id)


def _is_missed(correction: Correction) -> bool:
    return db.session.scalar(missed(Correction.id == correction.id).query) is not None


def _appeal(correction: Correction) -> Appeal | None:
    query = select(Appeal).where(Appeal.correction_id == correction.id)
    return db.session.scalars(query.order_by(Appeal.decision_id.desc()).limit(1)).first()


def _in_time(now: datetime) -> Condition:
    """Not overdue.

    Wrapped so that no engine takes it for the range to walk, which would have to be
    sorted: what is in time is most of what waits, as rare as such dates are among all.
    """
    return func.coalesce(Correction.overdue_at, now) > now
