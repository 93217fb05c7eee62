"""A site in memory, whose posts tests change, and which fails as it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Article, SiteArticle
from corrections_app.models import Site as Row
from corrections_app.sites.kinds import Described
from corrections_app.sites.site import Finding, Listed
from corrections_app.sites.trouble import Gone
from corrections_app.sources import Source
from corrections_app.workflow.articles import importing
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.sites import registry, syncing
from corrections_app.workflow.sites.syncing import Synced
from tests.builders import NOON

ADDRESS = "https://news.example"


class Newsroom:
    """Posts by their numbers; each change comes a minute after the one before."""

    lists_all = True

    def __init__(self) -> None:
        self.posts, self.at = dict[str, Source](), NOON - timedelta(days=1)
        self.fails = dict[str, Exception]()
        self.reads, self.asked = list[str](), list[datetime | None]()
        self.meanwhile: Callable[[str], None] = lambda _: None
        self.is_settled = True

    def publish(self, number: str, *paragraphs: str, title: str = "", **known: Any) -> None:
        """Publish a post, or change it."""
        self.at += timedelta(minutes=1)
        kept = self.posts.get(number)
        content = "".join(f"<!-- wp:paragraph -->\n<p>{one}</p>\n" for one in paragraphs)
        title = title or (kept.fields["title"] if kept else f"Post {number}")
        source = Source(
            id=number,
            address=f"{ADDRESS}/{number}/",
            version=f"{self.at:%Y-%m-%dT%H:%M:%S}",
            format="wordpress",
            fields={"title": title, "excerpt": "", "content": content},
            settled=self.is_settled,
            lang="en",
        )
        self.posts[number] = replace(source, **known)

    def read(self, reference: str) -> Source:
        """The post, or what is told to go wrong."""
        self.reads.append(reference)
        number = reference.rstrip("/").rpartition("/")[2]
        if number in self.fails:
            raise self.fails[number]
        if number not in self.posts:
            raise Gone(f"{number}: it is not there.")
        found = self.posts[number]
        self.meanwhile(number)
        return found

    def changed(self, since: datetime | None) -> Sequence[Listed]:
        """Those after a moment."""
        self.asked.append(since)
        found = [
            Listed(one.id, one.version, datetime.fromisoformat(f"{one.version}+00:00"))
            for one in self.posts.values()
        ]
        return [one for one in found if since is None or one.changed_at >= since]

    def check(self) -> Iterator[Finding]:
        """Nothing."""
        return iter(())


def add(name: str = "news", kind: str = "page") -> Row:
    """A row for it; the kind that needs no key."""
    address = ADDRESS if name == "news" else f"https://{name}.example"
    described = Described(kind, address, content="article")
    registry.add(described, name=name, lang="en", key=None, now=NOON)
    return known(name)


def known(name: str = "news") -> Row:
    """The row as it is by now."""
    db.session.rollback()
    return registry.named([name])[0]


def sync(
    there: Newsroom,
    *references: str,
    name: str = "news",
    terms: Terms = importing.BY_ITSELF,
    now: datetime = NOON,
    **more: Any,
) -> list[Synced]:
    """Go through it, as the command does."""
    site = known(name)
    due = syncing.due(site, there, references=references, **more)
    return list(syncing.bring_in(site, there, due, terms=terms, clock=lambda: now))


def rows() -> dict[str, tuple[Any, ...]]:
    """What is known of each post: slug, version, trouble, and whether it is gone."""
    db.session.rollback()
    columns = SiteArticle.external_id, Article.slug, SiteArticle.version, SiteArticle.trouble
    query = select(*columns, SiteArticle.gone_at).outerjoin(Article)
    return {number: tuple(row) for number, *row in db.session.execute(query)}


def texts() -> dict[str, str]:
    """The current text of each article."""
    db.session.rollback()
    return {one.slug: one.current.text for one in db.session.scalars(select(Article))}
