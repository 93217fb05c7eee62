"""The write-backs for people: what became of each, and what a person does about one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from corrections_app.domain import writing_back as rules
from corrections_app.domain.errors import NotFound
from corrections_app.domain.roles import Ability
from corrections_app.domain.writing_back import Code, State, Step
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Decision, WriteBack
from corrections_app.workflow import permission
from corrections_app.workflow.pending import writing_back
from corrections_app.workflow.transaction import Act, write

PAGE = 100
CAPPED = 1_000
STATES: dict[str, tuple[State, ...]] = {
    "waiting": (State.WAITING, State.WRITING),
    "refused": (State.REFUSED,),
    "by_hand": (State.BY_HAND,),
    "written": (State.WRITTEN,),
    "cancelled": (State.CANCELLED,),
}
"""What people may look at, and the states that are meant."""


def newest(show: str | None = None, before: int | None = None) -> list[WriteBack]:
    """A page of them, newest first: of one of `STATES`, older than a number, or any."""
    query = select(WriteBack).order_by(WriteBack.id.desc()).limit(PAGE)
    query = query.options(joinedload(WriteBack.article), joinedload(WriteBack.by))
    if show in STATES:
        query = query.where(WriteBack.state.in_(STATES[show]))
    if before:
        query = query.where(WriteBack.id < before)
    return list(db.session.scalars(query))


def counts() -> dict[str, int]:
    """How many there are of each of `STATES`, counted no further than the cap."""
    return {show: _how_many(states) for show, states in STATES.items()}


def _how_many(states: tuple[State, ...]) -> int:
    query = select(WriteBack.id).where(WriteBack.state.in_(states)).limit(CAPPED)
    return len(db.session.scalars(query).all())


def again(number: int, act: Act) -> WriteBack:
    """Try it again at once, with all else that waits for a person of its article.

    What was missed on its page is written over what stands there. Raises `NotFound`,
    `NotPermitted`, and `Invalid` for one that is not waiting.
    """
    with write() as session:
        row = _mine(session, number, act)
        rules.after(row.state, Step.AGAIN)
        query = select(WriteBack).filter_by(article_id=row.article_id).order_by(WriteBack.revision)
        others = query.where(WriteBack.state.in_(rules.NEEDS_PERSON), WriteBack.id != row.id)
        for one in (row, *session.scalars(others).all()):
            writing_back.move(
                session,
                one,
                Step.AGAIN,
                now=act.now,
                by_id=act.by.id,
                next_attempt_at=act.now,
                attempts=0,
                first_attempt_at=None,
                overrules=one.overrules or one.code == Code.MISSED,
            )
        return row


def done(number: int, act: Act) -> WriteBack:
    """A person has made the change there by hand: then its letter is due. Raises as `again`."""
    with write() as session:
        row = _mine(session, number, act)
        writing_back.move(session, row, Step.DONE, now=act.now, by_id=act.by.id, in_doubt=False)
        return row


def _mine(session: Session, number: int, act: Act) -> WriteBack:
    query = select(WriteBack).where(WriteBack.id == number).with_for_update(of=WriteBack)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such change on its way to a site.")
    permission.confirmed_for(session, act.by, Ability.EDIT_ARTICLE, row.article)
    return row


def of_decision(decision: Decision | None) -> WriteBack | None:
    """What became of the change that a decision, or the one that caused it, made."""
    while decision is not None and decision.caused_by_id is not None:
        decision = db.session.get_one(Decision, decision.caused_by_id)
    if decision is None or decision.revision is None:
        return None
    article = select(Correction.article_id).where(Correction.id == decision.correction_id)
    query = select(WriteBack).where(
        WriteBack.article_id == article.scalar_subquery(), WriteBack.revision == decision.revision
    )
    return db.session.scalar(query)


def of_article(article: Article) -> dict[int, WriteBack]:
    """The write-backs of an article, by the numbers of their revisions."""
    query = select(WriteBack).filter_by(article_id=article.id).order_by(WriteBack.revision)
    return {row.revision: row for row in db.session.scalars(query)}
