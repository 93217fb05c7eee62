"""A real Chromium, and a served instance for it to visit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

NAMED = os.environ.get("CORRECTIONS_CHROMIUM", "")
CHROMIUM = NAMED or shutil.which("chromium") or ""
"""The browser as people have it, with windows that nobody sees."""
ENGINE = NAMED or shutil.which("chromium-headless-shell") or CHROMIUM
"""The same without windows, where there is one: pages cannot tell, and it takes half the time."""
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-sandbox",
    # No process is started ahead for a page that may come: each test has its own and no more.
    "--renderer-process-limit=1",
]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """What drives browsers; where there is none these tests are left out, loudly."""
    if not ENGINE:
        message = "no Chromium here: apt install chromium, or name one in CORRECTIONS_CHROMIUM"
        if os.environ.get("CORRECTIONS_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Any) -> Iterator[Any]:
    """The browser, one for each test process."""
    browser = playwright.chromium.launch(executable_path=ENGINE, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def visitor(chromium: Any) -> Iterator[Any]:
    """A page in a browser of its own, which fails the test when a script fails in it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console",
        lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield page
    context.close()
    assert broken == []
