"""How many random changes of real posts can be made in their source, and how long that takes.

It needs exports of WordPress, such as WordPress' own posts for testing themes, fetched by hand
(https://github.com/WordPress/theme-test-data: the `.xml` files):

    python -m tests.bench.amending EXPORT…

Each change is made in the post's raw content, title or excerpt as a write-back makes it. What
comes of it is looked at by lxml, which has no part in that: the words and nothing else must be
others, and every tag and comment the same. The reference is reading the same post once. Both are
seconds of the processor, so that what else the machine does has no part in them.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from corrections_app.domain.errors import ImportRefused, NotAmended
from corrections_app.domain.text.body import Body
from corrections_app.sources import Options, Source, read_source
from corrections_app.sources.amending import amended
from tests.random_edits import drawn, is_that_alone

WANTED_SECONDS = 0.040
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_EXCERPT = "{http://wordpress.org/export/1.2/excerpt/}encoded"


def posts(export: Path) -> Iterator[tuple[Source, Body]]:
    """The posts of an export as a site gives them, those that are articles."""
    # Some of WordPress' own exports name their namespaces with https.
    text = export.read_text(encoding="utf-8").replace(
        "https://wordpress.org/", "http://wordpress.org/"
    )
    for number, item in enumerate(ElementTree.fromstring(text).iter("item")):
        fields = {
            "title": item.findtext("title") or "",
            "excerpt": item.findtext(_EXCERPT) or "",
            "content": item.findtext(_CONTENT) or "",
        }
        source = Source(str(number), "https://news.example/x/", "1", "wordpress", fields)
        try:
            yield source, read_source(source, Options()).body
        except ImportRefused:
            continue


def outcome(source: Source, body: Body, chance: random.Random) -> tuple[str, float, float] | None:
    """What became of one change, and the seconds that it and one reading took."""
    found = drawn(body, chance)
    if found is None:
        return None
    old, new, wished = found
    began = time.process_time()
    read_source(source, Options())
    read = time.process_time()
    try:
        done = amended(source, Options(), body, wished)
    except NotAmended as refused:
        return refused.code, time.process_time() - read, read - began
    took = time.process_time() - read
    ((name, after),) = done.fields.items()
    right = is_that_alone(source.fields[name], after, old, new)
    if not right:
        print(f"WRONG: {old!r} -> {new!r}", file=sys.stderr)
    return "made" if right else "WRONG", took, read - began


def main() -> int:
    """Measure and print; 1 where one change was wrong or they take too long."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("exports", nargs="+", type=Path)
    parser.add_argument("--changes", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=14)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    known = [post for export in arguments.exports for post in posts(export)]
    counted, times, readings = Counter[str](), list[float](), list[float]()
    while len(times) < arguments.changes:
        done = outcome(*chance.choice(known), chance)
        if done is not None:
            counted[done[0]] += 1
            times.append(done[1])
            readings.append(done[2])
    p95 = statistics.quantiles(times, n=20)[-1]
    made = counted["made"] / arguments.changes
    print(
        f"{len(known)} posts, {arguments.changes} random changes: {made:.1%} made, {dict(counted)}"
    )
    print(
        f"a change: median {statistics.median(times) * 1e3:.1f} ms, p95 {p95 * 1e3:.1f} ms "
        f"(wanted {WANTED_SECONDS * 1e3:.0f}), longest {max(times) * 1e3:.0f} ms; "
        f"reading the post once: median {statistics.median(readings) * 1e3:.1f} ms, "
        f"p95 {statistics.quantiles(readings, n=20)[-1] * 1e3:.1f} ms"
    )
    return int(counted["WRONG"] > 0 or p95 > WANTED_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
