"""What adopting it looks like on a real WordPress: the pictures of the README and docs/adopt.md.

The WordPress is the one of the tests, with our plugin; the application is served beside it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.browser.test_embed import OFFERED, SELECT
from tests.cms import debian
from tests.processes import ROOT, Served, environment, serving
from tests.wordpress import Newsroom, on_sqlite

FOLDER = ROOT / "docs" / "pictures"
TITLE = "A first stone for the harbour bridge"
PARAGRAPHS = (
    "The mayor of Port Selwyn laid the first stone of the harbour bridge on Tuesday, four years "
    "after the council had voted for it.",
    'All nine councillors recieved the engineer\'s report "in good time" -- and read it, said the '
    "town clerk, which is more than can be said of the last one.",
    "Work is to take eleven months. The quay stays open for those who walk; the road is closed "
    "for cars between the fish market and the old ferry berth.",
    "The bridge will carry trams as soon as there are trams, said the mayor, and the wind alone "
    "until then.",
)
WRONG, RIGHT = "recieved", "received"
_PATIENCE = 30_000  # ms


def wordpress(page: Any, _: Served) -> None:
    """A correction made on the page of a WordPress, and what the newsroom sees of it there."""
    with _both() as (newsroom, site):
        post = _published(newsroom)
        corrections(site, newsroom, "sync")
        page.goto(post["link"])
        page.evaluate(SELECT, WRONG)
        page.evaluate(OFFERED)
        page.screenshot(path=FOLDER / "wordpress-button.png")
        frame = _form(page)
        frame.get_by_label("What it should say").fill(RIGHT)
        page.screenshot(path=FOLDER / "embed-wordpress.png")
        page.keyboard.press("Control+Enter")
        frame.get_by_text("Thank you. It has arrived.").wait_for()
        _decided(page, site)
        page.goto(post["link"])
        page.get_by_text(f"councillors {RIGHT}").wait_for()


def corrections(site: Served, newsroom: Newsroom, *arguments: str, typed: str = "") -> None:
    """Run ``corrections sites …`` on the served instance."""
    done = subprocess.run(
        [sys.executable, "-m", "corrections_app", "sites", *arguments],
        cwd=ROOT,
        env=environment(site.instance, INSIDE_HOSTS=newsroom.inside, PUBLIC_URL=site.url),
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def _both() -> Iterator[tuple[Newsroom, Served]]:
    """A WordPress with our plugin, and the application that knows it."""
    with tempfile.TemporaryDirectory() as name, on_sqlite(Path(name)) as newsroom:
        instance = Path(name) / "instance"
        settings = {"LIMITS": "off", "INSIDE_HOSTS": newsroom.inside, "NEWSROOM": "The Example"}
        with serving(instance, **settings) as site:
            described = ("add", newsroom.url, "--kind", "wordpress", "--name", "news")
            corrections(site, newsroom, *described, typed=newsroom.keys["editor"])
            newsroom.activate()
            newsroom.set(f"{site.url}/", "news-" + 24 * "x")
            yield newsroom, site


def _published(newsroom: Newsroom) -> dict[str, Any]:
    blocks = (
        f"<!-- wp:paragraph -->\n<p>{text}</p>\n<!-- /wp:paragraph -->" for text in PARAGRAPHS
    )
    newsroom.empty()
    return newsroom.post(TITLE, "\n\n".join(blocks), slug="harbour-bridge")


def _form(page: Any) -> Any:
    with page.expect_event("framenavigated", lambda frame: "/embed/form" in frame.url) as opened:
        page.keyboard.press("Control+Enter")
    opened.value.locator("dialog[open] form").first.wait_for(timeout=_PATIENCE)
    return opened.value


def _decided(page: Any, site: Served) -> None:
    """The card, and what it says once the change stands in WordPress."""
    page.goto(site.link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: url != site.link)
    page.goto(f"{site.url}/queue/next")
    page.locator("[data-act=previous]").wait_for()  # the script is there
    page.wait_for_timeout(500)  # no card takes a key before it was seen
    page.screenshot(path=FOLDER / "wordpress-card.png")
    card = page.url
    page.keyboard.press("a")
    page.wait_for_url(lambda url: url != card)
    page.goto(card)
    until = time.monotonic() + 60
    while page.locator(".fate-written").count() == 0:
        assert time.monotonic() < until, page.locator("main").inner_text()
        page.reload()
    page.screenshot(path=FOLDER / "wordpress-written.png")


def plugin(page: Any, _: Served) -> None:
    """The plugin's settings, as an admin sees them: on Debian's WordPress, which has its styles."""
    if remedy := debian.missing():
        raise SystemExit(f"no WordPress of Debian here: {remedy}")
    with tempfile.TemporaryDirectory() as name, debian.wordpress(Path(name)) as newsroom:
        newsroom.activate()
        newsroom.set("https://corrections.example.org/", "news-example-org-" + 24 * "x")
        _sign_in(page, newsroom, "options-general.php?page=reader_corrections")
        page.get_by_label("Key").wait_for()
        page.screenshot(path=FOLDER / "wordpress-plugin.png", clip=_CLIP)


def _sign_in(page: Any, newsroom: Newsroom, way: str) -> None:
    """Come in as the admin of that WordPress, to a page of its back office."""
    there = f"{newsroom.url}/wp-admin/{way}"
    page.goto(f"{newsroom.url}/wp-login.php?redirect_to={quote(there, safe='')}")
    page.get_by_label("Username or Email Address").fill("admin")
    page.get_by_label("Password", exact=True).fill("secret")
    page.get_by_role("button", name="Log In").click()
    page.wait_for_url(there)


_CLIP = {"x": 0, "y": 0, "width": 1280, "height": 480}
