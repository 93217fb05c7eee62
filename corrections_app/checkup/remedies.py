"""What may be done about a mail server that takes no letters."""

from __future__ import annotations

import smtplib
import socket
import ssl

from corrections_app.config.mail import MailServer
from corrections_app.workflow.letters.smtp import Undelivered

PATIENCE = 10.0
"""Seconds that a silent port is given to answer to TLS."""
_URL = "CORRECTIONS_MAIL_URL"
_CERTIFICATES = {
    9: "set the clock of this machine: it is too early for the certificate",
    10: "renew the certificate of the mail server",
    62: f"write the name that the certificate is made for into {_URL}",
    64: f"write the name that the certificate is made for into {_URL}, instead of a number",
}
"""By OpenSSL's verify codes (X509_V_ERR_…); every other one is an authority that is not known."""
_UNKNOWN_AUTHORITY = "name a file with the certificate of its authority in CORRECTIONS_MAIL_CAFILE"
_ENCRYPTED_ONLY = (530, 534, 538)
"""Sign-in is refused for want of encryption or of a stronger way (RFC 4954, section 6)."""


def of_authorities(cafile: str | None) -> str:
    """What to do about a MAIL_CAFILE that cannot be used; empty where it can."""
    try:
        ssl.create_default_context(cafile=cafile)
    except ssl.SSLError:
        return "CORRECTIONS_MAIL_CAFILE is a file of certificates in PEM form"
    except OSError as error:
        return f"{error.strerror}: CORRECTIONS_MAIL_CAFILE is a file that this account may read"
    return ""


def of(failure: Undelivered, account: MailServer) -> str:
    """What to do, in words for whoever runs it. A silent port is asked once more, for TLS."""
    cause = failure.__cause__
    if isinstance(cause, ssl.SSLError):
        return _of_tls(cause, account)
    if isinstance(cause, smtplib.SMTPNotSupportedError):
        return _of_missing(account)
    if isinstance(cause, smtplib.SMTPAuthenticationError):
        return _of_password(cause, account)
    if isinstance(cause, smtplib.SMTPResponseException):
        return "ask whoever runs the mail server whether this machine may hand letters over"
    return _of_line(cause, account)


def _of_tls(cause: ssl.SSLError, account: MailServer) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _CERTIFICATES.get(cause.verify_code, _UNKNOWN_AUTHORITY)
    if account.tls == "implicit":
        return f"the port does not speak TLS at once: write ?tls=starttls into {_URL}"
    return "ask whoever runs the mail server which TLS it speaks"


def _of_missing(account: MailServer) -> str:
    if account.tls == "starttls":
        return (
            "the server offers no STARTTLS at this port: write its port for letters that does "
            f"(587, most often), or port 465 with ?tls=implicit, into {_URL}"
        )
    return (
        "the server offers no sign-in like this: write ?tls=starttls, or take name and password "
        f"out of {_URL}"
    )


def _of_password(cause: smtplib.SMTPAuthenticationError, account: MailServer) -> str:
    if cause.smtp_code in _ENCRYPTED_ONLY and account.tls == "none":
        return f"write ?tls=starttls into {_URL}: the server wants encryption first"
    return f"see name and password in {_URL}: @ is %40 there, : is %3A, / is %2F, % is %25"


def _of_line(cause: BaseException | None, account: MailServer) -> str:
    place = f"{account.host}:{account.port}"
    if isinstance(cause, socket.gaierror):
        return f"see the host's name in {_URL}: it is not known here"
    if isinstance(cause, ConnectionRefusedError):
        return f"see host and port in {_URL}, and whether a mail server listens at {place}"
    if account.tls != "implicit" and _speaks_tls(account):
        return f"{place} speaks TLS at once: write ?tls=implicit into {_URL}"
    return f"see host and port in {_URL}, and whether a firewall is between here and {place}"


def _speaks_tls(account: MailServer) -> bool:
    """Whether a port begins with TLS. Nothing is told to it, so nobody's name matters."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((account.host, account.port), PATIENCE) as line,
            context.wrap_socket(line, server_hostname=account.host),
        ):
            return True
    except OSError:
        return False
