"""A call of a program elsewhere, signed as Standard Webhooks have it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

from corrections_app.config.hosts import Place
from corrections_app.sites.outside import Client

PREFIX = "whsec_"
SECONDS = 15.0
"""Within which a program answers."""
MOST = 4_096
"""Bytes of an answer that are read; what comes after them is not waited for."""
GONE = 410
"""By which a program says that it wants no more calls."""


@dataclass(frozen=True, slots=True)
class Key:
    """The secret of a hook, as its program has it; nothing shows it by accident."""

    words: str = field(repr=False)

    @property
    def _bytes(self) -> bytes:
        return b64decode(self.words.removeprefix(PREFIX))

    def sign(self, uid: str, timestamp: int, body: bytes) -> str:
        """The signature of one call, with its version before it."""
        signed = f"{uid}.{timestamp}.".encode() + body
        return f"v1,{b64encode(hmac.new(self._bytes, signed, sha256).digest()).decode()}"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a program answered; ``retry_after`` is the pause it asked for."""

    status: int
    text: str
    retry_after: timedelta | None = None

    @property
    def took_it(self) -> bool:
        """Whether it has it now: nothing but 2xx says so, and no redirect is followed."""
        return 200 <= self.status < 300


def client(inside: tuple[Place, ...] = ()) -> Client:
    """The way out for calls."""
    return Client(inside=inside, seconds=SECONDS, most=MOST, cut=True)


def headers(keys: Sequence[Key], uid: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers of a call: one signature by each key that is valid now."""
    timestamp = int(now.timestamp())
    return {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "webhook-id": uid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(key.sign(uid, timestamp, body) for key in keys),
    }


def call(
    way: Client, url: str, keys: Sequence[Key], uid: str, body: bytes, now: datetime
) -> Answered:
    """Call a program, and say what it answered. Raises `Unreachable` or `Unknown`."""
    answer = way.send("POST", url, body, headers(keys, uid, now, body))
    asked = retry_after(answer.headers.get("Retry-After"), now)
    return Answered(answer.status, as_text(answer.content), asked)


def as_text(content: bytes) -> str:
    """An answer as it may be stored and shown: no byte of it is lost silently, none is NUL."""
    return content[:MOST].decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def retry_after(said: str | None, now: datetime) -> timedelta | None:
    """The pause that a header asks for, in seconds or until a date (RFC 9110, 10.2.3)."""
    said = (said or "").strip()
    if said.isascii() and said.isdigit() and len(said) < 10:
        return timedelta(seconds=int(said))
    with suppress(ValueError):
        until = parsedate_to_datetime(said)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(until - now, timedelta(0))
    return None
