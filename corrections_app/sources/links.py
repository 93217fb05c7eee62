"""Addresses in a document, made whole."""

from __future__ import annotations

from urllib.parse import parse_qs, urljoin, urlsplit

from corrections_app.domain.text.body import safe_href

# Documents exported from Google Docs, and letters, name these instead of the page they mean.
_COUNTERS = (
    ("google.com", "/url", "q"),
    ("google.com", "/url", "url"),
    ("l.facebook.com", "/l.php", "u"),
    ("safelinks.protection.outlook.com", "/", "url"),
)


def absolute(address: str | None, base: str | None) -> str | None:
    """The full address that a page may link to, or None (RFC 3986, section 5).

    Without a ``base`` a relative address leads nowhere; one that only lacks
    its scheme (``//host/…``) is taken as https. Where the address is that of
    a program that only counts clicks, it is the one behind it.
    """
    address = (address or "").strip()
    if not address or address.startswith("#"):
        return None
    try:
        return safe_href(_behind(urljoin(base or "https:", address)))
    except ValueError:
        return None


def _behind(address: str) -> str:
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    for name, path, key in _COUNTERS:
        is_there = (host == name or host.endswith(f".{name}")) and parts.path == path
        found = parse_qs(parts.query).get(key) if is_there else None
        if found:
            return found[0]
    return address
