"""A change of an article becomes a new revision, and everything pending moves with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.text.body import Body, as_json, byline_of, canonical_text, title_of
from corrections_app.domain.text.edits import Edit
from corrections_app.models import Article, Correction, Revision
from corrections_app.workflow import taken_down
from corrections_app.workflow.locks import Overtaken, Plan, hold_article
from corrections_app.workflow.pending import closing, clusters, placing, writing_back
from corrections_app.workflow.record import marks, notices


def plan(
    session: Session,
    article: Article,
    body: Body,
    edits: Sequence[Edit] | None = None,
    wished: Sequence[Edit] = (),
    *,
    told: bool = False,
) -> Plan:
    """What publishing ``body`` will need; made before the writer's turn is taken.

    ``told``: readers are told of it, and shown the words; of ``edits`` that is known anyway.
    """
    text = canonical_text(body)
    own = edits is not None
    alignments = placing.align(session, article, text, own=own)
    return Plan(
        article.id,
        article.head,
        body,
        text,
        tuple(edits) if edits is not None else None,
        tuple(wished),
        alignments,
        marks.plan(session, article, text, edits, told=told, ready=alignments.get(article.head)),
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
    takes_back: int | None = None,
    now: datetime,
) -> Revision:
    """Add the revision with its notice, carry what is pending to it, close what it settles.

    ``caused_by_id`` is the decision that makes the change, if one does; ``thanks`` are the
    names that stand with the notice; ``takes_back`` is the revision whose change this undoes.
    What was not brought in from outside is to be written back into the article's site.

    Raises `Overtaken` when the article is no longer at ``change.base``, `Gone` where it is
    taken down, and `Withheld` for a text that is.
    """
    article = hold_article(session, change.article_id)
    taken_down.check_article(session, article)
    taken_down.check_text(session, article.id, change.text)
    if article.head != change.base:
        raise Overtaken
    number = change.base + 1
    revision = Revision(
        article_id=article.id,
        number=number,
        title=title_of(change.body),
        body=as_json(change.body),
        text=change.text,
        edits=change.edits,
        change_class=change_class,
        notice=notice,
        thanks=list(thanks) or None,
        origin=origin,
        author_id=author_id,
        created_at=now,
    )
    session.add(revision)
    session.flush()
    taken_down.show_pictures(session, change.body)
    if origin != "import":
        writing_back.note(session, revision, takes_back=takes_back, now=now)
    notices.make(session, article, revision, caused_by_id, change.marks.changed)
    marks.keep(session, number, change.marks.carried)
    byline = _byline(article, change.body)
    step = placing.Step(change.text, change.edits, change.wished)
    carried = placing.carry(session, article, step, change.alignments)
    moved = session.execute(
        update(Article)
        .where(Article.id == article.id, Article.head == change.base)
        .values(head=number, byline=byline)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Overtaken
    session.expire(article)
    _settle(session, article, carried, caused_by_id, author_id, now)
    return revision


def _settle(
    session: Session,
    article: Article,
    carried: placing.Carried,
    caused_by_id: int | None,
    by_id: int | None,
    now: datetime,
) -> None:
    """Close what the change mends already, and let lead again what it parted."""
    closing.supersede(session, carried.settled, caused_by_id=caused_by_id, by_id=by_id, now=now)
    for correction_id, _ in carried.settled:
        clusters.hand_over(session, session.get_one(Correction, correction_id))
    for correction_id in reversed(carried.back):  # the first that came leads
        clusters.join_again(session, article, session.get_one(Correction, correction_id))


def _byline(article: Article, body: Body) -> str | None:
    """Who wrote it, for lists and feeds: what the new text says.

    One that never had it as text, since it is older than that, keeps what is known.
    """
    signed = byline_of(body)
    if signed is not None:
        return " ".join(signed.split())
    return None if byline_of(article.current.blocks) is not None else article.byline
