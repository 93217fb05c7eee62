"""Where letters go: the SMTP server of the configuration, or a maildir in the instance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from mailbox import Maildir
from pathlib import Path
from typing import Protocol

from flask import Flask

from corrections_app.config.mail import MailServer
from corrections_app.workflow.letters.letter import host_of
from corrections_app.workflow.letters.mime import Message
from corrections_app.workflow.letters.smtp import (
    TIMEOUT,
    TIMES_FOR_ALL,
    Connection,
    Limit,
    Refused,
    Undelivered,
    Unknown,
    Unreachable,
    told_apart,
)


class Post(Protocol):
    """Takes letters, one at a time."""

    keeps: bool
    """Whether letters stay on this machine."""

    def connect(self) -> None:
        """Be ready to take one. Raises `smtp.Unreachable`: then no letter could go."""

    def send(self, message: Message) -> None:
        """Deliver one letter. Raises `smtp.Undelivered`."""

    def close(self) -> None:
        """Nothing more will come."""


class SmtpPost:
    """Sends letters over one connection, opened when the first one goes."""

    keeps = False

    def __init__(
        self, account: MailServer, *, cafile: str | None, name: str | None, timeout: float = TIMEOUT
    ) -> None:
        self._account, self._cafile, self._name, self._timeout = account, cafile, name, timeout
        self._connection: Connection | None = None
        self._carried = 0

    def connect(self) -> None:
        """Be connected. Raises `Unreachable`."""
        self._connect(Limit(self._timeout * TIMES_FOR_ALL))

    def send(self, message: Message) -> None:
        """Hand one letter over. Raises `Refused`, `Unknown` or `Unreachable`."""
        limit = Limit(self._timeout * TIMES_FOR_ALL)
        try:
            self._hand_over(message, limit)
        except (Unreachable, Refused) as failure:
            if not self._carried or not _only_the_connection_ended(failure):
                raise
            # A server may end a connection that has carried enough; that is no refusal
            # of this letter.
            self.close()
            self._hand_over(message, limit)

    def close(self) -> None:
        """Say goodbye, if there is anyone to say it to. Never raises."""
        connection, self._connection, self._carried = self._connection, None, 0
        if connection is not None:
            connection.__exit__(None, None, None)

    def _connect(self, limit: Limit) -> Connection:
        if self._connection is not None and self._connection.is_open:
            return self._connection
        self.close()
        connection = Connection(self._account, self._cafile, self._name, self._timeout, limit)
        with told_apart():
            self._connection = connection.__enter__()
        return connection

    def _hand_over(self, message: Message, limit: Limit) -> None:
        connection = self._connect(limit)
        connection.limit = limit
        try:
            with told_apart():
                connection.send(message, message.envelope)
        except Unknown:
            self.close()  # what the server says next may be the answer to this letter
            raise
        self._carried += 1


class MaildirPost:
    """Keeps letters as files, for an instance without a mail server."""

    keeps = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def connect(self) -> None:
        """Nothing to reach."""

    def send(self, message: Message) -> None:
        """Add the letter; it stands there whole or not at all. Raises `smtp.Unreachable`."""
        try:
            box = Maildir(self._folder, create=True)
            key = box.add(message.as_bytes())
            with suppress(OSError):  # it is there: another program may have taken it already
                (self._folder / "new" / key).chmod(0o600)
        except OSError as error:
            raise Unreachable(f"{self._folder}: {error.strerror}") from error

    def close(self) -> None:
        """Nothing to end."""


@contextmanager
def open_post(app: Flask) -> Iterator[Post]:
    """The way out that MAIL_URL names, for as many letters as there are."""
    post = post_of(app)
    try:
        yield post
    finally:
        post.close()


def post_of(app: Flask) -> Post:
    """The same, for who ends it themselves."""
    server: MailServer | None = app.config["SMTP_SERVER"]
    if server is None:
        return MaildirPost(Path(app.instance_path) / "mail")
    host = host_of(app)
    return SmtpPost(
        server,
        cafile=app.config["MAIL_CAFILE"],
        name=host if "." in host and not host.replace(".", "").isdigit() else None,
        timeout=float(app.config.get("MAIL_TIMEOUT") or TIMEOUT),
    )


def _only_the_connection_ended(failure: Undelivered) -> bool:
    return isinstance(failure, Unreachable) or getattr(failure, "code", None) == 421
