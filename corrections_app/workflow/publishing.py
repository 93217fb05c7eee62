"""A change of an article becomes a new revision, and everything pending moves with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.errors import NotFound
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.patching import Edit
from corrections_app.domain.text import Body, as_json, canonical_text, title_of
from corrections_app.models import Article, Correction, Revision
from corrections_app.workflow import closing, clusters, placing


class Overtaken(Exception):
    """The article got another revision between planning and publishing: plan again."""


@dataclass(frozen=True)
class Plan:
    """A new body for an article at revision ``base``, with all that is dear already computed.

    ``edits`` are the widened edits where the program itself makes the change,
    and None after a change by other hands; ``wished`` are those a person
    decided for, before they were widened.
    """

    article_id: int
    base: int
    body: Body
    text: str
    edits: tuple[Edit, ...] | None
    wished: tuple[Edit, ...]
    alignments: dict[int, Alignment]


def plan(
    session: Session,
    article: Article,
    body: Body,
    edits: Sequence[Edit] | None = None,
    wished: Sequence[Edit] = (),
) -> Plan:
    """What publishing ``body`` will need; made before the writer's turn is taken."""
    text = canonical_text(body)
    own = edits is not None
    return Plan(
        article.id,
        article.head,
        body,
        text,
        tuple(edits) if edits is not None else None,
        tuple(wished),
        placing.align(session, article, text, own=own),
    )


def publish(
    session: Session,
    change: Plan,
    *,
    origin: str,
    change_class: ChangeClass = ChangeClass.SILENT,
    notice: str | None = None,
    thanks: Sequence[str] = (),
    author_id: int | None,
    caused_by_id: int | None = None,
    now: datetime,
) -> Revision:
    """Add the revision, carry every pending correction to it, close those it settles.

    ``caused_by_id`` is the decision that makes the change, if one does; ``thanks`` are the
    names that stand with the notice.

    Raises `Overtaken` when the article is no longer at ``change.base``.
    """
    article = locked(session, change.article_id)
    if article.head != change.base:
        raise Overtaken
    number = change.base + 1
    revision = Revision(
        article_id=article.id,
        number=number,
        title=title_of(change.body),
        body=as_json(change.body),
        text=change.text,
        edits=closing.stored(change.edits),
        change_class=change_class,
        notice=notice,
        thanks=list(thanks) or None,
        origin=origin,
        author_id=author_id,
        created_at=now,
    )
    session.add(revision)
    session.flush()
    step = placing.Step(change.text, change.edits, change.wished)
    carried = placing.carry(session, article, step, change.alignments)
    moved = session.execute(
        update(Article)
        .where(Article.id == article.id, Article.head == change.base)
        .values(head=number)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Overtaken
    session.expire(article)
    closing.supersede(session, carried.settled, caused_by_id=caused_by_id, by_id=author_id, now=now)
    for correction_id, _ in carried.settled:
        clusters.hand_over(session, session.get_one(Correction, correction_id))
    for correction_id in reversed(carried.back):  # the first that came leads
        clusters.join_again(session, article, session.get_one(Correction, correction_id))
    return revision


def locked_correction(session: Session, correction_id: int) -> Correction:
    """The correction as it is by now, with its article's row held until the end.

    Raises `NotFound`.
    """
    found = session.get(Correction, correction_id)
    if found is None:
        raise NotFound("There is no such correction.")
    locked(session, found.article_id)
    session.refresh(found)
    return found


def locked(session: Session, article_id: int) -> Article:
    """The article with its row held until the end: on PostgreSQL the order of all locks."""
    # Two queries: PostgreSQL, having waited, joins the row as it is by then to what the
    # statement saw when it began, so the current revision would be missing.
    session.execute(select(Article.id).where(Article.id == article_id).with_for_update())
    query = select(Article).where(Article.id == article_id)
    return session.scalars(query.execution_options(populate_existing=True)).one()
