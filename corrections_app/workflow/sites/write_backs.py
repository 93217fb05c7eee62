"""The write-backs for people: what became of each, and what a person does about one."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from corrections_app.domain import writing_back as rules
from corrections_app.domain.bodies.compare import Row, compared
from corrections_app.domain.errors import NotFound, Refusal
from corrections_app.domain.roles import Ability
from corrections_app.domain.text.edits import whole_edit
from corrections_app.domain.writing_back import Code, State, Step
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Decision, Site, SiteArticle, WriteBack
from corrections_app.workflow import permission, revisions, taken_down
from corrections_app.workflow.pending import writing_back
from corrections_app.workflow.sites import registry
from corrections_app.workflow.transaction import Act, write

_NONE = "There is no such change on its way to a site."
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
FOR_PROGRAMS: dict[str, tuple[State, ...]] = {"open": rules.OPEN, **STATES}
"""And programs: all that is not on its page yet in one."""


def newest(show: str | None = None, before: int | None = None) -> list[WriteBack]:
    """A page of them, newest first: of one of `STATES`, older than a number, or any."""
    query = select(WriteBack).order_by(WriteBack.id.desc()).limit(PAGE)
    query = query.options(joinedload(WriteBack.article), joinedload(WriteBack.by))
    if show in STATES:
        query = query.where(WriteBack.state.in_(STATES[show]))
    if before is not None and 0 < before < 2**63:
        query = query.where(WriteBack.id < before)
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class Page:
    """Some write-backs, and the number of the last one where more follow."""

    items: list[WriteBack]
    next: int | None


def listed(
    states: Collection[State] | None = None,
    article: str = "",
    after: int | None = None,
    *,
    oldest: bool = False,
    size: int = PAGE,
) -> Page:
    """Those in some of the states, or in any, from the one after a number on.

    ``article`` is the slug of the only one meant. Within an article they always stand in the
    order of its revisions, or, the newest first, against it.
    """
    query = select(WriteBack).options(joinedload(WriteBack.article))
    query = query.order_by(WriteBack.id if oldest else WriteBack.id.desc()).limit(size + 1)
    if states is not None:
        query = query.where(WriteBack.state.in_(states))
    if article:
        its = select(Article.id).where(Article.slug == article)
        query = query.where(WriteBack.article_id == its.scalar_subquery())
    if after is not None:
        query = query.where(WriteBack.id > after if oldest else WriteBack.id < after)
    found = list(db.session.scalars(query))
    return Page(found[:size], found[size - 1].id if len(found) > size else None)


def one(number: int) -> WriteBack:
    """The write-back with this number. Raises `NotFound`."""
    row = db.session.get(WriteBack, number)
    if row is None:
        raise NotFound(_NONE)
    return row


def counts() -> dict[str, int]:
    """How many there are of each of `STATES`, counted no further than the cap."""
    return {show: _how_many(states) for show, states in STATES.items()}


def _how_many(states: tuple[State, ...]) -> int:
    query = select(WriteBack.id).where(WriteBack.state.in_(states)).limit(CAPPED)
    return len(db.session.scalars(query).all())


def again(number: int, act: Act) -> WriteBack:
    """Try it again at once, with all else that waits for a person of its article; once by a key.

    One that was missed on its page is written over what stands there; so that is asked for by
    itself, and waits while another is tried. Raises `NotFound`, `NotPermitted`, and `Invalid` for
    one that is not waiting.
    """
    request = act.once({"write_back": number, "step": Step.AGAIN})
    with write() as session:
        if request.answered(session) is not None:
            return one(number)
        row = _mine(session, number, act)
        rules.after(row.state, Step.AGAIN)
        query = select(WriteBack).filter_by(article_id=row.article_id).order_by(WriteBack.revision)
        others = query.where(WriteBack.state.in_(rules.NEEDS_PERSON), WriteBack.id != row.id)
        others = others.where(WriteBack.code.is_distinct_from(Code.MISSED))
        for each in (row, *session.scalars(others).all()):
            writing_back.move(
                session,
                each,
                Step.AGAIN,
                now=act.now,
                by_id=act.by.id,
                next_attempt_at=act.now,
                attempts=0,
                first_attempt_at=None,
                overrules=each.overrules or each.code == Code.MISSED,
            )
        request.keep(session, {"write_back": number}, act.now)
        return row


def done(number: int, act: Act) -> WriteBack:
    """A person has made the change there by hand: then its letter is due. Raises as `again`."""
    request = act.once({"write_back": number, "step": Step.DONE})
    with write() as session:
        if request.answered(session) is not None:
            return one(number)
        row = _mine(session, number, act)
        writing_back.move(session, row, Step.DONE, now=act.now, by_id=act.by.id, in_doubt=False)
        request.keep(session, {"write_back": number}, act.now)
        return row


def _mine(session: Session, number: int, act: Act) -> WriteBack:
    query = select(WriteBack).where(WriteBack.id == number).with_for_update(of=WriteBack)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(_NONE)
    permission.confirmed_for(session, act.by, Ability.EDIT_ARTICLE, row.article)
    return row


@dataclass(frozen=True)
class Place:
    """Where an article lives, and what can be done there."""

    site: str
    external_id: str
    address: str | None
    editor: str | None
    """The CMS's own editor of the article."""
    writes: bool


def place_of(row: WriteBack) -> Place | None:
    """Where a change is to be made; None where its site is forgotten. Asks nobody outside."""
    query = select(SiteArticle).filter_by(article_id=row.article_id)
    there = db.session.scalar(query.options(joinedload(SiteArticle.site)))
    if there is None:
        return None
    editor = None
    writes = there.raw is not None
    with suppress(Refusal):  # its key is missing: the address of the page has to do
        editor = registry.opened(there.site).editor(there.external_id)
    return Place(there.site.name, there.external_id, there.address, editor, writes)


@dataclass(frozen=True)
class Words:
    """A paragraph as it stands on the page, and as it is to be."""

    row: Row
    before: str
    after: str


MOST_WORDS = 12
LONGEST_WORDS = 5_000
"""Code points of a paragraph that is shown to be copied."""


def words_of(row: WriteBack) -> list[Words]:
    """What is to be changed by hand, paragraph by paragraph; no more than anybody would type.

    Nothing of a text that is shown to nobody.
    """
    numbers = row.revision - 1, row.revision
    if not taken_down.may_show(db.session(), row.article_id, *numbers):
        return []
    bodies = (revisions.revision(db.session(), row.article_id, one).blocks for one in numbers)
    found = [one for one in compared(*bodies) if one.state != "same" and one.pieces]
    words = [Words(one, _said(one, "added"), _said(one, "removed")) for one in found[:MOST_WORDS]]
    return [one for one in words if max(len(one.before), len(one.after)) <= LONGEST_WORDS]


@dataclass(frozen=True)
class Replaced:
    """``exact``, which stood at ``[start, end)`` of the text before, and what came instead."""

    start: int
    end: int
    exact: str
    replacement: str


def edits_of(row: WriteBack) -> list[Replaced] | None:
    """What the change was to the text, in its order; nothing where it was none of the text.

    The very edits, or one over all that changed where they are not known (after an edit by
    hand). None of a text that is shown to nobody.
    """
    numbers = row.revision - 1, row.revision
    if not taken_down.may_show(db.session(), row.article_id, *numbers):
        return None
    text = revisions.text(db.session(), row.article_id, row.revision - 1)
    after = revisions.revision(db.session(), row.article_id, row.revision)
    made = whole_edit(text, after.text) if after.edits is None else after.edits
    return [Replaced(e.start, e.end, text[e.start : e.end], e.replacement) for e in made]


def _said(row: Row, without: str) -> str:
    return "".join(piece.text for piece in row.pieces if piece.kind != without)


def correction_of(row: WriteBack) -> Correction | None:
    """The correction whose acceptance made the change, if one did."""
    query = (
        select(Correction)
        .join(Decision, Decision.correction_id == Correction.id)
        .where(
            Correction.article_id == row.article_id,
            Decision.revision == row.revision,
            Decision.caused_by_id.is_(None),
        )
        .order_by(Decision.id)
        .limit(1)
    )
    return db.session.scalar(query)


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


def has_sites() -> bool:
    """Whether there is a site at all: without one nobody wants to hear of write-backs."""
    return db.session.scalar(select(Site.id).limit(1)) is not None


@dataclass(frozen=True)
class Backlog:
    """How many changes are not on their page yet, and since when the oldest of them waits."""

    waiting: int
    needing: int
    oldest: datetime | None


def backlog() -> Backlog:
    """What is open, for `corrections check`. Reads only."""
    columns = WriteBack.state, func.count(), func.min(WriteBack.created_at)
    query = select(*columns).where(WriteBack.state.in_(rules.OPEN)).group_by(WriteBack.state)
    found = {State(state): (count, since) for state, count, since in db.session.execute(query)}
    db.session.rollback()
    waiting, needing = (
        sum(found[state][0] for state in found if state in states)
        for states in (rules.IN_HAND, rules.NEEDS_PERSON)
    )
    return Backlog(waiting, needing, min((since for _, since in found.values()), default=None))
