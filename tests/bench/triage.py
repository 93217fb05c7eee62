"""A hundred cards by keys in a real Chromium, before a queue of a million corrections.

    python -m tests.bench.triage [--rows 1000000] [--database sqlite]

The server is the real one, the browser too, and each key falls as soon as the
card takes it: three tenths of a second after it was painted, faster than
anybody decides. ``key to next card painted`` is what a person waits for; the
rest are the requests behind it, as the page sees them over HTTP, which run
beside one another. Each figure stands beside the same with a thousand rows and
beside what its 95th percentile may be; the run fails where it is more.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.newsroom import in_earnest, link_for
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.processes import serving

REFERENCE = 1_000
CARDS = 100
FEW = 0.05
"""Of a queue of a thousand so many cards are decided: more would not be there for certain."""
PAUSE = 300
"""Milliseconds from painting to the first key that counts."""
REJECTED = 4
"""One card in so many is rejected, which takes two keys."""

SECONDS, EYE = "seconds per card", "key to next card painted"
DECISION, NEXT = "POST /queue/<id>/decision", "GET /queue/next and the card"
BOTH, CHANGES = "both of one card, added", "GET /queue/changes"
MOST = {EYE: 100.0, DECISION: 150.0, NEXT: 150.0}
"""The 95th percentile may be so many milliseconds: for the eye, and for the server."""

Samples = dict[str, list[float]]
"""Milliseconds of each thing that was measured; of a card seconds."""

# A page that only says "looking for the next one" is no card: the clock runs on until there is
# one. Requests are noted by an observer, because the browser's own list holds no more than 250.
CLOCK = """
Object.assign(window, { waits: [], requests: [], seen: Infinity, pressed: 0 });
addEventListener("keydown", ({ timeStamp }) => (window.pressed = timeStamp), true);
document.addEventListener("card:shown", () => (window.seen = Infinity));
document.addEventListener("card:painted", () => {
  if (window.seen < Infinity || !document.querySelector("main > article.card")) return;
  window.seen = performance.now();
  if (window.pressed) window.waits.push(window.seen - window.pressed);
});
new PerformanceObserver((list) => {
  for (const { name, duration, initiatorType } of list.getEntries())
    if (initiatorType === "fetch") window.requests.push([new URL(name).pathname, duration]);
}).observe({ type: "resource", buffered: true });
"""
SEEN = "(pause) => performance.now() - window.seen > pause"
CARD = """() => {
  const card = document.querySelector("main > article.card");
  const has = (name) => card.querySelector(`[data-act~=${name}]`) !== null;
  return has("accept_flagged") ? "Shift+A" : has("accept") ? "a" : "";
}"""
UNREAD = "() => document.querySelector('article.card [data-unread]') !== null"
SETTLED = "() => !document.querySelector('.strip[data-state=sending]')"
FAILED = "() => document.querySelectorAll('.strip[data-state=failed]').length"


def main() -> int:
    """Fill, serve, decide and compare; 1 where something takes too long."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = options.parse_args()
    os.environ["CORRECTIONS_TEST_DATABASE"] = asked.database
    small, large = (_filled(rows) for rows in (REFERENCE, asked.rows))
    return told(asked.database, asked.rows, small, large)


def told(database: str, rows: int, small: Samples, large: Samples) -> int:
    """Print the figures beside their references; 1 where one is more than it may be."""
    if not large:
        print("left out: no Chromium here: apt install chromium")
        return 0
    print(f"\n{database}, {rows:,} corrections, {len(large[SECONDS])} cards by keys alone")
    print(f"{'median and p95':30} {'':17}   {REFERENCE:,} rows         p95 may be")
    status = 0
    for name, samples in large.items():
        most = MOST.get(name)
        is_slow = most is not None and _p95(samples) > most
        status |= is_slow
        bar = f"{most:8.0f}" if most else ""
        print(f"{name:30} {_figure(samples)}   {_figure(small[name])}   {bar}{' !' * is_slow}")
    return status


def by_keys(databases: Any, url: str, instance: Path, rows: int) -> Samples:
    """Decide cards of a filled database, served in earnest; nothing where no Chromium is."""
    if not CHROMIUM:
        return {}
    in_earnest(databases)
    with serving(instance, LIMITS="off", DATABASE_URL=url) as site:
        link = link_for(url, instance)
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(CLOCK)
            page.goto(site.url + link[link.index("/", 8) :])
            page.locator("main button").first.click()
            page.wait_for_load_state()
            page.goto(f"{site.url}/queue/next")
            samples = _decided(page, min(CARDS, int(rows * FEW)))
            browser.close()
    return samples


def _decided(page: Any, cards: int) -> Samples:
    taken = []
    for number in range(cards + 1):
        begun = time.perf_counter()
        page.wait_for_function(SEEN, arg=PAUSE)
        if number == cards:
            break
        for key in _keys(page.evaluate(CARD), number):
            page.keyboard.press(key)
        if page.evaluate(UNREAD):  # the notice came into sight by the first press
            page.keyboard.press("Shift+A")
        taken.append(time.perf_counter() - begun)
    page.wait_for_function(SETTLED)
    assert page.evaluate(FAILED) == 0, "some decisions did not arrive"
    waits, requests = page.evaluate("[window.waits, window.requests]")
    decision = [took for path, took in requests if path.endswith("/decision")]
    following = [took for path, took in requests if path == "/queue/next"]
    return {
        SECONDS: taken,
        EYE: waits,
        DECISION: decision,
        NEXT: following,
        BOTH: [sum(pair) for pair in zip(decision, following[1:], strict=False)],
        CHANGES: [took for path, took in requests if path == "/queue/changes"],
    }


def _keys(accepting: str, number: int) -> list[str]:
    """What somebody presses: mostly A; for words that are gone S, another card."""
    if not accepting:
        return ["s"]
    return ["r", "2"] if number % REJECTED == REJECTED - 1 else [accepting]


def _filled(rows: int) -> Samples:
    from corrections_app import create_app
    from corrections_app.extensions import db
    from corrections_app.workflow.clock import now
    from tests.applications import TRIAL
    from tests.bench.filling import fill
    from tests.databases import Databases

    folder = Path(tempfile.mkdtemp(prefix="corrections-triage-"))
    folder.chmod(0o755)  # PostgreSQL's own user must reach its folder
    databases = Databases(folder)
    try:
        url, instance, begun = databases.fresh(), folder / "instance", time.monotonic()
        with create_app(TRIAL | {"DATABASE_URL": url, "INSTANCE": str(instance)}).app_context():
            fill(rows, now())
            db.session.remove()
            db.engine.dispose()
        print(f"{rows:,} rows filled in {time.monotonic() - begun:.0f} s", file=sys.stderr)
        return by_keys(databases, url, instance, rows)
    finally:
        databases.close()
        shutil.rmtree(folder, ignore_errors=True)


def _p95(samples: list[float]) -> float:
    return sorted(samples)[int(len(samples) * 0.95)]


def _figure(samples: list[float]) -> str:
    return f"{statistics.median(samples):8.2f} {_p95(samples):8.2f}"


if __name__ == "__main__":
    sys.exit(main())
