"""What Lighthouse says of the pages that readers see, each score beside the one promised.

    python -m tests.bench.lighthouse [--all]

Lighthouse is not part of this project: npm brings it into a temporary folder, and the figures
are left out, with a word, where npm or Chromium cannot be had. ``--all`` also names the audits
that cost no points.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.processes import serving

PACKAGE = "lighthouse@12"  # the last that runs on Node 20
PROMISED = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 99}
PAGES = {
    "front page": "/",
    "article": "/articles/harbour-tariffs",
    "article with picture": "/articles/lighthouse-reopens",
    "article in Arabic": "/articles/maktabat-al-mina",
    "form": "/articles/harbour-tariffs/corrections/new",
    "receipt": "",  # of a remark sent for it
}
# These are kept from search engines on purpose, so that they are found is not scored.
KEPT_FROM_SEARCH = {"form", "receipt"}
PATIENCE = 300  # seconds for one page, or for npm


def main() -> int:
    """Visit every page; 1 where a score is below the one promised."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--all", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="corrections-lighthouse-") as name:
        folder = Path(name)
        if missing := _bring(folder):
            print(f"left out: {missing}")
            return 0
        with serving(folder / "instance", "--samples", LIMITS="off") as site:
            pages = PAGES | {"receipt": _receipt(site.url)}
            below = [_visit(folder, page, site.url + pages[page], asked.all) for page in pages]
    return int(any(below))


def _bring(folder: Path) -> str:
    """Why Lighthouse cannot be had; empty where it now can."""
    if not CHROMIUM:
        return "no Chromium here: apt install chromium"
    if not shutil.which("npm"):
        return "no npm here: apt install npm"
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
    done = subprocess.run(
        [*command, PACKAGE], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return "" if done.returncode == 0 else f"npm could not bring {PACKAGE}: {done.stderr[-300:]}"


def _receipt(url: str) -> str:
    """The address of a receipt, which there is once something was sent."""
    asked = Request(
        f"{url}/articles/harbour-tariffs/corrections",
        json.dumps({"revision": 1, "explanation": "The levy was voted down in 2019."}).encode(),
        {"Accept": "application/json", "Content-Type": "application/json", "Origin": url},
    )
    with urlopen(asked, timeout=PATIENCE) as answer:
        return str(json.load(answer)["url"])


def _visit(folder: Path, page: str, url: str, all_audits: bool) -> bool:
    """Print a page's scores; whether one is below the promise."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    command = [
        str(folder / "node_modules" / ".bin" / "lighthouse"),
        url,
        "--quiet",
        "--no-enable-error-reporting",
        "--chrome-flags=" + " ".join(["--headless", *FLAGS]),
        "--output=json",
        f"--output-path={report}",
    ]
    machine = os.environ | {"CHROME_PATH": CHROMIUM}
    done = subprocess.run(
        command, env=machine, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if not report.exists():
        print(f"{page}: could not be visited: {done.stderr[-300:]}")
        return True
    return _say(page, json.loads(report.read_text(encoding="utf-8")), all_audits)


def _say(page: str, report: dict[str, Any], all_audits: bool) -> bool:
    promised = {
        name: least
        for name, least in PROMISED.items()
        if not (name == "seo" and page in KEPT_FROM_SEARCH)
    }
    categories = report["categories"]
    scores = {name: round(100 * (categories[name]["score"] or 0)) for name in promised}
    said = ", ".join(f"{name} {scores[name]} (>= {least})" for name, least in promised.items())
    if report.get("runtimeError"):
        print(f"{page}: {report['runtimeError']['message']}")
        return True
    shift = report["audits"]["cumulative-layout-shift"]["displayValue"]
    weight = report["audits"]["total-byte-weight"]["displayValue"]
    print(f"{page}: {said}; layout shift {shift}; {weight}".replace("\xa0", " "), flush=True)
    for name in promised:
        for part in categories[name]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if audit["score"] in (None, 1) or not (part["weight"] or all_audits):
                continue
            title = re.sub(r"\s+", " ", audit["title"])
            print(f"    {name}: {part['id']}: {title} {audit.get('displayValue', '')}".rstrip())
    return any(scores[name] < least for name, least in promised.items())


if __name__ == "__main__":
    sys.exit(main())
