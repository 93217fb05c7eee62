"""A reader's page is light, and nothing in it jumps."""

from __future__ import annotations

import shutil

import pytest

from corrections_app import shelf
from corrections_app.sources import read_seeds
from tests.browser.barriers import barriers
from tests.browser.reader import imported
from tests.browser.selecting import select
from tests.drawing import FOLDER

pytestmark = pytest.mark.browser

SLUGS = [seed.slug for seed in read_seeds(shelf("seeds"))]
PAGES = ["/", *(f"/articles/{slug}" for slug in SLUGS)]
MOST = 30 * 1024

# All that came over the line for this page, headers included, in bytes.
TRANSFERRED = """() => performance.getEntriesByType("navigation")
  .concat(performance.getEntriesByType("resource"))
  .filter((entry) => entry.initiatorType !== "img")
  .reduce((sum, entry) => sum + entry.transferSize, 0)"""

# https://web.dev/articles/cls, but with shifts after an input counted too.
WATCH = """() => {
  window.shifted = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      shifted.push([entry.value, ...entry.sources.map(({ node }) => node && node.nodeName)]);
  }).observe({ type: "layout-shift", buffered: true });
}"""


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_transferred_in_thirty_kilobytes(visitor, site, address):
    visitor.goto(site.url + address, wait_until="networkidle")

    assert 0 < visitor.evaluate(TRANSFERRED) <= MOST


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("address", PAGES)
def test_nothing_on_a_page_jumps_or_runs_over(visitor, site, address, width):
    visitor.set_viewport_size({"width": width, "height": 800})
    visitor.goto(site.url + address)
    visitor.evaluate(WATCH)

    visitor.mouse.wheel(0, 700)
    visitor.wait_for_timeout(50)

    assert visitor.evaluate("() => shifted") == []
    assert visitor.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_way_in_and_the_dialog_move_nothing(visitor, site):
    visitor.goto(f"{site.url}/articles/lighthouse-reopens", wait_until="networkidle")
    visitor.evaluate(WATCH)

    select(visitor, "then a kettle")
    visitor.get_by_role("button", name="Suggest a correction").wait_for()
    visitor.keyboard.press("Control+Enter")
    visitor.get_by_role("dialog").get_by_label("What it should say").fill("than a kettle")
    visitor.keyboard.press("Escape")
    visitor.get_by_role("dialog").wait_for(state="hidden")

    moved = visitor.evaluate("() => shifted")
    assert [shift for shift in moved if set(shift[1:]) - {"DIALOG"}] == []


KINDS = ("gps.jpeg", "notes.png", "moving.gif", "notes.webp", "notes.avif")
DRAWN = "() => [...document.images].every((image) => image.complete && image.naturalWidth)"
# What the file says its size is, and what the page said beforehand: turned photos are turned.
SIZES = """() => [...document.images].map((it) =>
  [it.naturalWidth, it.naturalHeight, it.getAttribute("width"), it.getAttribute("height")])"""


def test_pictures_of_every_kind_are_drawn_and_move_nothing_when_they_come_late(
    visitor, site, tmp_path
):
    shutil.copytree(FOLDER, tmp_path / "p")
    named = "\n\n".join(f'Words.\n\n![Ice](p/{name} "On Monday")' for name in KINDS)
    address = imported(site, tmp_path / "kinds.md", f"---\nlang: en\n---\n# Kinds\n\n{named}\n")
    waiting, late = [], True
    visitor.route("**/media/*", lambda it: waiting.append(it) if late else it.continue_())
    with visitor.expect_request("**/media/*"):
        visitor.goto(address, wait_until="domcontentloaded")
    visitor.evaluate(WATCH)
    late = False
    for route in waiting:
        route.continue_()
    visitor.wait_for_function(DRAWN)

    assert waiting
    assert visitor.evaluate("() => shifted") == []
    assert visitor.evaluate(SIZES) == [
        [wide, high, str(wide), str(high)]
        for wide, high in ((32, 48), (48, 32), (48, 32), (48, 32), (32, 48))
    ]
    assert barriers(visitor) == []
