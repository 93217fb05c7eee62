"""What the newsroom took down: an article, or the text of one revision. Every road asks here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, cast, select, update
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.bodies.renewing import renewed
from corrections_app.domain.errors import Gone, Invalid, Withheld
from corrections_app.domain.text import characters
from corrections_app.domain.text.body import Body, canonical_text, media_in, tidy
from corrections_app.models import Article, MediaFile, Retirement, Revision
from corrections_app.workflow import dates
from corrections_app.workflow.locks import HeldArticle

_RETIRED = "This article was taken down on %(day)s. The newsroom says: %(reason)s"
_WITHHELD = "Version %(number)s of this article was withheld on %(day)s: %(reason)s"
_SAME_WORDS = (
    "This is, word for word, version %(number)s of the article, which was withheld on %(day)s "
    "(%(reason)s). Leave those words out, or let that version be shown again first."
)
_WOULD_COME_BACK = (
    "This would bring back words of version %(number)s, which was withheld on %(day)s "
    "(%(reason)s). Edit the article instead, or let that version be shown again first."
)


def checked_reason(reason: str) -> str:
    """Why something is taken down, as everybody will read it. Raises `Invalid` or `TooLong`."""
    characters.check_keepable("reason", reason)
    reason = tidy(reason).strip()
    if not reason:
        raise Invalid.at("reason", "Say why, in words that every reader may see.")
    limits.check_length("reason", reason, limits.TAKEN_DOWN)
    characters.check("reason", reason, lines=True)
    return reason


def standing(session: Session, article_id: int) -> Retirement | None:
    """The retirement of an article that is down; None of one that is not."""
    return session.scalar(select(Retirement).filter_by(article_id=article_id, ended_at=None))


def check_article(session: Session, article: Article | HeldArticle) -> None:
    """Refuse whatever an article that is down cannot take. Raises `Gone`."""
    if article.retired_at is None:
        return
    retirement = standing(session, article.id)
    reason = retirement.reason if retirement else ""
    raise Gone(_RETIRED, **_told(article.retired_at, reason))


def check_shown(revision: Revision) -> None:
    """Refuse to show the text of a revision that is withheld. Raises `Withheld`."""
    if revision.withheld_at is not None:
        raise _refusal(_WITHHELD, revision)


def may_show(session: Session, article_id: int, *numbers: int) -> bool:
    """Whether readers may be shown words of all these revisions, say of what a change was."""
    hidden = select(Revision.id).where(
        Revision.article_id == article_id,
        Revision.number.in_(numbers),
        Revision.withheld_at.is_not(None),
    )
    down = select(Article.id).where(Article.id == article_id, Article.retired_at.is_not(None))
    return session.scalars(hidden.limit(1)).first() is None and session.scalar(down) is None


def check_text(session: Session, article_id: int, text: str) -> None:
    """Refuse to let words that are withheld become current again, by any road.

    Stands inside the transaction that publishes. Raises `Withheld`.
    """
    for one in session.scalars(_WITHHELD_OF, {"article": article_id}):
        byline = session.scalar(select(Article.byline).filter_by(id=article_id))
        if says(one, byline, text):
            raise _refusal(_SAME_WORDS, one)


# Built once: every change of an article asks it in the writer's turn.
_WITHHELD_OF = (
    select(Revision)
    .where(Revision.article_id == bindparam("article"), Revision.withheld_at.is_not(None))
    .order_by(Revision.number)
)


def says(revision: Revision, byline: str | None, text: str) -> bool:
    """Whether a text is, word for word, what readers of a revision read (`renewing`)."""
    return text in (revision.text, canonical_text(renewed(revision.blocks, byline)))


def check_step_back(session: Session, article_id: int, number: int) -> None:
    """Refuse to take back the change that made revision ``number`` of one that is withheld.

    What that change took out may be what is withheld. Where both are withheld, it was
    another change that took it out. Raises `Withheld`.
    """
    pair = select(Revision).where(
        Revision.article_id == article_id, Revision.number.in_((number - 1, number))
    )
    found = {one.number: one for one in session.scalars(pair)}
    before, after = found.get(number - 1), found[number]
    if before is not None and before.withheld_at is not None and after.withheld_at is None:
        raise _refusal(_WOULD_COME_BACK, before)


def settle_pictures(session: Session, article: Article, now: datetime) -> None:
    """Give out no more what only this article showed, as far as it is taken down; else again.

    A picture stays as long as a version that may be shown has it, or the text of another article.
    """
    session.flush()
    revisions = session.scalars(select(Revision).filter_by(article_id=article.id)).all()
    every = {digest for one in revisions for digest in media_in(one.blocks)}
    if not every:
        return
    _hold(session, every)
    shown = {
        digest
        for one in revisions
        if article.retired_at is None and one.withheld_at is None
        for digest in media_in(one.blocks)
    }
    hidden = {one for one in every - shown if not _is_elsewhere(session, article, one)}
    files = update(MediaFile).where(MediaFile.digest.in_(hidden), MediaFile.withheld_at.is_(None))
    session.execute(files.values(withheld_at=now))
    _show(session, every - hidden)


def show_pictures(session: Session, body: Body) -> None:
    """Give out again what stands in a text that is published now."""
    if digests := media_in(body):
        _hold(session, digests)
        _show(session, digests)


def _show(session: Session, digests: set[str]) -> None:
    files = update(MediaFile).where(
        MediaFile.digest.in_(digests), MediaFile.withheld_at.is_not(None)
    )
    session.execute(files.values(withheld_at=None))


def _hold(session: Session, digests: set[str]) -> None:
    """Wait for whoever publishes one of these pictures, or takes one down, at this moment."""
    files = select(MediaFile.digest).where(MediaFile.digest.in_(digests))
    session.execute(files.order_by(MediaFile.digest).with_for_update()).all()


def _is_elsewhere(session: Session, article: Article, digest: str) -> bool:
    found = (
        select(Article.id)
        .join(Revision, (Revision.article_id == Article.id) & (Revision.number == Article.head))
        .where(Article.id != article.id, Article.retired_at.is_(None))
        .where(cast(Revision.body, Text).contains(digest))
    )
    return session.scalars(found.limit(1)).first() is not None


def _refusal(sentence: str, revision: Revision) -> Withheld:
    assert revision.withheld_at is not None
    told = _told(revision.withheld_at, revision.withheld_reason or "")
    return Withheld(sentence, number=revision.number, **told)


def _told(at: datetime, reason: str) -> dict[str, Any]:
    return {"day": dates.day(at), "reason": reason, "at": at.isoformat()}
