"""Flask-Mail's connection with what it lacks: time limits, verified TLS, a harmless QUIT.

A failure is told apart by what may be done next: `Refused` is the server's own
word; `Unreachable` means that the letter has certainly not been taken;
`Unknown` that it may have been (RFC 1047: the answer to the final dot was lost).
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import flask_mail

from corrections_app.config.mail import MailServer

TIMEOUT = 30.0
"""Seconds that any one answer of the server may take."""
TIMES_FOR_ALL = 3
"""How many times that a whole letter may take, so that a server that drips is cut off."""


class Undelivered(Exception):
    """A letter was not, or perhaps not, delivered; the message says why, in one line."""


class Refused(Undelivered):
    """The server said no: for now (4yz), or for good (5yz; RFC 5321, section 4.2.1)."""

    def __init__(self, code: int, words: str) -> None:
        self.code = code
        self.permanent = 500 <= code < 600
        super().__init__(f"{code} {words}")


class Unknown(Undelivered):
    """The connection was lost after the whole letter had gone, before the server's answer."""


class Unreachable(Undelivered):
    """There was no connection, or it broke before the whole letter had gone."""


class Limit:
    """An end to all of a letter's waits together."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def seconds(self) -> float:
        """What is left; never nothing, because no time at all would mean no limit."""
        return max(self._end - time.monotonic(), 0.01)

    @contextmanager
    def cutting(self, server: _Server) -> Iterator[None]:
        """Cut the line when the time is over: a limit on each wait alone never ends a drip."""
        timer = threading.Timer(self.seconds, server.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


@contextmanager
def told_apart() -> Iterator[None]:
    """Every failure of smtplib and of the network as one of the three."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(*next(iter(error.recipients.values()))) from error
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        if error.smtp_code == 530:  # "authentication required": no letter would fare better
            raise Unreachable(_words(error.smtp_error)) from error
        raise _refused(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPResponseException as error:
        raise Unreachable(f"{error.smtp_code} {_words(error.smtp_error)}") from error
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(f"the certificate is not trusted: {error.verify_message}") from error
    except OSError as error:  # smtplib's own errors are OSErrors too
        raise Unreachable(_words(str(error)) or type(error).__name__) from error


def _refused(code: int, words: bytes | str) -> Undelivered:
    if 400 <= code < 600:
        return Refused(code, _words(words))
    return Unreachable(f"an answer that is none: {code} {_words(words)}")


def _words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


class Connection(flask_mail.Connection):
    """Flask-Mail's connection to one account."""

    host: _Server | None

    def __init__(
        self,
        account: MailServer,
        cafile: str | None,
        name: str | None,
        timeout: float,
        limit: Limit,
    ) -> None:
        # Everything is given, because by itself Flask-Mail prints the dialogue with its
        # passwords when the application is in debug mode, and sends nothing in its tests.
        settings = {"MAIL_DEBUG": 0, "MAIL_SUPPRESS_SEND": False}
        super().__init__(flask_mail.Mail().init_mail(settings))  # type: ignore[arg-type]
        self._account, self._cafile, self._name, self._timeout = account, cafile, name, timeout
        self.limit = limit

    @property
    def is_open(self) -> bool:
        """Whether the line stands, as far as is known."""
        return self.host is not None and self.host.sock is not None

    def configure_host(self) -> _Server:
        """Connect, encrypt and sign in, as the account says."""
        context = ssl.create_default_context(cafile=self._cafile)
        timeout = min(self._timeout, self.limit.seconds)
        server = _Server(self._account, context, self._name, timeout)
        try:
            with self.limit.cutting(server):
                server.begin()
        except BaseException:
            server.close()
            raise
        return server

    def send(self, message: flask_mail.Message, envelope_from: Any = None) -> None:
        """Hand one letter over, in what is left of the time."""
        assert self.host is not None
        with self.limit.cutting(self.host):
            super().send(message, envelope_from)

    def __exit__(self, *_: object) -> None:
        # Whatever was answered before stands: a server that hangs up on QUIT undoes nothing.
        if self.host is not None:
            with suppress(OSError), Limit(self._timeout).cutting(self.host):
                self.host.quit()
            self.host.close()


class _Server(smtplib.SMTP):
    """smtplib's dialogue, with a line that can be cut and a memory of the final dot."""

    def __init__(
        self, account: MailServer, context: ssl.SSLContext, name: str | None, timeout: float
    ) -> None:
        self._account, self._context = account, context
        self._line: socket.socket | None = None
        self._dotted = False
        super().__init__(local_hostname=name, timeout=timeout)
        self._host = account.host  # smtplib checks the certificate against it

    def begin(self) -> None:
        """Connect, encrypt and sign in."""
        account = self._account
        code, words = self.connect(account.host, account.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        if account.tls == "starttls":
            self.starttls(context=self._context)
        self.ehlo_or_helo_if_needed()
        if account.user:
            self.login(account.user, account.password or "")

    def cut(self) -> None:
        """End every wait on this line, from another thread."""
        line = self._line
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """DATA, where a lost answer to the whole letter is `Unknown` and every 2yz a yes."""
        self._dotted = False
        try:
            code, words = super().data(msg)
        except OSError as error:
            if self._dotted:
                raise Unknown(f"no answer to the whole letter: {_words(str(error))}") from error
            raise
        if 200 <= code < 300:
            return 250, words
        if not 400 <= code < 600:
            raise Unknown(f"an answer that is none: {code} {_words(words)}")
        return code, words

    def send(self, s: Any) -> None:
        """Send, and note when it was a whole letter: smtplib sends it and its dot in one piece."""
        super().send(s)
        self._dotted = isinstance(s, bytes) and s.endswith(b"\r\n.\r\n")
        if self._dotted and self.sock is not None:
            # The last answer may take all the time there is, because giving up on it too
            # early is what makes doubles (RFC 1047).
            self.sock.settimeout(None)

    def close(self) -> None:
        """Close the line and its second handle."""
        super().close()
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def getreply(self) -> tuple[int, bytes]:
        """One answer; afterwards every wait has its limit again."""
        answer = super().getreply()
        if self.sock is not None:
            self.sock.settimeout(self.timeout)
        return answer

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        # A second handle, because wrapping a socket in TLS takes the first one away.
        self._line = sock.dup()
        if self._account.tls == "implicit":
            return self._context.wrap_socket(sock, server_hostname=host)
        return sock
