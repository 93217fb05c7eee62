"""The names we answer to: whoever asks for another host is refused before anything is done.

So no page of a stranger's name, pointed at our address (DNS rebinding), reads or sends anything,
and no cache keeps an answer under a name that is not ours. Flask's own ``TRUSTED_HOSTS`` knows no
IPv6, speaks up after the request was taken in, and has no page then (docs/decisions/0031).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask

from corrections_app.config.hosts import is_loopback_name, place
from corrections_app.web.bare import bare_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CODE = "unknown_host"
WORDS = (
    "This server does not answer to the name in that address. Use the address that the newsroom "
    "has given you. (Whoever runs it: CORRECTIONS_TRUSTED_HOSTS names further hosts.)"
)
LONGEST = 260  # characters: the longest name in the DNS, and a port
HEALTH = "/healthz"
"""Asked for by number: monitors and load balancers know the machine, not its name."""


@dataclass(frozen=True)
class Hosts:
    """Which ``Host`` is ours. Ports do not matter: nothing we say depends on them."""

    names: frozenset[str]
    on_trial: bool = False
    """Whether any bare IP address will do, and localhost: no stranger's name is one of them."""

    def include(self, environ: WSGIEnvironment) -> bool:
        """Whether this request is meant for us, by the host that it names itself."""
        try:
            asked = _host(environ.get("HTTP_HOST", ""))
        except ValueError:
            return False
        if asked in self.names:
            return True
        is_local = is_loopback_name(asked)
        if not is_local and not _is_number(asked):
            return False
        if self.on_trial or environ.get("PATH_INFO") == HEALTH:
            return True
        return is_local and is_loopback_name(environ.get("SERVER_NAME", ""))


def of(public_url: str, further: Iterable[str], *, is_named: bool) -> Hosts:
    """The host of the address that readers know, and ``further`` ones.

    While nobody has named that address, the server is on trial: on a local network it is
    found by its number.
    """
    known = _in_ascii(urlsplit(public_url).hostname or "")
    return Hosts(frozenset({known, *further}), on_trial=not is_named)


def install(app: Flask) -> None:
    """Ask before the application does: on every address, static files and unknown ones too."""
    hosts = of(
        app.config["PUBLIC_URL"],
        app.config["FURTHER_HOSTS"],
        is_named=app.config["PUBLIC_URL_IS_NAMED"],
    )
    app.config["HOSTS"] = hosts
    inside: WSGIApplication = app.wsgi_app

    def asked_first(environ: WSGIEnvironment, start: StartResponse) -> Any:
        if hosts.include(environ):
            return inside(environ, start)
        refused: Callable[..., Any] = bare_answer(
            environ, 400, CODE, WORDS, app.config["SECURITY_HEADERS"]
        )
        return refused(environ, start)

    app.wsgi_app = asked_first  # type: ignore[assignment,method-assign]


def _in_ascii(host: str) -> str:
    """A name as it stands in requests: where it has other letters, by IDNA."""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _host(header: str) -> str:
    """The host that a header names, in small letters. Raises ValueError."""
    if len(header) > LONGEST or not header.isprintable() or " " in header:
        raise ValueError(header)
    return place(header).host


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
