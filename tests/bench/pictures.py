"""The README's pictures, taken of the real application: ``make pictures``.

``make pictures ARGS=article-notice`` takes one alone.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.wordpress_pictures import plugin, wordpress
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.selecting import select
from tests.processes import ROOT, Served, serving

FOLDER = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 860}
NOTICE = (
    "An earlier version of this article misstated a year: "
    "the light was last seen in 2012, not in 2013."
)


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


def sign_in(page: Any, site: Served) -> None:
    """Come in as the first editor, unless that is done; the link works once."""
    page.goto(f"{site.url}/queue")
    if "/sign-in" not in page.url:
        return
    page.goto(site.link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: url != site.link)


def article_with_notice(page: Any, site: Served) -> None:
    """What a reader sees of a correction, with its mark opened."""
    sign_in(page, site)
    address = f"{site.url}/articles/lighthouse-reopens"
    page.goto(f"{address}/edit")
    text = page.locator("#text")
    text.fill(text.input_value().replace("since 2013", "since 2012"))
    page.locator("#change-class").select_option("correction")
    page.locator("#change-notice").fill(NOTICE)
    save = page.locator(".save .primary")
    save.click()
    page.locator("[data-question]").wait_for()
    save.click()
    page.wait_for_url("**/revisions/2?*")
    page.goto(address)
    page.evaluate("scrollTo({ top: 200, behavior: 'instant' })")
    page.get_by_role("link", name="Changed here: read the notice").click()
    page.locator(".changed-note").wait_for()
    page.screenshot(path=FOLDER / "article-notice.png")


def decision(page: Any, site: Served) -> None:
    """What a moderator sees."""
    sign_in(page, site)
    page.goto(f"{site.url}/queue/next")
    page.screenshot(path=FOLDER / "decision.png")


PICTURES = {
    "article-dialog": article_with_dialog,
    "decision": decision,
    "article-notice": article_with_notice,
    "wordpress": wordpress,
    "wordpress-plugin": plugin,
}
"""In this order: the second shows what the first sent."""


def main(wanted: Sequence[str]) -> int:
    """Take those that are named, or all."""
    if not CHROMIUM:
        print("no Chromium here: apt install chromium", file=sys.stderr)
        return 1
    if unknown := set(wanted) - set(PICTURES):
        print(f"there is no picture {', '.join(unknown)}: {', '.join(PICTURES)}", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    instance = Path(tempfile.mkdtemp())
    with (
        serving(instance, "--samples", LIMITS="off") as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=SIZE, locale="en-GB")
        for name in wanted or PICTURES:
            PICTURES[name](page, site)
        browser.close()
    shutil.rmtree(instance, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
