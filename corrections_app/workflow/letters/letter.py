"""What a letter says, and whom it is from: all that those who write letters know of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask

from corrections_app.domain.text.body import JOINERS, without_hidden_signs

SECRET_MARK = "[one-time-link]"
"""Stands in a stored letter where its secret will stand in the one that is sent."""


@dataclass(frozen=True)
class Sender:
    """Whom letters are from, and whom a reply reaches."""

    name: str
    address: str
    reply_to: str | None = None


@dataclass(frozen=True)
class Written:
    """What a letter says, apart from whom it is from."""

    recipient: str
    message_id: str
    thread: str | None
    subject: str
    text: str
    html: str
    date: datetime
    """When it was written, so that a letter sent again is the same letter."""
    secret: str | None = None
    stop: str | None = None
    """The address that a mail program posts to when its reader wants no more of these."""
    stream: str | None = None
    """The name of a series, for letters that come again and again."""
    envelope: str | None = None
    """Where it comes back to when it cannot be delivered, if not to its sender."""


def plain(text: str) -> str:
    """Text as a header may hold it: one line, nothing invisible that acts, nothing encoded.

    What joins letters stays (Persian, Hindi, emoji); what only tells where a word
    may break, or turns the direction, goes without a trace.
    """
    text = without_hidden_signs(text)
    kept = "".join(char if char.isprintable() or char in JOINERS else " " for char in text)
    return " ".join(kept.split()).replace("=?", "= ?")  # RFC 2047 would decode what it begins


def sender_of(app: Flask) -> Sender:
    """Whom letters are from, by the configuration."""
    return Sender(app.config["NEWSROOM"], app.config["MAIL_SENDER"], app.config["REPLY_TO"])


def host_of(app: Flask) -> str:
    """The host name this newsroom is known by: its pages' or its sender's."""
    host = urlsplit(app.config["PUBLIC_URL"] or "").hostname or ""
    return host if "." in host else app.config["MAIL_SENDER"].rpartition("@")[2]
