"""The text of an earlier revision is shown no more, for a reason that everybody may read.

The revision stays, with its number, its date and its audit; only what it says is hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import AlreadyDecided, Invalid, NeedsConfirmation, NotFound
from corrections_app.domain.roles import Ability
from corrections_app.extensions import db
from corrections_app.models import Article, Revision
from corrections_app.workflow import audit, dates, locks, permission, revisions, taken_down
from corrections_app.workflow.articles.reading import kept_at
from corrections_app.workflow.transaction import Act, write

_SURE = "Look at what will be shown instead, then confirm that version %(number)s is withheld."
_SURE_AGAIN = "Confirm that the text of version %(number)s is shown again."
_CURRENT = (
    "This is what the article says now, and it cannot be withheld. Change the article first, or "
    "restore an earlier version; then withhold this one. Or take the whole article down."
)
_SAYS_SO = (
    "The article says the very same now, so withholding version %(number)s would hide nothing. "
    "Change the article first. Or take the whole article down."
)


@dataclass(frozen=True)
class Withholding:
    """What withholding a revision came to; ``at`` in ISO 8601, UTC, None once it is shown again."""

    slug: str
    number: int
    at: str | None


def withhold(
    slug: str, number: int, reason: str, act: Act, *, confirmed: bool = False
) -> Withholding:
    """Show the text of a revision to nobody any more. What is current cannot be withheld.

    ``confirmed``: what stands in its place was looked at. Raises `NeedsConfirmation` without
    it, `Invalid` for the current revision or no reason, `AlreadyDecided` where it is withheld,
    `NotPermitted`, `NotFound`, `TooLong`, `BadKey`.
    """
    reason = taken_down.checked_reason(reason)
    article_id = kept_at(slug).id
    request = act.once({"withhold": slug, "number": number, "reason": reason})
    with write() as session:
        if answered := request.answered(session):
            return Withholding(**answered)
        article, revision = _held(session, article_id, number, act)
        if revision.withheld_at is not None:
            raise _done(revision)
        _check_past(article, revision)
        if not confirmed:
            raise NeedsConfirmation(_SURE, number=number)
        revision.withheld_at, revision.withheld_reason = act.now, reason
        taken_down.settle_pictures(session, article, act.now)
        outcome = Withholding(slug, number, act.now.isoformat())
        _record(session, "withhold", revision, act, reason=reason)
        request.keep(session, asdict(outcome), act.now)
    return outcome


def show_again(slug: str, number: int, act: Act, *, confirmed: bool = False) -> Withholding:
    """Show a revision again that was withheld. Raises as `withhold`, without `Invalid`."""
    article_id = kept_at(slug).id
    request = act.once({"show_again": slug, "number": number})
    with write() as session:
        if answered := request.answered(session):
            return Withholding(**answered)
        article, revision = _held(session, article_id, number, act)
        if revision.withheld_at is None:
            raise AlreadyDecided("This version is not withheld.", same_outcome=True)
        if not confirmed:
            raise NeedsConfirmation(_SURE_AGAIN, number=number)
        revision.withheld_at = revision.withheld_reason = None
        taken_down.settle_pictures(session, article, act.now)
        outcome = Withholding(slug, number, None)
        _record(session, "show_again", revision, act)
        request.keep(session, asdict(outcome), act.now)
    return outcome


def withheld(article: Article) -> Sequence[Revision]:
    """The revisions of an article that are withheld, newest first."""
    query = select(Revision).where(
        Revision.article_id == article.id, Revision.withheld_at.is_not(None)
    )
    return db.session.scalars(query.order_by(Revision.number.desc())).all()


def _held(session: Session, article_id: int, number: int, act: Act) -> tuple[Article, Revision]:
    article = locks.hold_article(session, article_id)
    permission.confirmed_for(session, act.by, Ability.TAKE_DOWN, article)
    revision = revisions.asked(session, article, number)
    if revision is None:
        raise NotFound("There is no such version of this article.")
    session.refresh(revision)
    return article, revision


def _check_past(article: Article, revision: Revision) -> None:
    """Raise `Invalid` for words that readers have before them: hiding a copy hides nothing.

    Of an article that is down nobody has any; brought back, it would show them again.
    """
    if revision.number == article.head:
        raise Invalid(_CURRENT)
    if taken_down.says(revision, article.byline, article.current.text):
        raise Invalid(_SAYS_SO, number=revision.number)


def _done(revision: Revision) -> AlreadyDecided:
    assert revision.withheld_at is not None
    return AlreadyDecided(
        "This version was withheld already, on %(day)s.",
        day=dates.day(revision.withheld_at),
        at=revision.withheld_at.isoformat(),
        same_outcome=True,
    )


def _record(session: Session, action: str, revision: Revision, act: Act, **data: Any) -> None:
    # Not as "revision", by which the audit knows the event that made one.
    said: dict[str, Any] = {"number": revision.number} | data
    audit.record(
        session, action, article_id=revision.article_id, by_id=act.by.id, now=act.now, **said
    )
