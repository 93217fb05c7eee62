"""Which sites' pages may show our form, and for which pages: reads only.

Everything that asks it asks here: the form's ``frame-ancestors``, the form's own look at who
speaks to it, and the refusal of pages that belong to no site.
"""

from __future__ import annotations

from flask import current_app
from sqlalchemy import exists, select

from corrections_app.domain.addresses import origin_of
from corrections_app.extensions import db
from corrections_app.models import Article, Site


def embedding(address: str) -> tuple[str, ...]:
    """The origins that may show the form for the page at an address; none for a strange page.

    The origins of the settings are one newsroom's and stand for one another. Any other site
    that is known, or that articles came from, may show its own pages' form and no other's.
    """
    origin = origin_of(address)
    if origin is None:
        return ()
    named: tuple[str, ...] = current_app.config["EMBED_ORIGINS"]
    if origin in named:
        return named
    return (origin,) if _is_of_a_site(origin) or _has_articles(origin) else ()


def _is_of_a_site(origin: str) -> bool:
    """Whether a site was added there, though none of its articles came in yet."""
    addresses = db.session.execute(select(Site.address, Site.pages))
    return any(origin_of(address or "") == origin for row in addresses for address in row)


def _has_articles(origin: str) -> bool:
    there = Article.source_url.startswith(f"{origin}/", autoescape=True)
    found = db.session.scalar(select(exists().where(there | (Article.source_url == origin))))
    return bool(found)
