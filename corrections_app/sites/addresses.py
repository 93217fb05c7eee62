"""Which addresses of the network may be asked for something: public ones, and those named.

An address that somebody typed may lead to the machine itself, to its neighbours or to what a
cloud tells its machines. So only hosts of the public internet are asked, by https, unless the
operator named a host of the inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

from corrections_app.config.hosts import Place
from corrections_app.domain.addresses import without_counters
from corrections_app.sites.trouble import Unreachable

_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?")
# Of what a name or a path may consist; all else is percent-encoded (RFC 3986, section 2).
_PATH = "/%:@!$&'()*+,;=~-._"
_LONGEST = 2_000

# Translated, tunnelled, or for books: Python's own lists call some of them global.
_NEVER_PUBLIC = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocols (RFC 6890)
            "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
            "64:ff9b::/96",  # NAT64 (RFC 6052)
            "64:ff9b:1::/48",  # NAT64 inside (RFC 8215)
            "2002::/16",  # 6to4 (RFC 3056)
            "2001::/23",  # Teredo, ORCHID and other protocols (RFC 2928)
            "2001:db8::/32",  # documentation (RFC 3849)
            "3fff::/20",  # documentation (RFC 9637)
            "5f00::/16",  # segment routing (RFC 9602)
            "::/96",  # IPv4-compatible (RFC 4291, section 2.5.5.1)
        ),
    )
)
_UNICAST = ip_network("2000::/3")  # all that is given out (RFC 4291, section 2.4)
_ISATAP = 0x5EFE
_SHARED = ip_network("100.64.0.0/10")  # between a provider and its customers (RFC 6598)
_SITE_LOCAL = ip_network("fec0::/10")

IP = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """What a checked address asks for: whom, by which port, and for what."""

    scheme: str
    host: str
    port: int
    path: str
    is_inside: bool

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == _PORTS[self.scheme]
        return f"{self.scheme}://{host}" + ("" if usual else f":{self.port}")


def target(url: str, inside: Iterable[Place] = ()) -> Target:
    """What an address asks for, checked but for what its name resolves to.

    Raises `Unreachable`, whose sentence says what would do.
    """
    # urlsplit passes over tabs and line ends; another program would not.
    if len(url) > _LONGEST or not url.isprintable() or set(url) & set(' \\"<>'):
        raise Unreachable("The address has signs in it, or a length, that no address has.")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError:
        raise Unreachable(f"{url} is no address: write https://news.example.org.") from None
    if parts.scheme not in _PORTS or not host:
        raise Unreachable(f"{url} is no address of the web: write https://news.example.org.")
    if "@" in parts.netloc:
        raise Unreachable("The address holds a name or a password: give the key apart from it.")
    port = _PORTS[parts.scheme] if port is None else port
    is_inside = any(_is_at(one, host, port) for one in inside)
    if not is_inside:
        _check_outside(parts.scheme, host, port)
    path = quote(parts.path, safe=_PATH) or "/"
    query = f"?{quote(parts.query, safe=_PATH + '?[]')}" if parts.query else ""
    return Target(parts.scheme, host, port, path + query, is_inside)


def check(address: str, *, is_inside: bool) -> None:
    """Raise `Unreachable` for an address of the network that may not be asked."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        raise Unreachable(f"Its name leads to {address!r}, which is no address.") from None
    if "%" in address or not (may_be_inside(found) if is_inside else is_public(found)):
        raise Unreachable(
            f"Its name leads to {address}, which is not of the public internet. If that is your "
            "own CMS, name its host in CORRECTIONS_INSIDE_HOSTS."
        )


def is_public(ip: IP) -> bool:
    """Whether an address is one of the public internet, and of one machine."""
    ip = _unwrapped(ip)
    if ip.is_multicast or ip.is_reserved or ip.is_unspecified or not ip.is_global:
        return False
    if any(ip in network for network in _NEVER_PUBLIC):
        return False
    return ip.version == 4 or (ip in _UNICAST and not _holds_ipv4(ip))


def may_be_inside(ip: IP) -> bool:
    """Whether a host that the operator named may have this address.

    What a cloud tells its machines is link-local: no CMS is there.
    """
    ip = _unwrapped(ip)
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip in _SITE_LOCAL:
        return False
    return ip.is_loopback or ip.is_private or ip in _SHARED or is_public(ip)


def _unwrapped(ip: IP) -> IP:
    """The IPv4 address that one of IPv6 stands for (``::ffff:10.0.0.1``)."""
    return getattr(ip, "ipv4_mapped", None) or ip


def _holds_ipv4(ip: IP) -> bool:
    return (int(ip) >> 32) & 0xFFFF == _ISATAP  # RFC 5214


def _host(name: str) -> str:
    """A host as the network knows it: an address of IPv6, or a name of ASCII letters."""
    if ":" in name:
        return name
    host = name.encode("idna").decode() if not name.isascii() else name
    if not _HOST.fullmatch(host) or len(host) > 254:
        raise ValueError(name)
    return host.rstrip(".")


def _is_at(one: Place, host: str, port: int) -> bool:
    ports = _PORTS.values() if one.port is None else (one.port,)
    return one.host == host and port in ports


def _check_outside(scheme: str, host: str, port: int) -> None:
    is_odd = port not in _PORTS.values()
    remedy = "If that is your own CMS inside your network, name it in CORRECTIONS_INSIDE_HOSTS"
    remedy += f", as {host}:{port}." if is_odd else "."
    if scheme != "https":
        raise Unreachable(
            f"http://{host} is not encrypted, and the key would be readable: use https. {remedy}"
        )
    if is_odd:
        raise Unreachable(f"Port {port} of {host} is no port of the web. {remedy}")


def canonical(url: str) -> str:
    """An address without what only counts its visitors, and without its fragment."""
    parts = urlsplit(url)
    return parts._replace(query=without_counters(parts.query), fragment="").geturl()


def is_same(one: str | None, other: str) -> bool:
    """Whether two addresses mean the same page."""
    return canonical(one or "").rstrip("/") == canonical(other).rstrip("/")
