"""Two save one WordPress post at once, again and again: whose words stand there in the end?

It needs a WordPress on this machine that serves several requests at once, fetched by hand
(with PHP's own server: PHP_CLI_SERVER_WORKERS=4), and its editor's application password:

    python -m tests.bench.colleagues --site http://127.0.0.1:5670 --account name:password

In each try a colleague has the post open, and saves another word of it at a moment drawn within
our write. Who saves last of all from an old copy overwrites at WordPress whatever there is: such
a try counts as noticed when the next look finds our word gone, as a sync does, and puts it back.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from urllib.parse import urlsplit

from corrections_app.config.hosts import Place
from corrections_app.domain.bodies.patch import patch
from corrections_app.domain.text.body import canonical_text
from corrections_app.domain.text.edits import Edit
from corrections_app.sites.outside import Client
from corrections_app.sites.site import Secret
from corrections_app.sites.trouble import Changed, Unknown
from corrections_app.sites.wordpress import WordPress
from corrections_app.sources import Options, Source, read_source
from corrections_app.sources.amending import amended
from tests.bench.placing import WordPress as Door

CONTENT = """<!-- wp:paragraph -->
<p>The council <em>recieved</em> the R&amp;D plan.</p>
<!-- /wp:paragraph -->
<!-- wp:html --><iframe src="https://maps.example/x"></iframe><!-- /wp:html -->"""
OURS, THEIRS = ("recieved", "received"), ("The council", "The board")
SECONDS = 0.4
TRIES = 10


def fields(source: Source) -> Mapping[str, str]:
    """What becomes of the post by our change; nothing where it stands there already."""
    body = read_source(source, Options()).body
    at = canonical_text(body).find(OURS[0])
    if at < 0:
        return {}
    wished = patch(body, [Edit(at, at + len(OURS[0]), OURS[1])])
    return amended(source, Options(), body, wished).fields


def written(site: WordPress, source: Source) -> Counter[str]:
    """Write until it stands there, as the worker does; what happened on the way."""
    happened = Counter[str]()
    for _ in range(TRIES):
        try:
            site.write(source, fields(source))
            return happened
        except Changed as changed:
            happened["put back" if "stands there" in changed.message else "seen before"] += 1
            source = site.read(source.id)
        except Unknown as unknown:
            print(unknown.message, file=sys.stderr)
            happened["unknown"] += 1
    raise AssertionError(happened)


def attempt(site: WordPress, door: Door, number: int, chance: random.Random) -> Counter[str]:
    """One try; what happened."""
    post = {"title": f"Try {number}", "content": CONTENT + " ", "status": "publish"}
    found = door.ask("posts", post)["id"]
    door.ask(f"posts/{found}", {"content": CONTENT})
    source = site.read(str(found))
    begin, wait = threading.Barrier(2), chance.uniform(0, SECONDS)

    def colleague() -> None:
        begin.wait()
        time.sleep(wait)
        door.ask(f"posts/{found}", {"content": CONTENT.replace(*THEIRS)})

    thread = threading.Thread(target=colleague)
    thread.start()
    begin.wait()
    happened = written(site, source)
    thread.join()
    now = site.read(str(found))
    if fields(now):
        happened["overwritten later, and noticed"] += 1
        happened += written(site, now)
    stored = site.read(str(found)).fields["content"]
    is_both = stored == CONTENT.replace(*OURS).replace(*THEIRS)
    happened["both stand there"] += is_both
    if not is_both:
        print(f"Try {number}, post {found}, {happened}: {stored}", file=sys.stderr)
    return happened


def main() -> int:
    """Measure and print; 1 where anything of either was lost."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--site", required=True)
    parser.add_argument("--account", required=True)
    parser.add_argument("--tries", type=int, default=20)
    parser.add_argument("--seed", type=int, default=14)
    arguments = parser.parse_args()
    parts = urlsplit(arguments.site)
    client = Client(inside=(Place(parts.hostname or "", parts.port),))
    site = WordPress(client, arguments.site, Secret(arguments.account))
    door, chance = Door(arguments.site, arguments.account), random.Random(arguments.seed)
    happened = Counter[str]()
    for number in range(arguments.tries):
        happened += attempt(site, door, number, chance)
    print(f"{arguments.tries} tries: {dict(happened)}")
    return int(happened["both stand there"] != arguments.tries)


if __name__ == "__main__":
    sys.exit(main())
