"""Where articles stand: the last part of an article's address, given or made of a headline."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import select

from corrections_app.domain import limits
from corrections_app.domain.errors import ImportRefused
from corrections_app.extensions import db
from corrections_app.models import Article
from corrections_app.sources import Document

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def check(slug: str) -> None:
    """Raise `ImportRefused` for a slug that cannot stand in an address."""
    if len(slug) > limits.SLUG or not _SLUG.fullmatch(slug):
        raise ImportRefused(
            f"{slug!r} cannot be an address: --slug takes a to z, 0 to 9 and single hyphens."
        )


def chosen(documents: Sequence[tuple[str, Document]], slug: str | None) -> list[str]:
    """An address for each named document: the one given, or made of the name or the headline.

    Raises `ImportRefused` for one that cannot be an address, and where two would
    share one: the second would become a revision of the first.
    """
    found = [slug or made_of(name) or made_of(document.title) for name, document in documents]
    for address, (name, _) in zip(found, documents, strict=True):
        if not address:
            raise ImportRefused(f"{name}: no address can be made of it: give one with --slug")
        check(address)
        if found.count(address) > 1:
            raise ImportRefused(
                f"{name}: another of these files would be at {address} too: import them one by one"
            )
    return found


def known_at(document: Document) -> str | None:
    """Where the article is that this document is a later state of, by its id and its site."""
    site = urlsplit(document.source_url or "").hostname
    if not document.external_id or not site:
        return None
    article = db.session.scalar(select(Article).filter_by(external_id=document.external_id))
    if article is None or urlsplit(article.source_url or "").hostname != site:
        return None  # two sites may count alike
    return article.slug


def exists(slug: str) -> bool:
    """Whether there is an article at an address."""
    return db.session.scalar(select(Article.id).filter_by(slug=slug)) is not None


def made_of(title: str) -> str:
    """An address made of a headline's Latin letters and digits; empty where it has none."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))[:60].strip("-")
