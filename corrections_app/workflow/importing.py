"""A document from outside becomes an article, or the next revision of one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.text import as_json, canonical_text, tidy
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Revision
from corrections_app.sources import Document
from corrections_app.workflow import audit, publishing
from corrections_app.workflow.publishing import Overtaken
from corrections_app.workflow.transaction import write

_TRIES = 5
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Imported:
    """What an import came to; ``is_new`` tells whether it made a revision at all."""

    slug: str
    revision: int
    title: str
    is_new: bool


def bring_in(
    document: Document,
    *,
    slug: str,
    change_class: ChangeClass = ChangeClass.SILENT,
    notice: str | None = None,
    now: datetime,
) -> Imported:
    """Store a document under ``slug``: a new article, a new revision, or nothing new.

    Raises `ImportRefused` for an address that cannot be one.
    """
    check_address(slug)
    for _ in range(_TRIES):
        article = db.session.scalar(select(Article).filter_by(slug=slug))
        change = None
        if article is not None and not _same(article.current, document):
            change = publishing.plan(db.session(), article, document.body)
        try:
            with write() as session:
                return _stored(session, slug, document, change, change_class, notice, now)
        except (Overtaken, IntegrityError):
            continue  # someone else brought in the same article between our look and our turn
    raise ImportRefused(f"{slug}: the article is changing at this moment; try again.")


def check_address(slug: str) -> None:
    """Raise `ImportRefused` for a slug that cannot stand in an address."""
    if len(slug) > limits.SLUG or not _SLUG.fullmatch(slug):
        raise ImportRefused(
            f"{slug!r} cannot be an address: --slug takes a to z, 0 to 9 and single hyphens."
        )


def addresses(documents: Sequence[tuple[str, Document]], slug: str | None) -> list[str]:
    """An address for each named document: the one given, or made of the name or the headline.

    Raises `ImportRefused` for one that cannot be an address, and where two would
    share one: the second would become a revision of the first.
    """
    found = [slug or slug_of(name) or slug_of(document.title) for name, document in documents]
    for address, (name, _) in zip(found, documents, strict=True):
        if not address:
            raise ImportRefused(f"{name}: no address can be made of it: give one with --slug")
        check_address(address)
        if found.count(address) > 1:
            raise ImportRefused(
                f"{name}: another of these files would be at {address} too: import them one by one"
            )
    return found


def exists(slug: str) -> bool:
    """Whether there is an article at an address."""
    return db.session.scalar(select(Article.id).filter_by(slug=slug)) is not None


def foresee(document: Document, *, slug: str) -> Imported:
    """What `bring_in` would come to, with nothing stored."""
    article = db.session.scalar(select(Article).filter_by(slug=slug))
    if article is None:
        return Imported(slug, 1, document.title, True)
    is_new = not _same(article.current, document)
    return Imported(slug, article.head + is_new, document.title, is_new)


def slug_of(title: str) -> str:
    """An address made of a headline's Latin letters and digits; empty where it has none."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))[:60].strip("-")


def _same(current: Revision, document: Document) -> bool:
    return current.body == as_json(document.body)


def _stored(
    session: Session,
    slug: str,
    document: Document,
    change: publishing.Plan | None,
    change_class: ChangeClass,
    notice: str | None,
    now: datetime,
) -> Imported:
    article = session.scalar(select(Article).filter_by(slug=slug))
    if article is None:
        article = _first(session, slug, document, now)
        audit.record(session, "import", article_id=article.id, now=now, revision=1)
        return Imported(slug, 1, document.title, True)
    filed_under = article.section
    _describe(article, document)
    if article.section != filed_under:
        session.flush()
        theirs = update(Correction).where(Correction.article_id == article.id)
        session.execute(theirs.values(section=article.section))
    if change is None:
        if not _same(article.current, document):
            raise Overtaken
        return Imported(slug, article.head, document.title, False)
    revision = publishing.publish(
        session,
        change,
        origin="import",
        change_class=change_class,
        notice=notice,
        author_id=None,
        now=now,
    )
    audit.record(session, "import", article_id=article.id, now=now, revision=revision.number)
    return Imported(slug, revision.number, document.title, True)


def _first(session: Session, slug: str, document: Document, now: datetime) -> Article:
    article = Article(slug=slug, head=1, created_at=now)
    _describe(article, document)
    session.add(article)
    session.flush()
    session.add(
        Revision(
            article_id=article.id,
            number=1,
            title=document.title,
            body=as_json(document.body),
            text=canonical_text(document.body),
            origin="import",
            created_at=now,
        )
    )
    session.flush()
    return article


def _describe(article: Article, document: Document) -> None:
    """What is known about the article; what a document does not say stays as it was."""
    article.lang, article.dir = document.lang, document.dir
    for name in ("section", "byline", "source_url"):
        setattr(article, name, tidy(getattr(document, name) or "") or getattr(article, name))
    article.published_at = document.published or article.published_at
    if document.external_id and not article.external_id:
        taken = select(Article.id).filter_by(external_id=document.external_id)
        with db.session.no_autoflush:
            if db.session.scalar(taken) is None:  # two sites may count alike
                article.external_id = document.external_id
