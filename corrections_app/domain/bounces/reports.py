"""Reports that a letter was not delivered, as mail servers send them; garbage is none.

Read are delivery status notifications (RFC 3464 in RFC 3462's multipart/report, RFC 6533 for
other scripts) and the plain ones of Exim and qmail. An automatic answer of a person is no report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import getaddresses

LARGEST = 256 * 1024
"""Bytes that are looked at: a report says what it has to say before it returns the letter."""
_MOST_PARTS = 60
_MOST_BLOCKS = 50
_LONGEST = 1_000
"""Code points of one field."""
_PART = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_BLANK_LINE = re.compile(r"\r?\n[ \t]*\r?\n")
_REACHED_BY = (
    "To",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "Apparently-To",
)
_QMAIL = re.compile(r"Hi\. This is the [^\n]{0,200}(?:qmail|MTA)", re.IGNORECASE)


@dataclass(frozen=True)
class Outcome:
    """What became of a letter to one recipient."""

    action: str
    """``failed``, ``delayed``, ``delivered``, ``relayed`` or ``expanded`` (RFC 3464, 2.3.3)."""
    status: str
    words: str
    recipients: tuple[str, ...]
    """Whom it was for: as it failed, and as it was written, where that is said."""


@dataclass(frozen=True)
class Report:
    """What one report says, and the addresses that it came to."""

    to: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


def read(raw: bytes) -> Report | None:
    """The report that a message is; None for every other one. Never raises."""
    raw = raw[:LARGEST]
    if len(_PART.findall(raw)) > _MOST_PARTS:
        return None
    try:
        message = message_from_bytes(raw)
        outcomes = tuple(_outcomes(message)) or tuple(_in_words(message))
        return Report(tuple(_reached(message)), outcomes) if outcomes else None
    except Exception:  # the parser's own faults over hostile bytes are of every kind
        return None


def _reached(message: Message) -> Iterator[str]:
    for name in _REACHED_BY:
        given = [_field(value) for value in message.get_all(name, [])[:_MOST_BLOCKS]]
        yield from (address for _, address in getaddresses(given) if "@" in address)


def _outcomes(message: Message) -> Iterator[Outcome]:
    """Those of the blocks of every part that is a delivery status."""
    if message.get_content_type() != "multipart/report":
        return
    for part in message.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            for block in _blocks(part)[:_MOST_BLOCKS]:
                if block["Action"] or block["Status"]:
                    yield _outcome(block)
            return


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    if part.get_content_subtype() == "delivery-status" and isinstance(payload, list):
        return [one for one in payload if isinstance(one, Message)]
    whole = str(payload[0] if isinstance(payload, list) else payload)
    return [message_from_string(each) for each in _BLANK_LINE.split(whole) if each.strip()]


def _outcome(block: Message) -> Outcome:
    action = _field(block["Action"]).split(" ")[0].lower()
    named = (_typed(block[name]) for name in ("Final-Recipient", "Original-Recipient"))
    return Outcome(
        action=action or "failed",
        status=_field(block["Status"]),
        words=_typed(block["Diagnostic-Code"]),
        recipients=tuple(one for one in named if one),
    )


def _in_words(message: Message) -> Iterator[Outcome]:
    """What Exim and qmail tell without a delivery status."""
    text = _first_text(message)
    failed = _field(message["X-Failed-Recipients"])
    if not failed and not _QMAIL.match(text.lstrip()):
        return
    late = re.search(r"\bdelayed\b", _field(message["Subject"]), re.IGNORECASE)
    recipients = tuple(address for _, address in getaddresses([failed]) if "@" in address)
    yield Outcome("delayed" if late else "failed", "", text, recipients[:_MOST_BLOCKS])


def _first_text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                # What was wrong stands before the letter that is returned.
                text = payload[: 4 * _LONGEST].decode("utf-8", "replace")
                return re.split(r"\n-{2,} ?This is a copy", text)[0]
    return ""


def _typed(value: object) -> str:
    """A field without its type: ``rfc822; ada@reader.example``."""
    kind, semicolon, rest = _field(value).partition(";")
    return rest.strip() if semicolon else kind


def _field(value: object) -> str:
    return " ".join(str(value or "")[: 4 * _LONGEST].split())[:_LONGEST]
