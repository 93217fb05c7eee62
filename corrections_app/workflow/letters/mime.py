"""A letter as it goes over the wire, and the check that it says what was meant.

Python's email package can, in versions still in use, serialise a header that
was injected into another; so what is about to go is parsed back and compared,
whatever was validated before.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

import flask_mail
from markupsafe import escape

from corrections_app.domain import mailbox
from corrections_app.workflow.letters.letter import SECRET_MARK, Sender, Written, plain

_OUR_WAY = frozenset({"from", "subject", "list-id", "list-unsubscribe", "message-id", "references"})
_FOLDED = 76
_LONGEST_WORDS = 200
"""Code points of a subject or a name: no header may come near the longest line there is."""


class _Wire(policy.EmailPolicy):
    """Headers are folded between words only, and words are encoded whole.

    The email package would write a long address as an encoded word, which is
    no address any more (RFC 2047, section 5), lose the quotation marks of a
    long name, which makes recipients of its commas, and leave blanks in the
    middle of long words of other scripts.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() not in _OUR_WAY:
            return super().fold_binary(name, value)
        words, end = str(value), ""
        if name == "From" and not words.isascii():
            [address] = value.addresses
            words, end = address.display_name, f" <{address.addr_spec}>"
        if not words.isascii():
            # Encoded words whose seams vanish when they are decoded (RFC 2047, section 6.2).
            encoded = Header(words, "utf-8", header_name=name).encode(linesep="\r\n")
            return f"{name}: {encoded}{end}\r\n".encode("ascii")
        first, *rest = words.split(" ")
        lines = [f"{name}: {first}"]
        for word in rest:
            if len(lines[-1]) + len(word) >= _FOLDED:
                lines.append("")
            lines[-1] += f" {word}"
        return "".join(f"{line}\r\n" for line in lines).encode("ascii")


# Seven bits and short lines pass every relay there is (RFC 5321, section 4.5.3.1.6).
_WIRE = _Wire(linesep="\r\n", cte_type="7bit")


class Malformed(Exception):
    """A letter that must not go: not one plain address, or not the headers that were meant."""


class Message(flask_mail.Message):
    """Flask-Mail's message, with bytes of which every header is known.

    Raises `Malformed` when made of what cannot be sent.
    """

    def __init__(self, letter: Written, sender: Sender) -> None:
        super().__init__(
            subject=plain(letter.subject),
            recipients=[single_address(letter.recipient)],
            sender=single_address(sender.address),
            date=letter.date.timestamp(),
        )
        self.msgId = letter.message_id
        self.envelope = single_address(letter.envelope) if letter.envelope else None
        self._bytes = serialised(_filled(letter), sender)

    def as_bytes(self) -> bytes:
        """The whole message, in lines that end with CRLF."""
        return self._bytes


def single_address(address: str) -> str:
    """The address itself, if it is exactly one as letters go to it; else `Malformed`."""
    with suppress(mailbox.NotAnAddress):
        if mailbox.address(address).lower() == address.lower():
            return address
    raise Malformed("This is not an address that a letter can be sent to.")


def headers_of(letter: Written, sender: Sender) -> dict[str, str]:
    """The headers of a letter but for those of MIME; none holds a word of the reader's.

    Auto-Submitted: RFC 3834, section 5. References: RFC 5322, section 3.6.4.
    List-Unsubscribe-Post: RFC 8058, section 3.1. List-Id: RFC 2919.
    """
    headers = {
        "Subject": plain(letter.subject)[:_LONGEST_WORDS],
        "From": str(Address(_name_of(sender), addr_spec=single_address(sender.address))),
        "To": single_address(letter.recipient),
        "Date": format_datetime(letter.date),
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if letter.thread:
        headers["References"] = letter.thread
    if letter.stop:
        headers["List-Unsubscribe"] = f"<{letter.stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if letter.stream:
        headers["List-Id"] = f"<{letter.stream}.{sender.address.rpartition('@')[2]}>"
    if sender.reply_to:
        headers["Reply-To"] = single_address(sender.reply_to)
    return headers


def _name_of(sender: Sender) -> str:
    return plain(sender.name)[:_LONGEST_WORDS]


def serialised(letter: Written, sender: Sender) -> bytes:
    """The bytes of a letter, parsed back and compared. Raises `Malformed`."""
    headers = headers_of(letter, sender)
    message = EmailMessage(policy=_WIRE)
    try:
        for name, value in headers.items():
            message[name] = value
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        # Drawn at random otherwise; a letter that goes again is the same to the byte.
        message.set_boundary(f"=_{sha256(letter.message_id.encode()).hexdigest()[:32]}")
        raw = message.as_bytes()
    except ValueError as error:  # a line break in a header, or what no encoding can hold
        raise Malformed(str(error)) from error
    _check(raw, headers, letter)
    return raw


def _filled(letter: Written) -> Written:
    if letter.secret is None:
        return letter
    text = letter.text.replace(SECRET_MARK, letter.secret)
    html = letter.html.replace(SECRET_MARK, escape(letter.secret))
    return replace(letter, text=text, html=html)


def _check(raw: bytes, headers: Mapping[str, str], letter: Written) -> None:
    """Raise `Malformed` unless the bytes hold the headers meant, once each, and the texts."""
    parsed = message_from_bytes(raw, policy=policy.default)
    expected = [*headers, "MIME-Version", "Content-Type"]
    if sorted(parsed.keys()) != sorted(expected) or parsed.defects:
        raise Malformed("The letter's headers are not those that were meant.")
    for name, value in headers.items():
        # Folding long encoded words may cost a blank, which harms nobody.
        if _unspaced(str(parsed[name])) != _unspaced(value):
            raise Malformed(f"The letter's {name} is not what was meant.")
    recipients = [address.addr_spec for address in parsed["To"].addresses]
    if recipients != [letter.recipient]:
        raise Malformed("The letter is not to one recipient.")
    parts = [(part.get_content_type(), part.get_content()) for part in parsed.iter_parts()]
    meant = [("text/plain", letter.text), ("text/html", letter.html)]
    if [(kind, _lines(text)) for kind, text in parts] != [(k, _lines(t)) for k, t in meant]:
        raise Malformed("The letter's text is not what was meant.")


def _unspaced(text: str) -> str:
    return "".join(text.split())


def _lines(text: str) -> list[str]:
    return text.rstrip().splitlines()
