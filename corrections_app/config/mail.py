"""Settings of mail: the server letters are handed to, the addresses on them, what comes back.

Every parser raises ValueError, whose message ends the sentence "it must be …".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args
from urllib.parse import unquote, urlsplit

from corrections_app.domain import mailbox
from corrections_app.domain.bounces.source import source_of

LONGEST_MARK = 40
"""Of the 64 characters before the @, those that tell one letter from another."""

Tls = Literal["starttls", "implicit", "none"]


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed over: what a MAIL_URL says."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: Tls = "none"


def mail_server(url: str) -> MailServer | None:
    """The server that a MAIL_URL names, whose name and password are percent-encoded.

    None where letters stay in the instance folder. Raises ValueError.
    """
    if url == "maildir:":
        return None
    try:
        parts = urlsplit(url)
        known = parts.scheme == "smtp" and (parts.hostname or "").encode("idna") and parts.port
        tls = parts.query.removeprefix("tls=") if parts.query else "none"
    except ValueError:
        known, tls = False, ""
    if not known or tls not in get_args(Tls):
        raise ValueError(
            "smtp://[user:password@]host:port[?tls=starttls|implicit|none], or maildir:"
        )
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return MailServer(parts.hostname or "", parts.port or 0, user, password, cast(Tls, tls))


def mail_url(value: str) -> str:
    """An address that `mail_server` can read, kept as it was written."""
    mail_server(value)
    return value


def address(value: str) -> str:
    """A mailbox that the world can write to."""
    try:
        return mailbox.public_address(value.strip())
    except mailbox.NotAnAddress as error:
        raise ValueError("one e-mail address") from error


def account(value: str) -> str:
    """A mailbox of ours: a trial's first editor sits at editor@localhost, as no stranger may."""
    try:
        return mailbox.address(value.strip().lower())
    except mailbox.NotAnAddress as error:
        raise ValueError("one e-mail address") from error


def bounces(value: str) -> str:
    """A mailbox whose name has room for the mark of a letter."""
    found = address(value)
    local = found.partition("@")[0]
    if "+" in local or len(local) + LONGEST_MARK > mailbox.LONGEST_LOCAL_PART:
        raise ValueError("one e-mail address, short and without a +, such as bounces@example.org")
    return found


def bounce_source(value: str) -> str:
    """A place that `source_of` can read, kept as it was written."""
    source_of(value)
    return value
