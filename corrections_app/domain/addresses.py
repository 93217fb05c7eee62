"""Web addresses: which origin one belongs to, and when two name the same page.

Compared exactly, part by part, never by a pattern: an origin decides which pages may show
our form (https://html.spec.whatwg.org/multipage/browsers.html#origin).
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

LONGEST = 2_000
"""Code points of an address; longer ones name no page."""

_PORTS = {"http": 80, "https": 443}
# A host's name in its ASCII form (RFC 5890), an IPv4 address, or an IPv6 one in brackets.
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]{2,45}\]")
# What counting programs and networks add to the address of the same page.
_COUNTED = re.compile(r"(?:utm_\w*|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid)(?:=|\Z)")


def origin_of(address: str) -> str | None:
    """The origin as a browser writes it, ``https://news.example``; None for no web page."""
    parts = _parts(address)
    return f"{parts.scheme}://{parts.netloc}" if parts else None


def is_origin(text: str) -> bool:
    """Whether a text is an origin and nothing else: no path, no star, no ``null``."""
    return origin_of(text) == text


def page_addresses(address: str) -> tuple[str, ...]:
    """The ways in which the address of one page is written; the page's own comes first.

    Without what is after ``#`` and what counts visitors, with and without the last
    slash. Nothing for what is no address of a page.
    """
    parts = _parts(address)
    if parts is None:
        return ()
    kept = without_counters(parts.query)
    path = parts.path or "/"
    other = path[:-1] if path.endswith("/") else f"{path}/"
    found = [urlunsplit(parts._replace(path=each, query=kept)) for each in (path, other)]
    return tuple(dict.fromkeys([*found, *(each for each in [address] if each not in found)]))


def without_counters(query: str) -> str:
    """The query of an address without what only tells where a visitor came from."""
    return "&".join(part for part in query.split("&") if not _COUNTED.match(part))


def _parts(address: str) -> SplitResult | None:
    """The address taken apart, its scheme and host in lower case and without a usual port."""
    if len(address) > LONGEST or not address.isprintable() or set(address) & set(' \\"<>'):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:  # UnicodeError too: a name that no host can have
        return None
    host = f"[{host}]" if ":" in host else host
    if parts.scheme not in _PORTS or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    if port is not None and port != _PORTS[parts.scheme]:
        host = f"{host}:{port}"
    return parts._replace(netloc=host, fragment="")
