"""WordPress by its REST API: posts as their writers typed them, read with an application password.

The account needs the role of an editor who may write unfiltered HTML: whoever may not would
rewrite a whole post when one word of it is saved.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from corrections_app.sites import addresses
from corrections_app.sites.json_api import Api, Words, address, is_over, names, text
from corrections_app.sites.outside import Answer, Client
from corrections_app.sites.site import Finding, Listed, Secret, listed
from corrections_app.sites.trouble import Gone, NotAllowed, Trouble, Unreachable
from corrections_app.sites.writing.wordpress import Writing
from corrections_app.sites.writing.wordpress_plugin import NAMESPACE, Locked
from corrections_app.sources import Source
from corrections_app.sources.dates import instant

_WORDS = Words(
    "WordPress",
    "it does not know this user and application password. Make a new one there under Users, "
    "Profile, Application Passwords, and give it by adding the site again",
    "this account may not: give it the role Editor there",
)
_FIELDS = (
    "_fields=id,slug,status,password,link,date_gmt,modified_gmt,title,content,excerpt,"
    "_links,_embedded&_embed=author,wp:term&context=edit"
)
_PAGE = 100
_LARGEST = 2**64  # of a post's number (BIGINT UNSIGNED)
# A change is dated by the clock of the site's zone, which turns back an hour each year.
_OVERLAP = timedelta(hours=2)
_NO_SECTION = "uncategorized"
_MUST = {
    "edit_others_posts": "edit the posts of others",
    "edit_published_posts": "edit published posts",
}


class WordPress:
    """A newsroom's WordPress; ``secret`` is ``user:application password``."""

    lists_all = True
    writes = True

    def __init__(self, client: Client, address: str, secret: Secret) -> None:
        self._client, self._address, self._secret = client, address.rstrip("/"), secret

    def read(self, reference: str) -> Source:
        """The source of the post with this number, or at this address."""
        if reference.isdecimal():
            post, answer = self._api.get(self._path(f"/wp/v2/posts/{reference}", _FIELDS))
            return self._source(post, answer)
        asked = parse_qs(urlsplit(reference).query).get("p", [""])[0]
        if asked.isdecimal():
            return self._at(reference, [self.read(asked)])
        slug = quote(urlsplit(reference).path.rstrip("/").rpartition("/")[2], safe="%")
        posts, answer = self._api.get(self._path("/wp/v2/posts", f"slug={slug}&{_FIELDS}"))
        return self._at(reference, [self._source(post, answer) for post in _many(posts)])

    def changed(self, since: datetime | None) -> Sequence[Listed]:
        """The published posts that changed after a moment, or all, the oldest change first."""
        return listed(lambda: self._pages(since))

    def write(self, before: Source, fields: Mapping[str, str]) -> Source:
        """Give fields of a post another text: through our plugin, where it is installed.

        Without it whoever's save was overwritten is put back. Raises `NotAllowed` for an account
        whose every save WordPress filters.
        """
        me, _ = self._api.get(self._path("/wp/v2/users/me", "context=edit"))
        for finding in _may(me):
            if not finding.fine:
                raise NotAllowed(f"{finding.said}: {finding.remedy}.")
        if NAMESPACE in self._namespaces:
            return Locked(self._api, self.read).write(before, fields)
        return Writing(self._api, self._path, self._source, _FIELDS).write(before, fields)

    def editor(self, external_id: str) -> str | None:
        """The address of its editor of a post."""
        return f"{self._address}/wp-admin/post.php?post={quote(external_id)}&action=edit"

    def check(self) -> Iterator[Finding]:
        """Whether it is reachable, knows the account, and lets it edit without filtering."""
        try:
            yield Finding("reachable", f"WordPress answers at {self._api.base}")
            me, _ = self._api.get(self._path("/wp/v2/users/me", "context=edit"))
            yield Finding("authorised", f"signed in as {text(me, 'username') or 'somebody'}")
            yield from _may(me)
            yield self._revisions()
            yield self._plugin()
        except Trouble as trouble:
            yield Finding("not usable", trouble.message, False)

    @property
    def _api(self) -> Api:
        return self._door[0]

    @property
    def _namespaces(self) -> frozenset[str]:
        """The parts of the REST API that there are: WordPress's own, and those of plug-ins."""
        return self._door[1]

    @cached_property
    def _door(self) -> tuple[Api, frozenset[str]]:
        """Where the REST API is: below ``wp-json``, or where addresses are plain in the query."""
        roots = ("/wp-json", "/?rest_route=")
        pretty, plain = (Api(self._client, self._address + r, self._headers, _WORDS) for r in roots)
        try:
            return pretty, _namespaces(pretty)
        except (Gone, Unreachable) as trouble:
            try:
                return plain, _namespaces(plain)
            except (Gone, Unreachable):
                raise Unreachable(trouble.message) from None

    def _path(self, path: str, query: str) -> str:
        return f"{path}{'&' if '?' in self._api.base else '?'}{query}"

    def _headers(self) -> dict[str, str]:
        token = base64.b64encode(self._secret.reveal().encode()).decode()
        return {"Authorization": f"Basic {token}"}

    def _pages(self, since: datetime | None) -> Iterator[tuple[Sequence[Listed], int]]:
        query = f"status=publish&context=edit&orderby=modified&order=asc&per_page={_PAGE}"
        query += "&_fields=id,modified_gmt"
        if since is not None:
            moment = (since - _OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
            query += f"&modified_after={moment}"
        number, last = 1, 1
        while number <= last:
            posts, answer = self._api.get(self._path("/wp/v2/posts", f"{query}&page={number}"))
            last = _count(answer, "X-WP-TotalPages")
            yield [self._listed(post) for post in _many(posts)], _count(answer, "X-WP-Total")
            number += 1

    def _listed(self, post: Any) -> Listed:
        modified = text(post, "modified_gmt")
        return Listed(self._number(post), modified, instant(modified))

    def _number(self, post: Any) -> str:
        found = post.get("id") if isinstance(post, dict) else None
        if type(found) is not int or not 0 < found <= _LARGEST:
            raise self._api.odd()
        return str(found)

    def _source(self, post: Any, answer: Answer) -> Source:
        number, modified = self._number(post), text(post, "modified_gmt")
        raw = {name: _raw(post, name) for name in ("title", "excerpt", "content")}
        if post.get("status") != "publish" or post.get("password") != "":
            raise Gone(f"Post {number} is not public (a draft, private, or behind a password).")
        if None in raw.values() or instant(modified) is None:
            raise self._api.odd()
        embedded = post.get("_embedded") or {}
        return Source(
            id=number,
            address=address(post, "link"),
            version=modified,
            format="wordpress",
            fields={name: words or "" for name, words in raw.items()},
            settled=is_over(answer, instant(modified)),
            name=text(post, "slug") or None,
            byline=names(_part(embedded, "author")),
            section=_section(embedded),
            published=instant(text(post, "date_gmt")),
        )

    def _at(self, address: str, found: list[Source]) -> Source:
        for source in found:
            if addresses.is_same(source.address, address):
                return source
        raise Gone(f"WordPress at {self._address} has no public post at {address}.")

    def _plugin(self) -> Finding:
        if NAMESPACE in self._namespaces:
            said = "there: nothing is written over a colleague's save, nor while a post is open"
            return Finding("plugin", said)
        return Finding(
            "plugin",
            "not there, and not needed",
            remedy="docs/plugins/wordpress/reader-corrections.php helps: posts are written under "
            "a lock and not while somebody has them open, and changes come in at once",
        )

    def _revisions(self) -> Finding:
        query = "per_page=1&status=publish&context=edit&_fields=id&orderby=modified&page=1"
        posts, _ = self._api.get(self._path("/wp/v2/posts", query))
        if not _many(posts):
            return Finding("revisions", "no post is published yet")
        path = f"/wp/v2/posts/{self._number(posts[0])}/revisions"
        self._api.get(self._path(path, "context=edit&per_page=1&_fields=id"))
        return Finding("revisions", "can be read")


def _namespaces(api: Api) -> frozenset[str]:
    """What the REST API of a WordPress has. Raises `Trouble` for what is none."""
    about, _ = api.get("/")
    names = about.get("namespaces") if isinstance(about, dict) else None
    found = frozenset(name for name in _many(names) if isinstance(name, str))
    if "wp/v2" not in found:
        raise api.odd()
    return found


def _may(me: Any) -> Iterator[Finding]:
    can = me.get("capabilities") if isinstance(me, dict) else None
    can = can if isinstance(can, dict) else {}
    missing = [words for name, words in _MUST.items() if not can.get(name)]
    if missing:
        said = f"the account may not {' nor '.join(missing)}"
        yield Finding("may edit", said, False, "give it the role Editor in WordPress, Users")
    else:
        yield Finding("may edit", "the published posts of everybody")
    if can.get("unfiltered_html"):
        yield Finding("unfiltered_html", "a saved post stays as it is")
    else:
        yield Finding(
            "unfiltered_html",
            "WordPress would strip embeds and scripts from every post this account saves",
            False,
            "give the account a role with unfiltered_html (Editor; on a network Super Admin; and "
            "no DISALLOW_UNFILTERED_HTML in wp-config.php). Until then nothing is written there",
        )


def _raw(post: Any, name: str) -> str | None:
    part = post.get(name)
    found = part.get("raw") if isinstance(part, dict) else None
    return found if isinstance(found, str) else None


def _section(embedded: Any) -> str | None:
    for terms in _part(embedded, "wp:term"):
        for term in _many(terms):
            if text(term, "taxonomy") == "category" and text(term, "slug") != _NO_SECTION:
                return text(term, "name") or None
    return None


def _part(found: Any, name: str) -> list[Any]:
    return _many(found.get(name) if isinstance(found, dict) else None)


def _many(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _count(answer: Answer, header: str) -> int:
    said = answer.headers.get(header, "")
    return int(said) if said.isdecimal() and len(said) < 9 else 0
