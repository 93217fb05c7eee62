"""Against the real things: ``make cms``, ``python -m tests.cms [wordpress] [ghost] [--kept DIR]``.

Debian's WordPress with MariaDB, without our plugin and with it, and a real Ghost: each set up by
itself in a temporary folder, walked through and cleaned up. Ghost is fetched by npm (850 MB), into
``--kept`` where that is named, so that the next run finds it there.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corrections_app.sites.site import Site
from tests.cms import debian, ghost
from tests.cms.walk import Failed, Walk, at_once, from_adding_to_undoing, letters_wait
from tests.wordpress import Newsroom

TRIES = 20


@dataclass
class WordPress:
    """A WordPress, as the walk asks for it."""

    newsroom: Newsroom
    kind: str = "wordpress"

    def __post_init__(self) -> None:
        self.url, self.inside = self.newsroom.url, self.newsroom.inside
        self.key = self.newsroom.keys["editor"]

    def publish(self, title: str, *paragraphs: str) -> str:
        """See `walk.Cms`."""
        return str(self.newsroom.post(title, "\n\n".join(map(_block, paragraphs)))["id"])

    def text(self, number: str) -> str:
        """See `walk.Cms`."""
        post = self.newsroom.call("GET", f"/posts/{number}?context=edit")
        return str(post["content"]["raw"])

    def append(self, number: str, words: str) -> None:
        """See `walk.Cms`."""
        content = f"{self.text(number)}\n\n{_block(words)}"
        self.newsroom.call("POST", f"/posts/{number}", {"content": content})

    def opened(self) -> Site:
        """See `walk.Cms`."""
        return self.newsroom.site()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Maintenance: every address is answered 503."""
        note = self.newsroom.folder / "maintenance"
        note.touch()
        yield
        note.unlink()


@dataclass
class Ghost:
    """A Ghost, as the walk asks for it."""

    newsroom: ghost.Newsroom
    kind: str = "ghost"

    def __post_init__(self) -> None:
        self.url, self.inside = self.newsroom.url, self.newsroom.inside
        self.key = self.newsroom.key

    def publish(self, title: str, *paragraphs: str) -> str:
        """See `walk.Cms`."""
        return str(self.newsroom.post(title, *paragraphs)["id"])

    def text(self, number: str) -> str:
        """See `walk.Cms`."""
        return str(self._post(number)["lexical"])

    def append(self, number: str, words: str) -> None:
        """See `walk.Cms`; Ghost refuses a save of somebody who read before another saved."""
        until = time.monotonic() + 60
        while True:
            post = self._post(number)
            tree = json.loads(post["lexical"])
            tree["root"]["children"] += json.loads(ghost.lexical(words))["root"]["children"]
            said = {"lexical": json.dumps(tree), "updated_at": post["updated_at"]}
            try:
                self.newsroom.call("PUT", f"/posts/{number}/", {"posts": [said]})
                return
            except OSError as error:
                if "UPDATE_COLLISION" not in str(error) or time.monotonic() > until:
                    raise

    def opened(self) -> Site:
        """See `walk.Cms`."""
        return self.newsroom.site()

    def _post(self, number: str) -> Any:
        return self.newsroom.call("GET", f"/posts/{number}/?formats=lexical")["posts"][0]


def on_wordpress(say: Callable[[str], None], folder: Path, _: Path) -> int:
    """Without the plugin, then with it; how many steps it took."""
    with debian.wordpress(folder) as newsroom:
        say(newsroom.php(_VERSIONS))
        cms = WordPress(newsroom)
        walk = Walk(cms, say, folder / "instance")
        number = from_adding_to_undoing(walk)
        letters_wait(walk, number, cms.down)
        at_once(walk, TRIES)
        say("with the plugin:")
        newsroom.activate()
        with_plugin = Walk(cms, say, folder / "instance-with-plugin")
        newsroom.empty()
        number = from_adding_to_undoing(with_plugin)
        letters_wait(with_plugin, number, cms.down)
        at_once(with_plugin, TRIES)
        _beside_an_editor(with_plugin, newsroom, number)
        _told_at_once(with_plugin, newsroom, number)
        return walk.steps + with_plugin.steps


def on_ghost(say: Callable[[str], None], folder: Path, kept: Path) -> int:
    """Ghost, fetched unless it is kept; how many steps it took."""
    say("fetching Ghost and its Node, unless they are kept…")
    ghost.fetch(kept)
    with ghost.ghost(kept, folder) as newsroom:
        walk = Walk(Ghost(newsroom), say, folder / "instance")
        from_adding_to_undoing(walk)
        at_once(walk, TRIES)
        return walk.steps


_VERSIONS = (
    "global $wpdb, $wp_version;"
    "echo 'WordPress ', $wp_version, ', ', $wpdb->get_var('select version()');"
)
KINDS = {"wordpress": (on_wordpress, debian.missing), "ghost": (on_ghost, ghost.missing)}


def _beside_an_editor(walk: Walk, newsroom: Newsroom, number: str) -> None:
    """While a colleague has the post open nothing is written; then it is."""
    text = walk.cms.text(number)
    with (
        walk.served(UNDO_SECONDS="3600"),
        walk.step("a post that a colleague has open is waited for, and written when it is closed"),
    ):
        newsroom.php("wp_set_current_user(1); wp_set_post_lock($said['id']);", id=int(number))
        walk.accept(walk.suggest("the-harbour-report", "The mayor", "Our mayor"))
        walk.wait_until(walk.was_tried, walk.in_hand)
        assert walk.cms.text(number) == text
        newsroom.php("delete_post_meta($said['id'], '_edit_lock');", id=int(number))
        walk.comes_to(number, text.replace("The mayor", "Our mayor"))


def _told_at_once(walk: Walk, newsroom: Newsroom, number: str) -> None:
    """The plugin's ping: a colleague saves, and it is here without a sync."""
    with walk.served(UNDO_SECONDS="3600") as site, walk.step("a colleague's save comes in at once"):
        said = walk.run("check", "news")
        newsroom.set(f"{site.url}/", said.partition(", key ")[2].partition(")")[0])
        walk.cms.append(number, "A colleague saved it.")
        walk.wait_until(
            lambda: "A colleague saved it." in walk.page("/articles/the-harbour-report"),
            lambda: said,
        )


def _block(words: str) -> str:
    text = words.replace("&", "&amp;")
    return f"<!-- wp:paragraph -->\n<p>{text}</p>\n<!-- /wp:paragraph -->"


def main() -> int:
    """Run what is named, or all; 1 where a step failed or something is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.cms")
    parser.add_argument("kinds", nargs="*", choices=[[], *KINDS])
    parser.add_argument("--kept", type=Path, help="where Ghost is, or is to be, fetched")
    given = parser.parse_args()
    # So that whatever ends it, the servers end with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    status = 0
    for kind in given.kinds or KINDS:
        run, missing = KINDS[kind]
        print(f"== {kind} ==", flush=True)
        if remedy := missing():
            print(f"LEFT OUT: {remedy}", file=sys.stderr)
            status = 1
            continue
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            kept = given.kept.absolute() if given.kept else folder / "fetched"
            began = time.monotonic()
            try:
                steps = run(lambda line: print(line, flush=True), folder, kept)
                print(f"{kind}: {steps} steps, all well, {time.monotonic() - began:.0f} s")
            except Failed as failed:
                print(f"BAD   {failed}", flush=True)
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
