"""What axe finds wrong with a page for people who cannot see, hear, point or tell colours apart."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

_AXE = Axe().axe_script
_IS_THERE = "() => typeof axe !== 'undefined'"
# What passed, or may be either, is as long as the page, and nobody here reads it.
_RUN = "([within, options]) => axe.run(within ?? document, options).then((all) => all.violations)"


def barriers(page: Any, within: str | None = None, *, preload: bool = True) -> list[dict[str, Any]]:
    """Its faults by all of axe's rules: of the page, or of what a selector names.

    To ``preload`` is to ask for its styles once more, by a script of axe's.
    """
    if not page.evaluate(_IS_THERE):
        page.evaluate(_AXE)
    options = {"resultTypes": ["violations"], "preload": preload}
    found: list[dict[str, Any]] = page.evaluate(_RUN, [within, options])
    return found


def named(faults: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Each fault's rule, and the first element that breaks it."""
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in faults]
