"""The way of letters: the mail server, letters held back, a letter sent to try it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, current_app

from corrections_app import schema
from corrections_app.checkup import remedies
from corrections_app.checkup.finding import Finding
from corrections_app.config.hosts import is_loopback
from corrections_app.config.mail import MailServer
from corrections_app.workflow import dates
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import held, writing
from corrections_app.workflow.letters.letter import sender_of
from corrections_app.workflow.letters.mime import Malformed, Message
from corrections_app.workflow.letters.smtp import Refused, Undelivered
from corrections_app.workflow.letters.transport import open_post


def server_answers() -> Iterator[Finding]:
    """Whether the mail server takes letters from us, tried as far as the password."""
    server = current_app.config["SMTP_SERVER"]
    if server is None:
        yield Finding(
            "mail", "letters stay in the instance folder", True, "CORRECTIONS_MAIL_URL sends them"
        )
        return
    yield from open_lines()
    cafile = current_app.config["MAIL_CAFILE"]
    unusable = remedies.of_authorities(cafile)
    if unusable:
        yield Finding("mail", f"{cafile} cannot be used", False, unusable)
        return
    place = f"{server.host}:{server.port}"
    try:
        with open_post(_app()) as post:
            post.connect()
    except Undelivered as error:
        yield Finding("mail", f"{place}: {error}", False, remedies.of(error, server))
    else:
        yield Finding("mail", f"{place} answers{_how(server)}")


def _how(server: MailServer) -> str:
    encrypted = ", encrypted" if server.tls != "none" else ""
    return encrypted + (f", signed in as {server.user}" if server.user else "")


def open_lines() -> Iterator[Finding]:
    """A warning where letters go to another machine for everyone between to read."""
    server: MailServer = current_app.config["SMTP_SERVER"]
    if server.tls == "none" and not is_loopback(current_app.config["MAIL_URL"]):
        too = ", the password too" if server.user else ""
        remedy = "write ?tls=starttls into CORRECTIONS_MAIL_URL where the server offers it"
        yield Finding("mail", f"not encrypted on the way to {server.host}{too}", True, remedy)


def held_letters() -> Iterator[Finding]:
    """Letters that wait for a word of whoever brought a backup back."""
    made = held.since() if schema.current() else None
    if made is not None:
        number = held.how_many(now())
        said = f"{number} are held since a backup of {dates.day_and_time(made)} came back"
        yield Finding("letters", said, False, "corrections mail release --send, or --drop")


def test_letter(address: str | None) -> Iterator[Finding]:
    """Send a letter to an address at once, past the outbox, and say what the server said."""
    if not address:
        return
    app = _app()
    try:
        letter = Message(writing.trial(address, now()), sender_of(app))
        with open_post(app) as post:
            post.connect()
            post.send(letter)
    except (Malformed, Refused) as error:
        yield Finding("test letter", str(error), False, "see CORRECTIONS_MAIL_SENDER and ADDRESS")
        return
    except Undelivered as error:
        server = app.config["SMTP_SERVER"]
        remedy = remedies.of(error, server) if server else "see the instance folder"
        yield Finding("test letter", str(error), False, remedy)
        return
    sent = app.config["HAS_MAIL_SERVER"]
    where = "taken by the mail server" if sent else "put into the instance folder"
    yield Finding("test letter", f"{where}, for {address}")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
