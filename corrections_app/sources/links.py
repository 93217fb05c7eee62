"""Addresses in a document, made whole."""

from __future__ import annotations

from urllib.parse import urljoin

from corrections_app.domain.text.body import safe_href


def absolute(address: str | None, base: str | None) -> str | None:
    """The full address that a page may link to, or None (RFC 3986, section 5).

    Without a ``base`` a relative address leads nowhere; one that only lacks
    its scheme (``//host/…``) is taken as https.
    """
    address = (address or "").strip()
    if not address or address.startswith("#"):
        return None
    try:
        return safe_href(urljoin(base or "https:", address))
    except ValueError:
        return None
