"""A document from outside becomes an article, or the next revision of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.bodies.media import with_known_media
from corrections_app.domain.bodies.renewing import renewed
from corrections_app.domain.errors import Gone, ImportRefused, Invalid, Withheld
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.patching import Side
from corrections_app.domain.text.body import (
    as_json,
    byline_of,
    canonical_text,
    tidy,
    title_of,
)
from corrections_app.domain.warnings.flags import Flag
from corrections_app.models import Article, Decision, Revision, Source, User
from corrections_app.models.article import words_of
from corrections_app.sources import Document
from corrections_app.workflow import audit, locks, taken_down
from corrections_app.workflow.articles import (
    changed_facts,
    consent,
    details,
    media,
    slugs,
    source_changes,
)
from corrections_app.workflow.articles.consent import Sender
from corrections_app.workflow.articles.source_changes import SourceChange
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.locks import Overtaken
from corrections_app.workflow.pending import publishing
from corrections_app.workflow.transaction import snapshot, write

_TRIES = 5
_NAMED = ("section", "byline", "source_url")
_NOT_PUBLISHED = "this changes nothing, so the notice is not published"


@dataclass(frozen=True)
class Imported:
    """What an import came to; ``is_new`` tells whether it made a revision at all.

    ``told`` are sentences for whoever brought it in: what it undoes here, and
    what was asked for and is not done; ``undone`` the corrections of what it undoes.
    """

    slug: str
    revision: int
    title: str
    is_new: bool
    told: tuple[str, ...] = ()
    undone: tuple[int, ...] = ()


@dataclass(frozen=True)
class Terms:
    """On what terms a document comes in where its article is here already.

    ``change_class`` None is not said: then facts are not changed. ``side`` says
    whose words stand where both changed the same. ``approved_by`` is the address
    of the second person where the newsroom asks for one; ``sender`` is somebody who
    sends it in person, of whom then all is asked.
    """

    change_class: ChangeClass | None = None
    notice: str | None = None
    side: Side | None = None
    approved_by: str | None = None
    sender: Sender | None = None

    def checked(self) -> Terms:
        """The terms with their notice as it is stored. Raises `Invalid` or `TooLong`."""
        notice = tidy(self.notice or "").strip()
        told = self.change_class not in (None, ChangeClass.SILENT)
        if told and not notice:
            raise Invalid.at("notice", "Write the notice that readers will see of this change.")
        if notice and not told:
            raise Invalid.at(
                "notice", "A notice is published with a class: say which kind of change it is."
            )
        limits.check_length("notice", notice, limits.NOTICE)
        return replace(self, notice=notice or None)


BY_ITSELF = Terms()
"""Nobody is there to be asked: a feed, say."""


@dataclass(frozen=True)
class _Planned:
    """What a document means for the article that is here; ``plan`` is None for no new text."""

    change: SourceChange
    plan: locks.Plan | None
    needs_second: bool
    flags: tuple[Flag, ...] = ()
    """What touches facts, where somebody sent it."""


Beside = Callable[[Session, Imported], None]
"""What is to be stored with an import, in its own transaction; what it raises undoes both."""


def bring_in(
    document: Document,
    *,
    slug: str,
    terms: Terms = BY_ITSELF,
    now: datetime,
    beside: Beside = lambda _, __: None,
) -> Imported:
    """Store a document under ``slug``: a new article, a new revision, or nothing new.

    What its source changed since it came last is put on top of what stands here
    (`source_changes.weigh`). Raises `ImportRefused`, and then nothing was stored: for
    an address that cannot be one, and where the terms do not say what they have to:
    whose words stand where corrections would be undone, what to call a change of
    facts, and the second person where one is asked for. Raises `Invalid` and
    `TooLong` for a class without a notice, or a notice without a class. Where somebody
    sends it, raises what `consent` asks of them as well.
    """
    terms, document = terms.checked(), signed(document)
    slugs.check(slug)
    for _ in range(_TRIES):
        document = _with_known_pictures(snapshot(), slug, document)
        planned = _planned(snapshot(), slug, document, terms)
        sizes = media.keep(document.pictures, slug)
        try:
            with write() as session:
                media.note(session, sizes, now)
                imported = _stored(session, slug, document, planned, terms, now)
                beside(session, imported)
                return imported
        except (Overtaken, IntegrityError):
            continue  # someone else brought in the same article between our look and our turn
    raise ImportRefused(f"{slug}: the article is changing at this moment; try again.")


def foresee(document: Document, *, slug: str, terms: Terms = BY_ITSELF) -> Imported:
    """What `bring_in` would come to, with nothing stored. Raises as it does."""
    terms, document = terms.checked(), signed(document)
    slugs.check(slug)
    document = _with_known_pictures(snapshot(), slug, document)
    planned = _planned(snapshot(), slug, document, terms)
    return _outcome(slug, document, planned, terms)


def let_wait_again(session: Session, imported: Imported, now: datetime) -> set[int]:
    """Let wait again what an import undid, beside it: the revisions that had made that."""
    article = session.scalars(select(Article).filter_by(slug=imported.slug)).one()
    return undoing.give_way(session, article, imported.undone, now)


def keep_source(session: Session, article: Article, document: Document) -> None:
    """Note what an article's source says now that a change was written into it from here."""
    document = _with_known_pictures(session, article.slug, signed(document))
    session.get_one(Source, article.id).body = as_json(document.body)


def signed(document: Document) -> Document:
    """The document with its byline in its text, where it is text to be corrected."""
    body = renewed(document.body, document.byline, document.body)
    return replace(document, body=body, byline=byline_of(body))


def _with_known_pictures(session: Session, slug: str, document: Document) -> Document:
    """The document; a picture that could not be had this time is the one that came before."""
    query = select(Source).join(Article, Article.id == Source.article_id).filter_by(slug=slug)
    source = session.scalar(query)
    if source is None:
        return document
    return replace(document, body=with_known_media(document.body, source.blocks))


def _planned(session: Session, slug: str, document: Document, terms: Terms) -> _Planned | None:
    """What becomes of the article that is here, with all that is dear computed; None for none."""
    article = session.scalar(select(Article).filter_by(slug=slug))
    consent.check_state(article, terms.sender)
    if article is None:
        return None
    _check_here(session, article)
    beside = {name: says for name, says in _facts(document).items() if name != "byline"}
    change = source_changes.weigh(session, article, document.body, beside, terms.side)
    if change.body == article.current.blocks:
        return _Planned(change, None, False)
    _check_shown(session, article, change)
    if terms.sender is not None:
        flags = consent.flags_of(session, change)
        consent.check_facts(session, article, terms.sender, flags, terms.change_class)
        plan = publishing.plan(session, article, change.body, told=terms.notice is not None)
        return _Planned(change, plan, False, flags)
    told = changed_facts.told(
        [
            *changed_facts.changed_facts(change.before, change.body),
            *consent.facts_undone(session, change),
        ]
    )
    if told and terms.change_class is None:
        raise ImportRefused(
            f"{slug}: not imported, for readers would not be told that it {told}. "
            "Say it with --class correction --notice TEXT, or type --class silent on purpose."
        )
    needs_second = bool(told) and consent.second_is_asked(session)
    if needs_second:
        consent.approver(session, article, terms.approved_by, told)
    plan = publishing.plan(session, article, change.body, told=terms.notice is not None)
    return _Planned(change, plan, needs_second)


def _check_here(session: Session, article: Article) -> None:
    """A source that comes again does not bring back what was taken down. Raises `ImportRefused`."""
    try:
        taken_down.check_article(session, article)
    except Gone as gone:
        raise ImportRefused(
            f"{article.slug}: not imported. {gone.message} "
            f"To have it back: corrections articles bring-back {article.slug}"
        ) from None


def _check_shown(session: Session, article: Article, change: SourceChange) -> None:
    """Nor does it bring back words that are withheld. Raises `ImportRefused`."""
    text = canonical_text(change.body)
    back = [one.correction_id for one in change.undone if one.before in text]
    undone = select(Decision.revision).where(
        Decision.correction_id.in_(back),
        Decision.undone_at.is_(None),
        Decision.revision.is_not(None),
    )
    try:
        for number in session.scalars(undone) if back else ():
            taken_down.check_step_back(session, article.id, number or 0)
        taken_down.check_text(session, article.id, text)
    except Withheld as withheld:
        raise ImportRefused(f"{article.slug}: not imported. {withheld.message}") from None


def _stored(
    session: Session,
    slug: str,
    document: Document,
    planned: _Planned | None,
    terms: Terms,
    now: datetime,
) -> Imported:
    article_id = session.scalar(select(Article.id).filter_by(slug=slug))
    if article_id is None:
        article = _first(session, slug, document, _author(terms), now)
        consent.check_may(session, article, terms.sender)
        by_id = _author(terms)
        audit.record(session, "import", article_id=article.id, by_id=by_id, now=now, revision=1)
        return _outcome(slug, document, None, terms)
    if planned is None:
        raise Overtaken
    article = locks.hold_article(session, article_id)
    _check_here(session, article)
    _check_shown(session, article, planned.change)
    source = session.get_one(Source, article_id, populate_existing=True)
    if article.head != planned.change.head or source_changes.known(source) != planned.change.known:
        raise Overtaken
    by = consent.approver(session, article, terms.approved_by) if planned.needs_second else None
    consent.check_facts(session, article, terms.sender, planned.flags, terms.change_class)
    described = _describe(session, article, source, document, planned.change)
    consent.check_may(session, article, terms.sender)  # nor be taken where they have no say
    if planned.plan is not None:
        publishing.publish(
            session,
            article,
            planned.plan,
            origin="import",
            change_class=terms.change_class or ChangeClass.SILENT,
            notice=terms.notice,
            author_id=_author(terms),
            now=now,
        )
    if planned.plan is not None or described:
        _tell(session, article_id, planned, described, by, terms, now)
    return _outcome(slug, document, planned, terms)


def _tell(
    session: Session,
    article_id: int,
    planned: _Planned,
    described: list[str],
    by: User | None,
    terms: Terms,
    now: datetime,
) -> None:
    said: dict[str, Any] = {"described": described} if described else {}
    if planned.plan is not None:
        said["revision"] = planned.plan.base + 1
    if terms.side is not None:
        said["side"] = terms.side
    if planned.change.undone:
        said["undone"] = [one.correction_id for one in planned.change.undone]
    if by is not None:
        said["approved_by"] = by.id
    audit.record(session, "import", article_id=article_id, by_id=_author(terms), now=now, **said)


def _author(terms: Terms) -> int | None:
    return terms.sender.by.id if terms.sender else None


def _outcome(slug: str, document: Document, planned: _Planned | None, terms: Terms) -> Imported:
    told: tuple[str, ...]
    if planned is None:
        told = ("a first import is no change, so the notice is not published",)
        return Imported(slug, 1, document.title, True, told if terms.notice else ())
    change = planned.change
    told = tuple(f"undoes {one}" for one in change.undone)
    if planned.plan is None:
        told += (_NOT_PUBLISHED,) if terms.notice else ()
        return Imported(slug, change.head, title_of(change.body), False, told)
    undone = tuple(one.correction_id for one in change.undone)
    return Imported(slug, change.head + 1, title_of(change.body), True, told, undone)


def _first(
    session: Session, slug: str, document: Document, author_id: int | None, now: datetime
) -> Article:
    facts, body = _facts(document), as_json(document.body)
    article = Article(slug=slug, head=1, created_at=now, **facts)
    article.external_id = _free_id(session, document)
    article.found_by = words_of(slug, document.title, document.byline)
    session.add(article)
    session.flush()
    session.add(
        Revision(
            article_id=article.id,
            number=1,
            title=document.title,
            body=body,
            text=canonical_text(document.body),
            origin="import",
            author_id=author_id,
            created_at=now,
        )
    )
    session.add(Source(article_id=article.id, body=body, **facts))
    session.flush()
    taken_down.show_pictures(session, document.body)
    return article


def _facts(document: Document) -> dict[str, Any]:
    """What a document says about the article beside its text; None for what it does not say."""
    named = {name: tidy(getattr(document, name) or "") or None for name in _NAMED}
    known = {"lang": document.lang, "dir": document.dir, "published_at": document.published}
    return named | known


def _free_id(session: Session, document: Document) -> str | None:
    """What the program the document comes from knows it by, unless another article has it."""
    taken = select(Article.id).filter_by(external_id=document.external_id)
    if not document.external_id or session.scalar(taken) is not None:
        return None  # two sites may count alike
    return document.external_id


def _describe(
    session: Session, article: Article, source: Source, document: Document, change: SourceChange
) -> list[str]:
    """Note what is known about the article now, and what its source said; names what changed."""
    source.body = as_json(document.body)
    for name, says in _facts(document).items():
        if says is not None:
            setattr(source, name, says)
    changed = [name for name, value in change.facts.items() if getattr(article, name) != value]
    for name in changed:
        setattr(article, name, change.facts[name])
    if article.external_id is None and (external_id := _free_id(session, document)):
        article.external_id = external_id
        changed.append("external_id")
    session.flush()
    if "section" in changed:
        details.carry_section(session, article)
    return changed
