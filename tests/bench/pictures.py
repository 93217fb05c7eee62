"""The README's pictures, taken of the real application: ``make pictures``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.selecting import select
from tests.processes import ROOT, Served, serving

FOLDER = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 860}


def suggest(page: Any, site: Served, words: str, replacement: str) -> None:
    """Open the dialog on some words and type, without sending."""
    page.goto(f"{site.url}/articles/harbour-tariffs")
    select(page, words)
    page.keyboard.press("Control+Enter")
    field = page.get_by_role("dialog").get_by_label("What it should say")
    field.wait_for()
    field.fill(replacement)


def article_with_dialog(page: Any, site: Served) -> None:
    """What a reader sees."""
    suggest(page, site, "for it's return", "for its return")
    page.wait_for_timeout(400)
    page.screenshot(path=FOLDER / "article-dialog.png")
    page.get_by_role("dialog").get_by_label("E-mail").fill("ada@reader.example")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Thank you. It has arrived.").wait_for()


def decision(page: Any, site: Served) -> None:
    """What a moderator sees."""
    page.goto(site.link)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{site.url}/queue/next")
    page.screenshot(path=FOLDER / "decision.png")


def main() -> int:
    """Take both."""
    if not CHROMIUM:
        print("no Chromium here: apt install chromium", file=sys.stderr)
        return 1
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    instance = Path(tempfile.mkdtemp())
    with (
        serving(instance, "--samples", LIMITS="off") as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=SIZE, locale="en-GB")
        article_with_dialog(page, site)
        decision(page, site)
        browser.close()
    shutil.rmtree(instance, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
