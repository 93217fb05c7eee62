"""What readers do on an article's page, for the tests of that page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

from corrections_app.cli import commands
from tests.browser.selecting import select
from tests.processes import Served, environment

ARTICLE = "/articles/harbour-tariffs"
WRONG, RIGHT = "at the the pier", "at the pier"
FIELD = "What it should say"
# The page's own module: under another address it would be another one.
DIALOG = """() => import(document.querySelector("script[src$='/reader/article.js']").src
  .replace("/reader/article.js", "/lib/dialog.js"))"""
ARRIVED = "Thank you. It has arrived."

# How far things moved by themselves since the page began, as the browsers' vitals count it:
# what answers a press or a key within half a second is no shift.
SHIFTS = """() => new Promise((done) => {
  const seen = [];
  const node = (from) => from.node?.outerHTML.slice(0, 60);
  const note = (each) =>
    each.hadRecentInput || seen.push([each.value, ...each.sources.map(node)]);
  new PerformanceObserver((list) => list.getEntries().forEach(note))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(seen), 50));
})"""


def field_of(page: Any) -> Any:
    """Where the right words are typed."""
    return page.get_by_role("dialog").get_by_label(FIELD)


def begin(page: Any, words: str = WRONG, replacement: str = RIGHT) -> Any:
    """Select words, press the keys, type what they should say; nothing is sent."""
    select(page, words)
    page.keyboard.press("Control+Enter")
    field = field_of(page)
    field.fill(replacement)
    return field


def send(page: Any) -> None:
    """Press the keys that send, and wait for the thanks."""
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").get_by_text(ARRIVED).wait_for()


def kept(page: Any, name: str) -> Any:
    """What this device keeps under a name."""
    return page.evaluate("(name) => JSON.parse(localStorage[`corrections.${name}`] || '[]')", name)


def posts(page: Any) -> list[Any]:
    """The answers to what is sent from now on, as they come."""
    answers: list[Any] = []
    page.on("response", lambda got: answers.append(got) if got.request.method == "POST" else None)
    return answers


def command(site: Served, *words: str) -> None:
    """What an operator of the site types after ``corrections``, beside its server."""
    with patch.dict(os.environ, environment(site.instance), clear=True):
        commands.main(words, prog_name="corrections", standalone_mode=False)


def imported(site: Served, path: Path, text: str) -> str:
    """The address of an article of this text, or of its next revision, as an operator brings it."""
    path.write_text(text, "utf-8")
    command(site, "import", str(path))
    return f"{site.url}/articles/{path.stem}"
