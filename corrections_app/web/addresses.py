"""The network address a request came from, cut to what one household shares."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import request

IPV4_PREFIX = 24
IPV6_PREFIX = 64
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|([^:]*):\d+")
"""As some proxies write it: ``[2001:db8::1]:443``, ``192.0.2.1:443``."""


def prefix_of(*addresses: str | None) -> str:
    """The /24 or /64 of the first that is an address; where none is, ``local``.

    Limits count prefixes because an IPv6 household owns 2^64 addresses. Only the peer of a
    Unix socket has no address: what a proxy got wrong must not make all readers one.
    """
    ip = next((found for found in map(_address, addresses) if found), None)
    if ip is None:
        return "local"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    length = IPV6_PREFIX if ip.version == 6 else IPV4_PREFIX
    return str(ip_network(f"{ip}/{length}", strict=False))


def client_prefix() -> str:
    """The prefix of the request at hand, after as many proxies as are configured."""
    peer = request.environ.get("werkzeug.proxy_fix.orig", {}).get("REMOTE_ADDR")
    return prefix_of(request.remote_addr, peer)


def _address(text: str | None) -> IPv4Address | IPv6Address | None:
    bare = (text or "").strip()
    if with_port := _WITH_PORT.fullmatch(bare):
        bare = with_port[1] or with_port[2]
    try:
        return ip_address(bare.partition("%")[0])  # the zone says which cable, not which host
    except ValueError:
        return None
