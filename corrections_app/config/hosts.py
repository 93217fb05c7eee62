"""Settings that name places on the web: hosts, origins, addresses of pages.

Every parser raises ValueError, whose message ends the sentence "it must be …".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from corrections_app.domain import addresses

_PUBLIC_URL = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[^/:\[\]]+)(:\d+)?/?")


def public_url(value: str) -> str:
    """The address readers use, with no path and without a slash at its end."""
    plain = value.isprintable() and not set(value) & set(" ?#@\\")
    if not plain or not _PUBLIC_URL.fullmatch(value):
        raise ValueError(
            "an address such as https://corrections.example.org, with no path: the pages need a "
            "host of their own"
        )
    return value.rstrip("/")


@dataclass(frozen=True)
class Place:
    """A host, and a port where not the usual ones of the web are meant: ``[::1]:8080``."""

    host: str
    port: int | None = None


def place(text: str) -> Place:
    """The place that a text names. Raises ValueError."""
    parts = urlsplit(f"//{text}")
    bare = not (parts.path or parts.query or parts.fragment or "@" in text or "\\" in text)
    host = (parts.hostname or "").rstrip(".")
    if not host or not bare or host != host.encode("idna").decode():
        raise ValueError(text)
    return Place(host, parts.port)


def _places(value: str) -> tuple[Place, ...]:
    return tuple(place(one.lower()) for one in value.replace(",", " ").split())


def inside_hosts(value: str) -> tuple[Place, ...]:
    """Places inside the newsroom's own network that the server may ask."""
    try:
        return _places(value)
    except ValueError as error:
        raise ValueError("hosts such as cms.intranet or 10.0.0.7:8080, with commas") from error


def host_names(value: str) -> tuple[str, ...]:
    """Names, without ports, that the server answers to."""
    told = "names of hosts without ports, with commas: corrections.intranet, 10.0.0.7"
    try:
        found = _places(value)
    except ValueError as error:
        raise ValueError(told) from error
    if any(one.port is not None or "*" in one.host for one in found):
        raise ValueError(told)
    return tuple(dict.fromkeys(one.host for one in found))


def origins(value: str) -> tuple[str, ...]:
    """Origins of pages that may load and frame ours (RFC 6454)."""
    found = tuple(part.strip() for part in value.split(","))
    if not all(map(addresses.is_origin, found)):
        raise ValueError(
            "origins as browsers write them, with commas between: https://news.example,"
            "https://www.news.example (no path, no slash at the end, no star)"
        )
    return tuple(dict.fromkeys(found))


def issuer(value: str) -> str:
    """The issuer of OpenID Connect; without TLS only on this machine."""
    parts = urlsplit(value)
    here = parts.scheme == "http" and is_loopback(value)
    if not (parts.scheme == "https" or here) or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(
            "the provider's issuer, such as https://id.example.org, exactly as it says"
        )
    return value


def is_loopback(url: str) -> bool:
    """Whether only this machine can reach an address."""
    return is_loopback_name(urlsplit(url).hostname or "")


def is_loopback_name(host: str) -> bool:
    """Whether a host's name or number means the machine that asks."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
