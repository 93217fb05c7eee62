"""Ghost's Admin API on the wire, as 6.65.0 answered when it was asked (28 November 2026).

The real one takes 850 MB and half a minute, so it is not here: this one checks the token, reads
the filter, gives a hundred at most, and answers with the members that were seen there.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.sites.answering import Asked, page

KEY = f"{'6b0ab2363c6de12b29963d00'}:{'ab' * 32}"
ROOT = "/ghost/api/admin"


def lexical(*nodes: Any) -> str:
    """A post's tree; text alone is a paragraph."""
    children = [paragraph(node) if isinstance(node, str) else node for node in nodes]
    return json.dumps({"root": {"type": "root", "version": 1, "children": children}})


def text(words: str, bits: int = 0) -> dict[str, Any]:
    """A text node as Ghost writes it."""
    more = {"version": 1, "detail": 0, "mode": "normal", "style": ""}
    return {"type": "extended-text", "text": words, "format": bits} | more


def paragraph(*inline: Any) -> dict[str, Any]:
    """A paragraph of words and nodes."""
    children = [text(one) if isinstance(one, str) else one for one in inline]
    return {"type": "paragraph", "version": 1, "children": children}


class Ghost:
    """A Ghost with these posts."""

    def __init__(self, url: str = "") -> None:
        self.url, self.posts = url, dict[str, dict[str, Any]]()
        self.meanwhile: Callable[[str], None] = lambda _: None
        self.puts = 0

    def post(self, title: str, *nodes: Any, **more: Any) -> dict[str, Any]:
        """Publish one."""
        slug = title.lower().replace(" ", "-")
        post = {
            "id": f"6b0ab2363c6de12b{len(self.posts):08x}",
            "title": title,
            "slug": slug,
            "lexical": lexical(*nodes),
            "status": "published",
            "visibility": "public",
            "updated_at": "2026-11-28T10:51:34.000Z",
            "published_at": "2026-11-28T10:51:34.000Z",
            "custom_excerpt": None,
            "authors": [{"name": "Ann Owner"}, {"name": "Bo"}],
            "primary_tag": {"name": "Harbour"},
            "url": f"{self.url}/{slug}/",
        } | more
        self.posts[str(post["id"])] = post
        return post

    def __call__(self, asked: Asked) -> Iterator[bytes]:
        """What it answers."""
        parts = urlsplit(asked.path)
        path = parts.path.removeprefix(ROOT)
        if path == "/site/":
            return _json({"site": {"title": "The Example", "url": self.url, "version": "6.65"}})
        if wrong := _refused(asked.headers.get("authorization", "")):
            return _error(*wrong)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if path == "/posts/":
            return self._listed(query)
        key = unquote(path.strip("/").rpartition("/")[2])
        for post in self.posts.values():
            if key == post["slug" if "/slug/" in path else "id"]:
                if asked.method == "PUT":
                    return self._put(post, asked.body)
                self.meanwhile("GET")
                return _json({"posts": [post]})
        return _error(404, "NotFoundError", None)

    def save(self, post: dict[str, Any], **fields: Any) -> None:
        """Keep a post, as of now: Ghost counts in seconds."""
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
        post |= {**fields, "updated_at": now}

    def _put(self, post: dict[str, Any], body: bytes) -> Iterator[bytes]:
        """Keep what is sent, unless somebody saved in another second than the one that is named."""
        self.puts += 1
        self.meanwhile("PUT")
        ((said,),) = json.loads(body).values()
        if "updated_at" not in said:
            return _error(422, "ValidationError", None)
        if said["updated_at"] != post["updated_at"]:
            return _error(409, "UpdateCollisionError", "UPDATE_COLLISION")
        self.save(post, **said)
        return _json({"posts": [post]})

    def _listed(self, query: dict[str, str]) -> Iterator[bytes]:
        found = list(self.posts.values())
        for one in filter(None, query.get("filter", "").split("+")):
            name, _, value = one.partition(":")
            if value.startswith(">"):
                moment = datetime.fromisoformat(f"{value[1:].strip(chr(39))}+00:00")
                found = [p for p in found if datetime.fromisoformat(p[name]) > moment]
            else:
                found = [p for p in found if p[name] == value]
        if query.get("order") == "updated_at asc":
            found.sort(key=lambda post: post["updated_at"])
        limit, number = min(int(query.get("limit", 15)), 100), int(query.get("page", 1))
        names = query.get("fields", "id").split(",")
        posts = [{n: p[n] for n in names} for p in found[(number - 1) * limit : number * limit]]
        pages = max(1, -(-len(found) // limit))
        counted = {"page": number, "limit": limit, "pages": pages, "total": len(found)}
        return _json({"posts": posts, "meta": {"pagination": counted}})


def _json(said: Any, status: str = "200 OK") -> Iterator[bytes]:
    kind = "Content-Type: application/json; charset=utf-8"
    return page(json.dumps(said).encode(), kind, f"Date: {formatdate(usegmt=True)}", status=status)


def _error(status: int, kind: str, code: str | None) -> Iterator[bytes]:
    said = {"message": "As it says.", "type": kind, "code": code, "context": None}
    return _json({"errors": [said]}, f"{status} Refused")


def _refused(header: str) -> tuple[int, str, str | None] | None:
    """What is wrong with a token, as Ghost would say."""
    scheme, _, token = header.partition(" ")
    if scheme != "Ghost":
        return 403, "NoPermissionError", None
    head, claims, signature = token.split(".")
    known, secret = KEY.split(":")
    if _read(head) != {"alg": "HS256", "typ": "JWT", "kid": known}:
        return 401, "UnauthorizedError", "UNKNOWN_ADMIN_API_KEY"
    digest = hmac.new(bytes.fromhex(secret), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    said, now = _read(claims), time.time()
    good = said["aud"] == "/admin/" and said["iat"] <= now < said["exp"] <= said["iat"] + 300
    if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != signature or not good:
        return 401, "UnauthorizedError", "INVALID_JWT"
    return None


def _read(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
