"""Ghost by its Admin API: posts as its editor stores them, read with a custom integration's key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from corrections_app.sites import addresses
from corrections_app.sites.json_api import Api, Words, address, is_over, names, text
from corrections_app.sites.outside import Answer, Client
from corrections_app.sites.site import Finding, Listed, Secret, listed
from corrections_app.sites.trouble import Changed, Gone, Trouble, Unreachable, once_sent
from corrections_app.sources import Source
from corrections_app.sources.dates import instant

_WORDS = Words(
    "Ghost",
    "it does not know this key. Copy the Admin API key there from Settings, Integrations, Custom, "
    "and give it by adding the site again",
    "this key may not: use the Admin API key of a custom integration",
)
_ROOT = "/ghost/api/admin"
_FIELDS = "formats=lexical&include=authors,tags"
_TEXTS = ("title", "custom_excerpt", "lexical")
_PAGE = 100  # Ghost gives no more, whatever is asked for
_OVERLAP = timedelta(minutes=5)
_SECONDS = 300
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # stands in addresses, and is kept


class Ghost:
    """A newsroom's Ghost; ``secret`` is the key, ``id:secret`` in hexadecimal digits."""

    lists_all = True
    writes = True

    def __init__(self, client: Client, address: str, secret: Secret) -> None:
        self._address, self._secret = address.rstrip("/"), secret
        self._api = Api(client, self._address + _ROOT, self._headers, _WORDS)

    def read(self, reference: str) -> Source:
        """The source of the post with this id, or at this address."""
        if "/" not in reference:
            said, answer = self._api.get(f"/posts/{quote(reference, safe='')}/?{_FIELDS}")
            return self._source(said, answer)
        slug = quote(urlsplit(reference).path.rstrip("/").rpartition("/")[2], safe="%")
        said, answer = self._api.get(f"/posts/slug/{slug}/?{_FIELDS}")
        source = self._source(said, answer)
        if not addresses.is_same(source.address, reference):
            raise Gone(f"Ghost at {self._address} has no public post at {reference}.")
        return source

    def changed(self, since: datetime | None) -> Sequence[Listed]:
        """The published posts that changed after a moment, or all, the oldest change first."""
        return listed(lambda: self._pages(since))

    def write(self, before: Source, fields: Mapping[str, str]) -> Source:
        """Give fields of a post another text, under the lock of Ghost: the second of its last save.

        Two saves in one second look the same to it, so nothing is written in the second of
        another save, nor before it is over, and what is stored is read once more.
        """
        now = self.read(before.id)
        if _is_same(now.fields, {**before.fields, **fields}):  # by a try that was never answered
            return now
        if now.fields != before.fields:
            raise Changed(f"Post {before.id} was changed in Ghost meanwhile: it comes in first.")
        if not now.settled:
            raise Unreachable(f"Post {before.id} was saved a moment ago: try again later.")
        wanted = {"posts": [{**fields, "updated_at": now.version}]}
        self._api.send("PUT", f"/posts/{quote(before.id, safe='')}/?{_FIELDS}", wanted)
        with once_sent():
            done = self.read(before.id)
        if not _is_same(done.fields, {**before.fields, **fields}):
            raise Changed(f"Post {before.id} was saved in Ghost right after: it comes in first.")
        return done

    def editor(self, external_id: str) -> str | None:
        """The address of its editor of a post."""
        return f"{self._address}/ghost/#/editor/post/{quote(external_id)}"

    def check(self) -> Iterator[Finding]:
        """Whether it is reachable and knows the key, which then may edit."""
        try:
            said, _ = self._api.get("/site/")
            version = text(said, "site", "version")
            yield Finding("reachable", f"Ghost {version} answers at {self._address}")
            self._api.get("/posts/?limit=1&fields=id")
            yield Finding("authorised", "the key is known")
            yield Finding("may edit", "as every Admin API key")
        except Trouble as trouble:
            yield Finding("not usable", trouble.message, False)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Ghost {_token(self._secret)}", "Accept-Version": "v5.0"}

    def _pages(self, since: datetime | None) -> Iterator[tuple[Sequence[Listed], int]]:
        wanted = "status:published+visibility:public"
        if since is not None:
            moment = (since - _OVERLAP).strftime("%Y-%m-%d %H:%M:%S")
            wanted += f"+updated_at:>'{moment}'"
        query = f"filter={quote(wanted)}&order={quote('updated_at asc')}&limit={_PAGE}"
        number, last = 1, 1
        while number <= last:
            path = f"/posts/?{query}&fields=id,updated_at&page={number}"
            said, _ = self._api.get(path)
            pagination = self._part(self._part(said, "meta", dict), "pagination", dict)
            last = self._part(pagination, "pages", int)
            posts = self._part(said, "posts", list)
            yield [self._listed(post) for post in posts], self._part(pagination, "total", int)
            number += 1

    def _listed(self, post: Any) -> Listed:
        updated = text(post, "updated_at")
        if not _ID.fullmatch(text(post, "id")):
            raise self._api.odd()
        return Listed(text(post, "id"), updated, instant(updated))

    def _part(self, found: Any, name: str, kind: type[Any]) -> Any:
        part = found.get(name) if isinstance(found, dict) else None
        if not isinstance(part, kind):
            raise self._api.odd()
        return part

    def _source(self, said: Any, answer: Answer) -> Source:
        post = next(iter(self._part(said, "posts", list)), None)
        number, updated = text(post, "id"), text(post, "updated_at")
        if post is None or not _ID.fullmatch(number) or instant(updated) is None:
            raise self._api.odd()
        if (post.get("status"), post.get("visibility")) != ("published", "public"):
            raise Gone(f"Post {number} is not public (a draft, or for members only).")
        return Source(
            id=number,
            address=address(post, "url"),
            version=updated,
            format="lexical",
            fields={name: text(post, name) for name in _TEXTS},
            settled=is_over(answer, instant(updated)),
            name=text(post, "slug") or None,
            byline=names(post.get("authors")),
            section=text(post, "primary_tag", "name") or None,
            published=instant(text(post, "published_at")),
        )


def _is_same(stored: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether the same is stored, however Ghost wrote down its tree."""
    return stored.keys() == wanted.keys() and all(
        words == wanted[name] or (name == "lexical" and _tree(words) == _tree(wanted[name]))
        for name, words in stored.items()
    )


def _tree(words: str) -> Any:
    try:
        return json.loads(words)
    except (ValueError, RecursionError):
        return words


def _token(secret: Secret) -> str:
    """A token for one request (JWT with HMAC-SHA256, RFC 7519), good for five minutes."""
    key_id, _, key = secret.reveal().partition(":")
    now = int(time.time())
    head = {"alg": "HS256", "typ": "JWT", "kid": key_id}
    claims = {"iat": now, "exp": now + _SECONDS, "aud": "/admin/"}
    signed = ".".join(_base64(json.dumps(part).encode()) for part in (head, claims))
    digest = hmac.new(bytes.fromhex(key), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64(digest)}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
