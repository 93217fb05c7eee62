"""Rows held until the transaction ends, in one order, and the plan made before they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.errors import NotFound
from corrections_app.domain.text.body import Body
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.warnings.flags import Flag
from corrections_app.models import Article, Correction, Revision
from corrections_app.models.engine import ask


class Overtaken(Exception):
    """The article got another revision between planning and publishing: plan again."""


Spans = list[list[int]]
"""Start and end of some words, as JSON keeps them."""


@dataclass(frozen=True)
class Marks:
    """Where, in a new text, the words stand that notices tell of.

    ``changed`` are those that the change itself put there, ``carried`` those of earlier
    notices, by the notice's number.
    """

    changed: Spans = field(default_factory=list)
    carried: Mapping[int, Spans] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A new body for an article at revision ``base``, with all that is dear already computed.

    ``edits`` are the widened edits where the program itself makes the change,
    and None after a change by other hands; ``wished`` are those a person
    decided for, before they were widened. ``flags`` are what such edits touch, as far
    as the texts tell; None, too, where the program did not make them.
    """

    article_id: int
    base: int
    old: str
    """The text that is changed."""
    body: Body
    text: str
    edits: tuple[Edit, ...] | None
    wished: tuple[Edit, ...]
    alignments: dict[int, Alignment]
    marks: Marks
    flags: tuple[Flag, ...] | None
    renamed: bool
    """Whether the headline is another one."""
    signed: bool
    """Whether the old text or the new one says who wrote it."""


def correction_of(session: Session, correction_id: int) -> Correction:
    """The correction with this number, its place and its article's text. Raises `NotFound`."""
    correction = session.scalars(_CORRECTION, {"of": correction_id}).one_or_none()
    if correction is None:
        raise NotFound("There is no such correction.")
    return correction


def hold_correction(session: Session, correction_id: int) -> Correction:
    """The correction as it is by now, with its article's row held until the end.

    Raises `NotFound`.
    """
    article = session.scalars(_ITS_ARTICLE, {"of": correction_id}).one_or_none()
    if article is None:
        raise NotFound("There is no such correction.")
    correction = session.scalars(_AS_IT_IS, {"of": correction_id}).one()
    set_committed_value(correction, "article", article)  # which would be read once more
    return correction


@dataclass(frozen=True)
class HeldArticle:
    """What an article's own row says while it is held; its text is read only if it is asked for."""

    session: Session
    id: int
    head: int
    section: str | None
    published_at: datetime | None
    retired_at: datetime | None

    @cached_property
    def current(self) -> Revision:
        """What it says now."""
        query = select(Revision).filter_by(article_id=self.id, number=self.head)
        return self.session.scalars(query).one()


def hold_row(session: Session, article_id: int) -> HeldArticle:
    """The article's row alone, held until the end as by `hold_article`, by one statement."""
    return HeldArticle(session, *ask(session, _ROW, {"of": article_id}).one())


# Built once: every act asks some of them in the writer's turn.
_CORRECTION = (
    select(Correction)
    .where(Correction.id == bindparam("of"))
    .options(joinedload(Correction.article), joinedload(Correction.placement))
)
_AS_IT_IS = (
    select(Correction)
    .where(Correction.id == bindparam("of"))
    .options(joinedload(Correction.placement), joinedload(Correction.contact))
    .options(joinedload(Correction.found_elsewhere))
    .execution_options(populate_existing=True)
)
# Without the text, which is read if it is asked for. (Nor could PostgreSQL join it: having
# waited, it joins the row as it is by then to what the statement saw when it began.)
_HELD = (
    select(Article)
    .options(lazyload(Article.current))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_ARTICLE = _HELD.where(Article.id == bindparam("of"))
_ITS_ARTICLE = _HELD.where(
    Article.id
    == select(Correction.article_id).where(Correction.id == bindparam("of")).scalar_subquery()
)
_ROW = (
    select(Article.id, Article.head, Article.section, Article.published_at, Article.retired_at)
    .where(Article.id == bindparam("of"))
    .with_for_update()
)


def hold_article(session: Session, article_id: int) -> Article:
    """The article with its row held until the end: on PostgreSQL the order of all locks.

    Of SQLite's writers there is one at a time, who holds every row.
    """
    return session.scalars(_ARTICLE, {"of": article_id}).one()


SITE = "site"


def chain_of(article_id: int | None) -> str:
    """The name of an article's chain in the audit; acts on no article share one."""
    return SITE if article_id is None else f"article:{article_id}"


def hold_chain(session: Session, article_id: int) -> None:
    """Let nobody else add to what is told of an article until this transaction ends."""
    hold_named(session, chain_of(article_id))


def hold_named(session: Session, name: str) -> None:
    """Let nobody else append under this name until this transaction ends.

    SQLite has one writer anyway; on PostgreSQL two would both take the next number.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
