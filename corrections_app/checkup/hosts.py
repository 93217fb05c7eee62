"""The address readers use, and the hosts that are answered."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from corrections_app.checkup.finding import Finding
from corrections_app.config.hosts import is_loopback
from corrections_app.web.hosts import Hosts


def public_url() -> Iterator[Finding]:
    """Where readers find us, and whether anybody can listen on the way."""
    url = current_app.config["PUBLIC_URL"]
    if not current_app.config["PUBLIC_URL_IS_NAMED"]:
        remedy = "CORRECTIONS_PUBLIC_URL names the address readers use"
        yield Finding("public URL", f"{url}, on this machine only", True, remedy)
    elif url.startswith("https:") or is_loopback(url):
        yield Finding("public URL", url)
    else:
        yield Finding("public URL", f"{url} is not encrypted", True, "use https")


def answered() -> Iterator[Finding]:
    """Which hosts are ours."""
    hosts: Hosts = current_app.config["HOSTS"]
    named = ", ".join(sorted(hosts.names))
    if hosts.on_trial:
        remedy = "CORRECTIONS_PUBLIC_URL ends the trial: then only named hosts are answered"
        yield Finding("hosts", f"{named} and every bare IP address", True, remedy)
    else:
        yield Finding("hosts", f"{named}; on this machine also localhost")
