"""A real OpenID provider (npm: oidc-provider, certified) on loopback, and a browser for it.

``make test`` fetches it into ``.venv/oidc`` where npm is; without it its tests are left out,
loudly.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, ProxyHandler, build_opener

import pytest

from tests.processes import ROOT, free_port

FETCHED = ROOT / ".venv" / "oidc" / "node_modules"
CALLBACK = "http://localhost/sign-in/provider/callback"
SECRET = "a secret of 32 characters or more"


@contextmanager
def running() -> Iterator[str]:
    """The provider, and its issuer, until the block ends."""
    if not shutil.which("node") or not FETCHED.is_dir():
        message = "no OpenID provider here: apt install nodejs npm; make test fetches it"
        if os.environ.get("CORRECTIONS_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    port, script = free_port(), Path(__file__).with_name("provider.mjs")
    command = ["node", str(script), str(FETCHED.parent), str(port), CALLBACK]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert any("ready" in line for line in process.stdout)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


class _Stay(HTTPRedirectHandler):
    """Redirects are looked at, not followed."""

    def redirect_request(self, *_given: Any) -> None:
        return None


def signed_in_at(address: str, who: str) -> str:
    """Go through the provider's own pages as somebody; where it sends the browser at the end."""
    opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()), _Stay())
    data = None
    for _ in range(12):
        try:
            with opener.open(address, data, timeout=20) as answer:
                page = answer.read().decode()
        except HTTPError as moved:
            with moved:
                address, data = urljoin(address, moved.headers["Location"]), None
            if address.startswith(CALLBACK):
                return address
            continue
        target = re.search(r'<form[^>]* action="([^"]+)"', page)
        prompt = re.search(r'name="prompt" value="(\w+)"', page)
        assert target
        assert prompt
        typed = {"prompt": prompt[1]} | (
            {"login": who, "password": "x"} if prompt[1] == "login" else {}
        )
        address, data = urljoin(address, target[1]), urlencode(typed).encode()
    raise AssertionError("it never came back")
