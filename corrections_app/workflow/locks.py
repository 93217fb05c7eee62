"""Rows held until the transaction ends, in one order, and the plan made before they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.errors import NotFound
from corrections_app.domain.text.body import Body
from corrections_app.domain.text.edits import Edit
from corrections_app.models import Article, Correction


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


def correction_of(session: Session, correction_id: int) -> Correction:
    """The correction with this number. Raises `NotFound`."""
    correction = session.get(Correction, correction_id)
    if correction is None:
        raise NotFound("There is no such correction.")
    return correction


def hold_correction(session: Session, correction_id: int) -> Correction:
    """The correction as it is by now, with its article's row held until the end.

    Raises `NotFound`.
    """
    correction = correction_of(session, correction_id)
    hold_article(session, correction.article_id)
    session.refresh(correction)
    return correction


def hold_article(session: Session, article_id: int) -> Article:
    """The article with its row held until the end: on PostgreSQL the order of all locks."""
    # Two queries: PostgreSQL, having waited, joins the row as it is by then to what the
    # statement saw when it began, so the current revision would be missing.
    session.execute(select(Article.id).where(Article.id == article_id).with_for_update())
    query = select(Article).where(Article.id == article_id)
    return session.scalars(query.execution_options(populate_existing=True)).one()
