"""Where reports are found: what CORRECTIONS_BOUNCE_SOURCE names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

IMAPS = 993  # RFC 8314, section 3.2
FORM = "maildir:/path or imaps://user:password@host[:port]/folder"


@dataclass(frozen=True)
class Source:
    """A maildir, or, with a ``host``, a folder on an IMAP server."""

    folder: str
    host: str = ""
    port: int = IMAPS
    user: str = ""
    password: str = ""


def source_of(url: str) -> Source:
    """The source that an address names, whose parts are percent-encoded. Raises ValueError."""
    scheme, _, path = url.partition(":")
    if scheme == "maildir" and path.startswith("/"):
        return Source(path)
    try:
        parts = urlsplit(url)
        port = parts.port or IMAPS
    except ValueError as error:
        raise ValueError(FORM) from error
    said = (parts.path[1:], parts.username, parts.password)
    folder, user, password = (unquote(part or "") for part in said)
    plain = (folder + user + password).isascii() and (folder + user + password).isprintable()
    if parts.scheme != "imaps" or not parts.hostname or not user or not plain:
        raise ValueError(FORM)
    return Source(folder or "INBOX", parts.hostname, port, user, password)
