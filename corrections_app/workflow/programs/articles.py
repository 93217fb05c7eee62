"""What programs do with articles: the state that they send becomes the next revision, once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import Invalid, Refusal
from corrections_app.models import Article, Site, SiteArticle
from corrections_app.sources import Document, Options, read_source
from corrections_app.sources import Source as Sent
from corrections_app.workflow.articles import importing
from corrections_app.workflow.articles.consent import Sender
from corrections_app.workflow.articles.importing import Imported, Terms
from corrections_app.workflow.transaction import Act, snapshot


@dataclass(frozen=True)
class Put:
    """What became of an article that was sent: where it is, its revision, what is to be known.

    ``made`` tells whether it is new, ``changed`` whether there is a new revision. ``dropped`` are
    sentences about what of it was left out, ``told`` about what it did here.
    """

    slug: str
    revision: int
    title: str
    made: bool
    changed: bool
    dropped: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def put(
    slug: str,
    sent: Sent,
    options: Options,
    terms: Terms,
    act: Act,
    *,
    base: int | None,
    confirmed: Collection[str] = (),
) -> Put:
    """Let an article say what was sent, as an import would (`importing.bring_in`).

    ``base`` is the revision that it was made for; None for one that is to be new. Raises
    `PreconditionFailed`, `NotPermitted`, `NeedsConfirmation`, `Invalid`, `TooLong`,
    `ImportRefused`, `Gone` and `BadKey`; then nothing was stored.
    """
    request = act.once(_asked(slug, sent, options, terms, base, confirmed))
    if answered := request.answered(snapshot()):
        return _again(answered)
    _check_no_sites(snapshot(), slug)
    sender = Sender(act.by, base, tuple(confirmed))
    terms = replace(terms, sender=sender, approved_by=None)
    document = read_source(sent, options)
    done: list[Put] = []

    def beside(session: Session, imported: Imported) -> None:
        _check_no_sites(session, slug)
        done[:] = [_outcome(imported, document, base)]
        importing.let_wait_again(session, imported, act.now)
        request.keep(session, asdict(done[0]), act.now)

    try:
        importing.bring_in(document, slug=slug, terms=terms, now=act.now, beside=beside)
    except Refusal:
        # The very same request may have been carried out while we read what it brought.
        if answered := request.answered(snapshot()):
            return _again(answered)
        raise
    return done[0]


def _outcome(imported: Imported, document: Document, base: int | None) -> Put:
    return Put(
        imported.slug,
        imported.revision,
        imported.title,
        made=base is None,
        changed=imported.is_new,
        dropped=document.dropped,
        told=imported.told,
    )


def _again(answered: dict[str, Any]) -> Put:
    lists = {name: tuple(answered[name]) for name in ("dropped", "told")}
    return Put(**(answered | lists))


def _asked(
    slug: str,
    sent: Sent,
    options: Options,
    terms: Terms,
    base: int | None,
    confirmed: Collection[str],
) -> dict[str, Any]:
    """All that a second request with the same key must ask for too; of a whole article a digest."""
    said = repr((sent, options, terms, sorted(confirmed)))
    return {"put": slug, "base": base, "sent": hashlib.sha256(said.encode()).hexdigest()}


def _check_no_sites(session: Session, slug: str) -> None:
    """Refuse what its own site would not hear of. Raises `Invalid`."""
    query = select(Site.name).join(SiteArticle, SiteArticle.site_id == Site.id)
    query = query.join(Article, Article.id == SiteArticle.article_id).where(Article.slug == slug)
    site = session.scalar(query)
    if site is not None:
        raise Invalid(
            "This article lives on the site %(site)s: change it there. What changes there is "
            "imported here.",
            site=site,
        )
