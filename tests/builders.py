"""Sentences that build rows: an article, a correction, a verdict."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from corrections_app.domain.lifecycle import Action, ChangeClass, Reason
from corrections_app.domain.proposal import Proposal
from corrections_app.domain.text.body import Block, Body
from corrections_app.domain.warnings.flags import Flag
from corrections_app.extensions import db
from corrections_app.models import Article, Correction
from corrections_app.sources import Document
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.deciding import decision
from corrections_app.workflow.deciding.decision import Outcome
from corrections_app.workflow.deciding.verdict import Verdict
from corrections_app.workflow.submitting import submission
from corrections_app.workflow.transaction import Act

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ON_PURPOSE = Terms(change_class=ChangeClass.SILENT)
"""An import that may change facts without a word: someone typed it so."""
THE_FILE_WINS = Terms(change_class=ChangeClass.SILENT, side="theirs")
CONFIRMED = tuple(Flag)
"""What somebody confirms who has looked at whatever a change touches."""

HARBOUR = (
    "The harbour wall",
    "The council voted on Tuesday to rebuild the the harbour wall.",
    "Work will begin in May 2025 and cost about four million pounds.",
    "“It is high time,” said Ada Marlow, who has fished here for thirty years.",
)


def body(*paragraphs: str) -> Body:
    """A body of a title and paragraphs."""
    title, *rest = paragraphs
    return (Block("title", title), *(Block("paragraph", text) for text in rest))


def document(*paragraphs: str, **known: Any) -> Document:
    """A document as a source would yield it."""
    facts: dict[str, Any] = {
        "byline": None,
        "published": None,
        "lang": "en",
        "dir": "ltr",
        "section": None,
        "source_url": None,
    }
    return Document(body=body(*(paragraphs or HARBOUR)), **(facts | known))


def an_article(*paragraphs: str, slug: str = "harbour-wall", now: datetime = NOON) -> Article:
    """An article with these paragraphs, the first of them its title."""
    importing.bring_in(document(*paragraphs), slug=slug, now=now)
    return reading.article_at(slug)


def a_proposal(article: Article, exact: str, replacement: str | None, **more: Any) -> Proposal:
    """A proposal for the only place of some words in the current text."""
    text = article.current.text
    start = text.index(exact)
    assert text.count(exact) == 1, "name words that stand once"
    place = {"revision": article.head, "start": start, "end": start + len(exact)}
    return Proposal(**(place | {"exact": exact, "replacement": replacement} | more))


def a_correction(
    article: Article,
    exact: str = "the the",
    replacement: str | None = "the",
    *,
    now: datetime = NOON,
    **more: Any,
) -> Correction:
    """A correction that a reader sent of some words."""
    more.setdefault("email", "ada@reader.example")
    sent = submission.submit(
        article.slug, a_proposal(article, exact, replacement, **more), key=None, now=now
    )
    return tokens.by_token(sent.token)


def accept(correction: Correction, by: Any, **more: Any) -> Outcome:
    """Accept a correction as it stands."""
    return decide(correction, Action.ACCEPT, by, **more)


def reject(correction: Correction, by: Any, **more: Any) -> Outcome:
    """Reject a correction."""
    more.setdefault("reason", Reason.NOT_AN_ERROR)
    return decide(correction, Action.REJECT, by, **more)


def decide(
    correction: Correction,
    action: Action,
    by: Any,
    *,
    now: datetime = NOON,
    key: str | None = None,
    **more: Any,
) -> Outcome:
    """Decide a correction as it is seen at this moment."""
    db.session.rollback()
    seen = db.session.get_one(Correction, correction.id)
    more.setdefault("seen", seen.version)
    more.setdefault("revision", seen.article.head)
    more.setdefault("confirmed", CONFIRMED)
    return decision.decide(correction.id, Verdict(action, **more), Act(by, key, now))
