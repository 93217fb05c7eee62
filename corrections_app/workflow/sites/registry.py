"""The sites that are known: added, listed, opened, removed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from corrections_app import sites
from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.extensions import db
from corrections_app.models import Site, SiteArticle
from corrections_app.models.outside.site import NAME
from corrections_app.sites import kinds
from corrections_app.sites.keys import Keys, variable
from corrections_app.sites.kinds import Described
from corrections_app.sites.outside import Client
from corrections_app.sources.languages import language
from corrections_app.workflow import audit
from corrections_app.workflow.pending import writing_back
from corrections_app.workflow.transaction import write

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DESCRIBED = ("address", "content", "branch", "folder", "pages")


@dataclass(frozen=True)
class Known:
    """A site with what can be told of it: articles that came in, and those that did not."""

    site: Site
    articles: int
    troubled: int


def add(
    described: Described, *, name: str | None, lang: str | None, key: str | None, now: datetime
) -> Site:
    """Store a site and its key; one of the same name and kind is described anew.

    Raises `Invalid` for what cannot be one, and for a name that another kind of site has.
    """
    described = replace(described, address=described.address.rstrip("/"))
    kinds.checked(described, client())
    name = name or name_of(described)
    if len(name) > NAME or not _NAME.fullmatch(name):
        raise Invalid(
            "A site's name takes a to z, 0 to 9 and single hyphens: give one with --name."
        )
    if lang and language(lang) is None:
        raise Invalid("--lang is a language tag: en, uk, pt-BR…")
    if key is not None:
        kinds.check_key(described.kind, key)
    with write() as session:
        site = _stored(session, name, described, now)
        site.lang = language(lang)
        session.flush()
        audit.record(session, "site_added", now=now, site=name, address=described.address)
        # Before the commit: a site without its key would be of no use, a key alone does nothing.
        if key is not None:
            keys().keep(name, key)
    return site


def everyone() -> list[Known]:
    """All sites by their names."""
    came = func.count(SiteArticle.article_id)
    troubled = func.count(SiteArticle.trouble)
    query = select(Site, came, troubled).outerjoin(SiteArticle, SiteArticle.site_id == Site.id)
    rows = db.session.execute(query.group_by(Site.id).order_by(Site.name))
    return [Known(*row) for row in rows]


def named(names: Sequence[str]) -> list[Site]:
    """The sites of these names, or all where none is given, apart from the session.

    Whoever goes through one waits for the network, and no read may stay open so long. Raises
    `NotFound`.
    """
    known = {one.site.name: one.site for one in everyone()}
    for site in known.values():
        db.session.expunge(site)
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "none yet: corrections sites add"
            raise NotFound(f"There is no site {name!r}. Those that there are: {listed}.")
    return [known[name] for name in names or known]


def remove(name: str, now: datetime) -> int:
    """Forget a site and its key; how many articles stay as they are here. Raises `NotFound`."""
    (site,) = named([name])
    with write() as session:
        theirs = SiteArticle.site_id == site.id
        count = select(func.count(SiteArticle.article_id)).where(theirs)
        articles = session.scalar(count) or 0
        writing_back.forget(session, select(SiteArticle.article_id).where(theirs), now)
        session.execute(delete(SiteArticle).where(theirs))
        session.execute(delete(Site).where(Site.id == site.id))
        audit.record(session, "site_removed", now=now, site=name)
    keys().forget(name)
    return articles


def opened(site: Site) -> sites.site.Site:
    """The site itself. Raises `Invalid` where its key is missing or cannot be one."""
    secret = keys().of(site.name)
    if kinds.KINDS[site.kind].key:
        if not secret.reveal():
            raise Invalid(
                f"The key to {site.name} is missing: add the site again, or set "
                f"{variable(site.name)}."
            )
        kinds.check_key(site.kind, secret.reveal())
    described = {column: getattr(site, column) for column in _DESCRIBED}
    return kinds.opened(Described(site.kind, **described), client(), secret)


def client() -> Client:
    """The way out, with the hosts of the inside that the operator named."""
    return Client(inside=current_app.config["INSIDE_HOSTS"])


def keys() -> Keys:
    """The keys of this instance."""
    return Keys(Path(current_app.instance_path) / "secrets")


def name_of(described: Described) -> str:
    """A name made of a site's host, or of its folder."""
    if described.kind == "git":
        said = kinds.folder_of(described.address).name.removesuffix(".git")
    else:
        said = (urlsplit(described.address).hostname or "").removeprefix("www.")
    return "-".join(re.findall(r"[a-z0-9]+", said.lower()))[:NAME].strip("-")


def _stored(session: Session, name: str, described: Described, now: datetime) -> Site:
    site = session.scalar(select(Site).filter_by(name=name))
    if site is None:
        site = Site(name=name, kind=described.kind, created_at=now)
        session.add(site)
    if site.kind != described.kind:
        raise Invalid(
            f"There is a site {name} of the kind {site.kind} already: give another name with "
            f"--name, or remove it first with: corrections sites remove {name}"
        )
    for column in _DESCRIBED:
        setattr(site, column, getattr(described, column))
    return site
