"""The network address a request came from, cut to what one household shares."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

IPV4_PREFIX = 24
IPV6_PREFIX = 48


def prefix_of(address: str | None) -> str:
    """The /24 or /48 of an address; a Unix socket's peer, which has none, is ``local``.

    Limits count prefixes because an IPv6 household owns 2^80 addresses.
    """
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "local"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    length = IPV6_PREFIX if ip.version == 6 else IPV4_PREFIX
    return str(ip_network(f"{ip}/{length}", strict=False))


def client_prefix() -> str:
    """The prefix of the request at hand, after as many proxies as are configured."""
    return prefix_of(request.remote_addr)
