"""What changed on a site comes in: each article by the road of every import, on its own.

It may be stopped, killed and run twice at once. An article and what is known of its state there
are stored in one transaction, and only while nobody else has brought in a state meanwhile. What
cannot come in is noted with the reason and tried again each time; what was seen to the end is
noted last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections_app import sites
from corrections_app.domain import limits
from corrections_app.domain.errors import ImportRefused, Refusal
from corrections_app.domain.text.body import safe_href, tidy
from corrections_app.domain.writing_back import IN_HAND
from corrections_app.extensions import db
from corrections_app.models import Article, Site, SiteArticle, WriteBack
from corrections_app.sites.site import Listed
from corrections_app.sites.trouble import Gone, Trouble, Unreachable
from corrections_app.sources import Document, Options, Source, read_source
from corrections_app.workflow import dates
from corrections_app.workflow.articles import importing, slugs
from corrections_app.workflow.articles.importing import Imported, Terms
from corrections_app.workflow.sites import confirming
from corrections_app.workflow.transaction import snapshot, write

_TRIES = 5
_TOO_MANY = 3
"""Articles one after the other that a site did not answer for: then it is down."""


class _Overtaken(Exception):
    """Somebody else brought in a state of the article while this one was on its way."""


@dataclass(frozen=True)
class Due:
    """What is to be read: ``references`` to articles, and up to when changes are known then."""

    references: Sequence[str]
    known_to: datetime | None = None
    is_whole: bool = False
    """Whether this is all that changed, not only what somebody asked for."""
    gone: Sequence[str] = ()


@dataclass(frozen=True)
class Synced:
    """What became of one article: it came in or was so already, or a sentence says why not.

    What is ``passed_over`` is not public there, and no fault.
    """

    reference: str
    imported: Imported | None = None
    said: str = ""
    passed_over: bool = False
    told: tuple[str, ...] = ()


def due(
    site: Site,
    there: sites.site.Site,
    *,
    references: Sequence[str] = (),
    since: datetime | None = None,
    everything: bool = False,
) -> Due:
    """What has to be read of a site: what somebody names, or all that changed.

    ``since`` is where to begin with a site of which nothing is known yet; with ``everything`` it
    is gone through from the beginning, which tells what is no longer there. Raises `Trouble`.
    """
    if references:
        return Due(references)
    known = _known(site)
    since = None if everything else site.synced_to or since
    listed = there.changed(since)
    changes = [one.id for one in listed if _is_news(one, known.get(one.id))]
    again = [each for each, row in known.items() if row.trouble and each not in set(changes)]
    if not there.lists_all:
        again = list(known)
    names = {one.id for one in listed}
    is_all = there.lists_all and since is None
    gone = [each for each, row in known.items() if is_all and each not in names | {*again}]
    gone = [each for each in gone if known[each].gone_at is None]
    moments = [one.changed_at for one in listed if one.changed_at is not None]
    return Due([*changes, *again], max(moments, default=since), True, gone)


def bring_in(
    site: Site,
    there: sites.site.Site,
    what: Due,
    *,
    terms: Terms = importing.BY_ITSELF,
    clock: Callable[[], datetime],
) -> Iterator[Synced]:
    """Bring in what is due, one after the other; one that cannot come in stops no other.

    Raises `Unreachable` where the site stops answering.
    """
    began, silent = clock(), 0
    for reference in (*what.references, *what.gone):
        done, trouble = _one(site, there, reference, terms, clock)
        silent = silent + 1 if isinstance(trouble, Unreachable) else 0
        yield done
        if silent == _TOO_MANY and isinstance(trouble, Unreachable):
            raise Unreachable(trouble.message)
    if what.is_whole:
        _note_end(site, what, began, clock())


@dataclass(frozen=True)
class _Row:
    """What is known of an article there, apart from the session it was read in."""

    version: str | None
    settled: bool
    trouble: str | None
    gone_at: datetime | None
    is_sent_to: bool
    """Whether a worker is writing to it, and it is not known yet what became of it."""
    slug: str | None


_SENT_TO = (
    exists()
    .where(
        WriteBack.article_id == SiteArticle.article_id,
        WriteBack.in_doubt,
        WriteBack.state.in_(IN_HAND),
    )
    .correlate(SiteArticle)
)
_ROW = (
    SiteArticle.external_id,
    SiteArticle.version,
    SiteArticle.settled,
    SiteArticle.trouble,
    SiteArticle.gone_at,
    _SENT_TO,
    Article.slug,
)


def _known(site: Site) -> dict[str, _Row]:
    query = select(*_ROW).outerjoin(Article, Article.id == SiteArticle.article_id)
    rows = snapshot().execute(query.where(SiteArticle.site_id == site.id)).all()
    db.session.rollback()  # what follows waits for the network: no read stays open
    return {row[0]: _Row(*row[1:]) for row in rows}


def _is_news(one: Listed, known: _Row | None) -> bool:
    return known is None or not known.settled or known.version != one.version


def _one(
    site: Site,
    there: sites.site.Site,
    reference: str,
    terms: Terms,
    clock: Callable[[], datetime],
) -> tuple[Synced, Refusal | None]:
    """What became of one article, and what was wrong with it."""
    try:
        for _ in range(_TRIES):
            # Looked at before it is read there: so nobody's later state is taken back.
            seen = _seen(site, reference)
            if seen is not None and seen.is_sent_to:
                # Whoever writes reads what came of it, and brings in what is new.
                return Synced(reference, passed_over=True), None
            source = there.read(reference)
            if source.id != reference:  # it was an address
                _forget(site, reference, seen)
                reference = source.id
                continue
            try:
                return _stored(site, source, seen, terms, clock()), None
            except _Overtaken:
                continue
        raise ImportRefused("it is changing at this moment: try again")
    except Gone as gone:
        return _note_gone(site, reference, gone.message, clock()), gone
    except (Trouble, ImportRefused) as refusal:
        if isinstance(refusal, ImportRefused):
            confirming.miss(refusal.undoes, refusal.message, clock())
        _note_trouble(site, reference, refusal.message, clock())
        return Synced(reference, said=f"{site.name} {reference}: {refusal.message}"), refusal


def _seen(site: Site, external_id: str) -> _Row | None:
    query = select(*_ROW[1:]).outerjoin(Article, Article.id == SiteArticle.article_id)
    row = snapshot().execute(query.where(_is(site, external_id))).first()
    db.session.rollback()
    return None if row is None else _Row(*row)


def _stored(site: Site, source: Source, seen: _Row | None, terms: Terms, now: datetime) -> Synced:
    """Bring one source in, with what is known of it, unless somebody else was faster."""
    document = read_source(source, options_of(site))
    found = confirming.found(seen.slug if seen else None, document)
    slug = seen.slug if seen and seen.slug else _slug(site, source, document)
    is_free = not slugs.exists(slug)

    def beside(session: Session, imported: Imported) -> None:
        if is_free and imported.revision > 1:
            raise _Overtaken  # another article took the same address meanwhile
        _note(session, site, source, seen, imported.slug, now)
        taken_back = importing.let_wait_again(session, imported, now)
        confirming.settle(session, found, terms, taken_back, now)

    imported = importing.bring_in(document, slug=slug, terms=terms, now=now, beside=beside)
    told = (*document.dropped, *document.notes) if imported.revision == 1 else document.dropped
    return Synced(source.id, imported, told=(*told, *imported.told) if imported.is_new else ())


def _note(
    session: Session, site: Site, source: Source, seen: _Row | None, slug: str, now: datetime
) -> None:
    """Keep what is known of an article there. Raises `_Overtaken` where that is not as seen."""
    row = session.scalar(_one_row(site, source.id))
    article_id = session.scalar(select(Article.id).filter_by(slug=slug))
    was = (row.version, row.article_id) if row else (None, None)
    if was != (seen.version if seen else None, article_id if seen and seen.slug else None):
        raise _Overtaken
    if row is not None and session.scalar(select(_SENT_TO).where(SiteArticle.id == row.id)):
        raise _Overtaken
    if row is None:
        row = SiteArticle(site_id=site.id, external_id=source.id)
        session.add(row)
    row.article_id = article_id
    keep_state(row, source, now)
    session.flush()


def keep_state(row: SiteArticle, source: Source, now: datetime) -> None:
    """Keep the state of an article there as the one that is known here."""
    row.version, row.settled, row.read_at = source.version, source.settled, now
    row.address = tidy(safe_href(source.address) or "") or None
    row.trouble = row.gone_at = row.sent = None
    # What is seen of a page is no text in which a change could be made.
    row.raw = None if source.format == "html" else dict(source.fields)


def options_of(site: Site) -> Options:
    """How what a site stores is read."""
    return Options(lang=site.lang, content=site.content, zone=dates.zone())


def _slug(site: Site, source: Source, document: Document) -> str:
    """Where an article that comes in for the first time goes: to itself, or to a free address."""
    if (known := slugs.known_at(document)) and _is_free(known):
        return known
    named = slugs.made_of(source.name or "") or slugs.made_of(document.title)
    base = (named or slugs.made_of(f"{site.name} {source.id}"))[: limits.SLUG - 4]
    for number in range(1, 1000):
        slug = base if number == 1 else f"{base}-{number}"
        if not slugs.exists(slug):
            return slug
    raise ImportRefused(f"its address {base} is taken a thousand times: change it there")


def _is_free(slug: str) -> bool:
    """Whether an article that is here came from no site yet."""
    query = select(SiteArticle.id).join(Article, Article.id == SiteArticle.article_id)
    return db.session.scalar(query.where(Article.slug == slug)) is None


def _is(site: Site, external_id: str) -> ColumnElement[bool]:
    return (SiteArticle.site_id == site.id) & (SiteArticle.external_id == external_id)


def _one_row(site: Site, external_id: str) -> Select[SiteArticle]:
    return select(SiteArticle).where(_is(site, external_id))


def _note_trouble(site: Site, external_id: str, said: str, now: datetime) -> None:
    """Keep why an article is not here as it is there; it is tried again each time."""
    with suppress(IntegrityError), write() as session:  # else somebody noted it meanwhile
        row = session.scalar(_one_row(site, external_id))
        if row is None:
            row = SiteArticle(site_id=site.id, external_id=external_id, settled=False)
            session.add(row)
        row.trouble, row.read_at = said, now


def _forget(site: Site, address: str, seen: _Row | None) -> None:
    """What was wrong when an article could not be asked for its id is told under that from now."""
    if seen is None:
        return
    nameless = _is(site, address) & SiteArticle.article_id.is_(None)
    with write() as session:
        session.execute(delete(SiteArticle).where(nameless))


def _note_gone(site: Site, external_id: str, said: str, now: datetime) -> Synced:
    with write() as session:
        row = session.scalar(_one_row(site, external_id))
        if row is None or row.article_id is None:
            if row is not None:
                session.delete(row)
            sentence = f"{site.name} {external_id}: {said}"
            return Synced(external_id, said=sentence, passed_over=True)
        slug = session.get_one(Article, row.article_id).slug
        is_news = row.gone_at is None
        row.gone_at, row.trouble, row.read_at = row.gone_at or now, None, now
        row.settled = False
    sentence = (
        f"{site.name} {external_id}: {said} {slug} stays here as it is; take it down by hand."
    )
    return Synced(external_id, said=sentence if is_news else "", passed_over=True)


def _note_end(site: Site, what: Due, began: datetime, now: datetime) -> None:
    with write() as session:
        row = session.get(Site, site.id)
        if row is not None:
            row.synced_at = now
            # A clock there that runs ahead must not hide what changes until then.
            row.synced_to = min(what.known_to, began) if what.known_to else row.synced_to
