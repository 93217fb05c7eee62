"""What comes between a page and its server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PROBE = "/is-intercepted"


def intercept(page: Any, pattern: str, act: Callable[[Any], object]) -> None:
    """Let ``act`` have every request of a pattern, from now on.

    Chromium calls a page intercepted a moment before the page's own process knows of
    it, and what is sent in between goes past. So this asks until an answer is ours.
    """
    page.route(f"**{PROBE}", lambda route: route.fulfill(body="yes"))
    page.route(pattern, act)
    page.wait_for_function("(probe) => fetch(probe).then((answer) => answer.ok)", arg=PROBE)
