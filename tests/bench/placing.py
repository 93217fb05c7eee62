"""How many selections on real WordPress pages are placed in our copy of the article, and where.

It needs a WordPress on this machine and WordPress' own posts for testing themes, both fetched by
hand (https://github.com/WordPress/theme-test-data: the `.xml` files), and Chromium:

    python -m tests.bench.placing --site http://127.0.0.1:5670 --account name:password EXPORT…

It puts every post into that site (once: they are found again by their slugs), opens its page as
the theme shows it, chooses three words in each block of text and lets our own script say what it
saw; `domain.sighting` places that in the text that `sources` made of the same post.

A block is the article's own where it stands in the post's content or is its headline, and in no
box that the site fills (lists of other posts, calendars, forms, comments). Whether a place is a
like paragraph is looked at by another measure, difflib's, and by the letters of the words alone.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from xml.etree import ElementTree

from corrections_app import shelf
from corrections_app.domain import sighting as rules
from corrections_app.domain.errors import Refusal
from corrections_app.domain.sighting import Sighting
from corrections_app.domain.text.body import block_around, canonical_text
from corrections_app.sources import Document, read_all
from tests.browser.chromium import CHROMIUM, FLAGS

SCRIPT = shelf("static") / "js" / "embed" / "embed.js"
SEEN = ("text", "start", "end", "before", "after", "nth", "of")
WANTED = 0.95
ALIKE = 0.6
_ROW = "{http://wordpress.org/export/1.2/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

TAG = """() => {
  const tag = document.head.appendChild(document.createElement("script"));
  tag.dataset.corrections = "/";
}"""
# Chooses the first, the middle and the last word of every block, and says what our script saw.
CHOOSE = """() => {
  const OWN = ".entry-content, .wp-block-post-content, h1.wp-block-post-title";
  const FILLED = "form, nav, [class*=wp-block-query], .wp-block-post-template, " +
    "[class*=wp-block-latest], .wp-block-calendar, .wp-block-archives, .wp-block-categories, " +
    ".wp-block-rss, .wp-block-tag-cloud, .wp-block-page-list, .wp-block-loginout, " +
    "[class*=wp-block-comment], [class*=wp-block-post-]:not(.wp-block-post-content, " +
    "h1.wp-block-post-title), .wp-block-avatar, .wp-block-site-title, .wp-block-site-tagline";
  const BLOCKS = "p,h1,h2,h3,h4,h5,h6,li,pre,blockquote,figcaption,td,th,dt,dd,div,caption,summary";
  const found = [];
  for (const block of document.querySelectorAll(BLOCKS)) {
    const words = [];
    const nodes = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
      const node = nodes.currentNode;
      const parent = node.parentElement;
      if (parent.closest(BLOCKS) !== block || !parent.checkVisibility()) continue;
      if (parent.closest("script, style, noscript, button, svg, select, textarea")) continue;
      for (const word of node.data.matchAll(/\\S+/g)) words.push([node, word.index, word[0]]);
    }
    const chosen = new Set([0, words.length >> 1, words.length - 1]);
    for (const [node, at, word] of [...chosen].map((n) => words[n]).filter(Boolean)) {
      getSelection().setBaseAndExtent(node, at, node, at + word.length);
      const home = block.closest(OWN);
      const filled = block.closest(FILLED);
      const isForeign = !home || (filled && home.contains(filled));
      const kind = isForeign ? "foreign" : block.closest("table") ? "table" : "own";
      found.push([kind, word, window.sightingOf()]);
    }
  }
  return found;
}"""


@dataclass
class Post:
    """A post of an export: what WordPress is given, and what we make of it."""

    slug: str
    kind: str
    fields: dict[str, str]
    document: Document


class WordPress:
    """The site's own interface for programs."""

    def __init__(self, site: str, account: str) -> None:
        self.site = site.rstrip("/")
        self.token = base64.b64encode(account.encode()).decode()

    def ask(self, path: str, body: dict[str, str] | None = None) -> Any:
        """What it answers. Raises `urllib.error.HTTPError`."""
        headers = {"Authorization": f"Basic {self.token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body else None
        with urlopen(Request(f"{self.site}/wp-json/wp/v2/{path}", data, headers)) as answer:
            return json.load(answer)

    def put(self, post: Post) -> str:
        """The address of a post's page."""
        known = self.ask(f"{post.kind}s?slug={post.slug}&status=publish")
        made = known[0] if known else self.ask(f"{post.kind}s", post.fields)
        return str(made["link"])


def posts(export: Path) -> Iterator[Post]:
    """The posts and pages of an export that come in as articles."""
    # Some of WordPress' own exports name their namespaces with https.
    text = export.read_text(encoding="utf-8").replace(
        "https://wordpress.org/exp", "http://wordpress.org/exp"
    )
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "export.xml"
        copy.write_text(text, encoding="utf-8")
        documents = {
            found.document.external_id: found.document
            for found in read_all(copy)
            if found.document is not None
        }
    for item in ElementTree.fromstring(text).iter("item"):
        kind, number = item.findtext(f"{_ROW}post_type"), item.findtext(f"{_ROW}post_id")
        if kind not in ("post", "page") or number not in documents:
            continue
        slug = f"{export.stem}-{number}"
        fields = {
            "title": item.findtext("title") or "",
            "content": item.findtext(_CONTENT) or "",
            "slug": slug,
            "status": "publish",
        }
        yield Post(slug, kind, fields, documents[number])


def exposed(more: str = "") -> str:
    """Our script, with the one door that measuring needs: what it would say of a selection."""
    source = SCRIPT.read_text(encoding="utf-8")
    door = (
        "window.sightingOf = () => ((range = hull()), range && rootOf(range) ? sighting() : null);"
    )
    body, end, rest = source.rpartition("})();")
    return f"{body}{door}{more}{end}{rest}"


def letters(text: str) -> str:
    """What of a text is neither typography nor blank."""
    return "".join(filter(str.isalnum, text.casefold()))


def outcome(word: str, seen: dict[str, Any] | None, text: str) -> str:
    """What became of one selection."""
    if not seen or "text" not in seen:
        return "not offered"
    try:
        chosen = Sighting(**{name: seen[name] for name in SEEN}).tidied()
        found = rules.place(chosen, text)
    except Refusal as refusal:
        return refusal.code
    low, high = block_around(text, found.start, found.end)
    first, last = block_around(chosen.text, chosen.start, chosen.end)
    ours, theirs = letters(text[low:high]), letters(chosen.text[first:last])
    like = SequenceMatcher(None, ours, theirs, autojunk=False).ratio()
    same = letters(text[found.start : found.end]) == letters(word)
    return found.how if same and (like >= ALIKE or ours == theirs) else "WRONG"


def measure(arguments: argparse.Namespace) -> dict[str, Counter[str]]:
    """The outcomes of every selection on every page, by whose words they are."""
    from playwright.sync_api import sync_playwright

    wordpress = WordPress(arguments.site, arguments.account)
    counted: dict[str, Counter[str]] = {kind: Counter() for kind in ("own", "table", "foreign")}
    script = exposed()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for export in arguments.exports:
            for post in posts(export):
                if arguments.only not in post.slug:
                    continue
                page.goto(wordpress.put(post), wait_until="domcontentloaded")
                page.evaluate(TAG)
                page.evaluate(script)
                text = canonical_text(post.document.body)
                for kind, word, seen in page.evaluate(CHOOSE):
                    came = outcome(word, seen, text)
                    counted[kind][came] += 1
                    if arguments.show and came == arguments.show:
                        around = (seen or {}).get("text", "")[:150]
                        print(f"{post.slug}: {kind}: {word!r} in {around!r}")
        browser.close()
    return counted


def main() -> int:
    """Measure, print, and say by the status whether what is promised was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", required=True)
    parser.add_argument("--account", required=True, help="name:application password")
    parser.add_argument("--show", help="print the selections with this outcome")
    parser.add_argument("--only", default="", help="only posts with this in their slug")
    parser.add_argument("exports", nargs="+", type=Path)
    counted = measure(parser.parse_args())
    for kind, outcomes in counted.items():
        print(
            f"{kind:<8} {outcomes.total():>6}  ",
            ", ".join(f"{name} {n}" for name, n in outcomes.most_common()),
        )
    own = counted["own"]
    share = (own["block"] + own["aligned"]) / max(1, own.total())
    wrong = sum(each["WRONG"] for each in counted.values())
    print(f"placed of the article's own words: {share:.1%} (wanted {WANTED:.0%})")
    print(f"in an unlike paragraph: {wrong} (wanted 0)")
    return 0 if share >= WANTED and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
