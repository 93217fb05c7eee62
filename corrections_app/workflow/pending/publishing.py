"""A change of an article becomes a new revision, and everything pending moves with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.text.body import Body, as_json, byline_of, canonical_text, title_of
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.text.search_words import words
from corrections_app.models import Article, Correction, Revision
from corrections_app.models.article import words_of
from corrections_app.workflow import taken_down
from corrections_app.workflow.locks import Overtaken, Plan
from corrections_app.workflow.pending import closing, clusters, facts, placing, writing_back
from corrections_app.workflow.pending.closing import mark
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
        article.current.text,
        body,
        text,
        tuple(edits) if edits is not None else None,
        tuple(wished),
        alignments,
        marks.plan(session, article, text, edits, told=told, ready=alignments.get(article.head)),
        facts.flags_of_change(article.current, body, edits) if edits is not None else None,
        title_of(body) != article.current.title,
        byline_of(body) is not None or byline_of(article.current.blocks) is not None,
    )


def publish(
    session: Session,
    article: Article,
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

    ``article`` is held (`locks.hold_article`). ``caused_by_id`` is the decision that makes the
    change, if one does; ``thanks`` are the names that stand with the notice; ``takes_back`` is
    the revision whose change this undoes.
    What was not brought in from outside is to be written back into the article's site.

    Raises `Overtaken` when the article is no longer at ``change.base``, `Gone` where it is
    taken down, and `Withheld` for a text that is.
    """
    taken_down.check_article(session, article)
    taken_down.check_text(session, article.id, change.text)
    if article.head != change.base:
        raise Overtaken
    number = change.base + 1
    revision = _revision(change)
    revision.change_class, revision.notice = change_class, notice
    revision.thanks, revision.origin = list(thanks) or None, origin
    revision.author_id, revision.created_at = author_id, now
    session.add(revision)
    session.flush()
    taken_down.show_pictures(session, change.body)
    if origin != "import":
        writing_back.note(session, revision, takes_back=takes_back, now=now)
    notices.make(session, article, revision, caused_by_id, change.marks.changed)
    marks.keep(session, number, change.marks.carried)
    step = placing.Step(change.old, change.text, change.edits, change.wished)
    carried = placing.carry(session, article, step, change.alignments)
    _make_current(session, article, revision, change)
    _settle(session, article, carried, caused_by_id, author_id, now)
    return revision


def _make_current(session: Session, article: Article, revision: Revision, change: Plan) -> None:
    """Let the article say this from now on, and be found by it. Raises `Overtaken`."""
    byline = _byline(article, change)
    found_by = words_of(article.slug, revision.title, byline)
    session.flush()
    says = {"head": revision.number, "byline": byline, "found_by": found_by}
    row = {"one": article.id, "base": change.base}
    if session.connection().execute(_MOVED_ON, says | row).rowcount != 1:
        raise Overtaken
    mark(article, **says)
    session.expire(article, ["current"])
    if change.renamed:
        _find_by_title(session, article.id, revision.title)


_ARTICLES = Article.__table__
_MOVED_ON = update(_ARTICLES).where(
    _ARTICLES.c.id == bindparam("one"), _ARTICLES.c.head == bindparam("base")
)


def _revision(change: Plan) -> Revision:
    """What a plan says, as the next revision."""
    return Revision(
        article_id=change.article_id,
        number=change.base + 1,
        title=title_of(change.body),
        body=as_json(change.body),
        text=change.text,
        edits=change.edits,
    )


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
    clusters.hand_over_all(session, [correction_id for correction_id, _ in carried.settled])
    for correction_id in reversed(carried.back):  # the first that came leads
        clusters.join_again(session, article, session.get_one(Correction, correction_id))


def _find_by_title(session: Session, article_id: int, title: str) -> None:
    """Let what was sent to an article be found by its new headline, too."""
    query = select(Correction.id, Correction.words).where(Correction.article_id == article_id)
    found = [(one, known, words(known, title)) for one, known in session.execute(query)]
    rows = [{"id": one, "words": new} for one, known, new in found if new != known]
    if rows:
        session.execute(update(Correction), rows)


def _byline(article: Article, change: Plan) -> str | None:
    """Who wrote it, for lists and feeds: what the new text says.

    One that never had it as text, since it is older than that, keeps what is known.
    """
    if not change.signed:
        return article.byline
    byline = byline_of(change.body)
    return None if byline is None else " ".join(byline.split())
