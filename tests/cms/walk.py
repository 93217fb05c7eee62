"""One walk through everything that happens between us and a CMS, step by step, aloud.

The application is served as an operator serves it, with its worker; readers and moderators come
over HTTP; the CMS is looked at past all that is tested.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from flask import Flask
from sqlalchemy import select

from corrections_app import create_app
from corrections_app.domain.warnings.flags import Flag
from corrections_app.domain.writing_back import IN_HAND, State
from corrections_app.extensions import db
from corrections_app.models import WriteBack
from corrections_app.sites.site import Site
from corrections_app.sites.trouble import Changed, Unreachable
from tests.bench.crowd import Client, Ledger
from tests.processes import ROOT, Served, environment, serving

PATIENCE = 120.0
"""Seconds for what the worker does: it tries again after five, then after sixty."""
NAME = "news"
PARAGRAPHS = (
    "The councilors recieved the report on time & read it.",
    "The mayor, who had wrote it, was pleased.",
)


class Failed(Exception):
    """A step that did not come to what it should."""


class Cms(Protocol):
    """What the walk needs of a CMS."""

    kind: str
    url: str
    inside: str
    key: str

    def publish(self, title: str, *paragraphs: str) -> str:
        """Publish a post; its number there."""

    def text(self, number: str) -> str:
        """What a post's content is there, to the letter."""

    def append(self, number: str, words: str) -> None:
        """What a colleague does: take the whole text, save the whole text with a paragraph more."""

    def opened(self) -> Site:
        """It, as the program knows sites."""


@dataclass
class Walk:
    """The steps so far; ``say`` prints one."""

    cms: Cms
    say: Callable[[str], None]
    instance: Path
    steps: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    _site: Served | None = None
    _client: Client | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step, said when it is done. Raises `Failed` with its name."""
        began = time.monotonic()
        try:
            yield
        except (AssertionError, Failed, OSError) as error:
            raise Failed(f"{name}: {error or 'not so'}") from error
        self.steps += 1
        self.seconds[name] = time.monotonic() - began
        self.say(f"ok    {name} ({self.seconds[name]:.1f} s)")

    @contextmanager
    def served(self, **settings: str) -> Iterator[Served]:
        """The application, its first editor signed in."""
        settings = {"LIMITS": "off", "INSIDE_HOSTS": self.cms.inside} | settings
        with serving(self.instance, **settings) as site:
            self._site = site
            if self._client is None:
                self._client = Client(_port(site.url), Ledger())
                self._client.sign_in(site.link.removeprefix(site.url))
            self._client.port = _port(site.url)
            yield site

    def run(self, *arguments: str, typed: str = "") -> str:
        """What ``corrections sites …`` prints. Raises `Failed`."""
        done = subprocess.run(
            [sys.executable, "-m", "corrections_app", "sites", *arguments],
            cwd=ROOT,
            env=environment(self.instance, INSIDE_HOSTS=self.cms.inside),
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"corrections sites {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def ask(self, method: str, path: str, said: Any = None) -> Any:
        """What the application answers to its first editor. Raises `Failed`."""
        assert self._client is not None
        status, text = self._client.ask(method, path, said)
        if status not in (200, 201):
            raise Failed(f"{method} {path} was answered {status}: {text[:300]}")
        return json.loads(text)

    def page(self, path: str) -> str:
        """A page as readers see it."""
        assert self._client is not None
        return self._client.ask("GET", path, accept="text/html")[1]

    def suggest(self, slug: str, exact: str, replacement: str, email: str = "") -> int:
        """A reader's correction; its number."""
        said = {"exact": exact, "replacement": replacement, "key": str(uuid.uuid4())}
        self.ask(
            "POST", f"/articles/{slug}/corrections", said | ({"email": email} if email else {})
        )
        cards = self.ask("GET", "/queue")["items"]
        return int(next(card["id"] for card in cards if card["exact"] == exact))

    def accept(self, number: int) -> None:
        """The editor's decision."""
        card = next(one for one in self.ask("GET", "/queue")["items"] if one["id"] == number)
        said = {"action": "accept", "seen": card["version"], "revision": card["revision"]}
        said |= {"class": "silent", "confirmed": " ".join(Flag), "key": str(uuid.uuid4())}
        self.ask("POST", f"/queue/{number}/decision", said)

    def undo(self, number: int) -> None:
        """The editor's second thought."""
        self.ask("POST", f"/queue/{number}/undo", {"key": str(uuid.uuid4())})

    def comes_to(self, number: str, text: str) -> None:
        """Wait until a post is exactly this, and that is known here. Raises `Failed`."""
        self.wait_until(lambda: self.cms.text(number) == text, lambda: self.cms.text(number))
        # A worker that is stopped in between leaves it to the next one, minutes later.
        self.wait_until(lambda: not self.in_hand(), self.in_hand)

    def wait_until(self, is_so: Callable[[], bool], found: Callable[[], object] = str) -> None:
        """Wait for what the worker does. Raises `Failed`, with what is found instead."""
        until = time.monotonic() + PATIENCE
        while not is_so():
            if time.monotonic() > until:
                raise Failed(f"not within {PATIENCE:g} s; there is {found()!r}")
            time.sleep(0.1)

    def letters(self) -> int:
        """How many letters went (into the maildir of the instance)."""
        return len(list(self.instance.glob("mail/new/*")))

    def in_hand(self) -> list[tuple[str, int]]:
        """State and tries of the write-backs that the worker goes on with, as they are stored."""
        with self._app.app_context():
            query = select(WriteBack.state, WriteBack.attempts).order_by(WriteBack.id)
            rows = db.session.execute(query.where(WriteBack.state.in_(IN_HAND))).all()
            db.session.remove()
        return [(row[0], row[1]) for row in rows]

    def was_tried(self) -> bool:
        """Whether each of them was tried, and is to be tried again."""
        found = self.in_hand()
        return bool(found) and all(state == State.WAITING and tries for state, tries in found)

    @cached_property
    def _app(self) -> Flask:
        return create_app({"INSTANCE": str(self.instance)})


def from_adding_to_undoing(walk: Walk) -> str:
    """Add the site, sync, write a correction back, undo it; the number of the post."""
    cms = walk.cms
    number = cms.publish("The harbour report", *PARAGRAPHS)
    original = cms.text(number)
    with walk.served(UNDO_SECONDS="3600"):
        with walk.step("the site is added, and its check finds nothing wrong"):
            said = walk.run("add", cms.url, "--kind", cms.kind, "--name", NAME, typed=cms.key)
            assert "BAD" not in said, said
        with walk.step("a sync brings the post in"):
            assert "the-harbour-report\t1\t" in walk.run("sync")
        with walk.step("an accepted correction stands in the CMS, and nothing else changed there"):
            first = walk.suggest("the-harbour-report", "recieved", "received")
            walk.accept(first)
            walk.comes_to(number, original.replace("recieved", "received"))
        with walk.step("undone: the CMS has the text that it had, to the letter"):
            walk.undo(first)
            walk.comes_to(number, original)
        with walk.step("two accepted at once, and a colleague saves meanwhile: all of it is there"):
            two = [
                walk.suggest("the-harbour-report", *change)
                for change in (("councilors", "councillors"), ("had wrote", "had written"))
            ]
            cms.append(number, "A colleague was here.")
            wanted = cms.text(number).replace("councilors", "councillors")
            for one in two:
                walk.accept(one)
            walk.comes_to(number, wanted.replace("had wrote", "had written"))
    return number


def letters_wait(walk: Walk, number: str, down: Callable[[], AbstractContextManager[None]]) -> None:
    """The CMS is down while a correction is accepted: no letter says "corrected" before it is."""
    with walk.served(UNDO_SECONDS="0"):
        before, text = walk.letters(), walk.cms.text(number)
        with walk.step("while the CMS is down no letter goes; then it is written, and one goes"):
            one = walk.suggest("the-harbour-report", "recieved", "received", "ada@reader.example")
            with down():
                walk.accept(one)
                walk.wait_until(walk.was_tried, walk.in_hand)
                assert walk.letters() == before, "a letter went while the CMS was down"
            walk.comes_to(number, text.replace("recieved", "received"))
            walk.wait_until(lambda: walk.letters() == before + 1, walk.letters)


def at_once(walk: Walk, tries: int) -> None:
    """We and a colleague save at one moment, again and again: nothing of either is lost."""
    cms = walk.cms
    number, saved = cms.publish("At once", "Begin."), ""
    with (
        walk.step(f"we and a colleague save at once: both are there in {tries} of {tries} tries"),
        ThreadPoolExecutor(2) as pool,
    ):
        for turn in range(tries):
            cms.append(number, f"{turn} recieved.")
            saved = cms.text(number)
            meet = threading.Barrier(2)
            ours = pool.submit(_corrected, cms.opened(), number, meet)
            theirs = pool.submit(_appended, cms, number, f"{turn} theirs.", meet)
            ours.result()
            theirs.result()
            if "recieved" in cms.text(number):  # a whole old text was saved after ours
                _corrected(cms.opened(), number)
            text = cms.text(number)
            assert text.count("received") == turn + 1, text
            assert f"{turn} theirs." in text, text
            assert len(text) > len(saved), text


def _corrected(site: Site, number: str, meet: threading.Barrier | None = None) -> None:
    """Read, change, write, and again where that was too late or too early."""
    if meet is not None:
        meet.wait()
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        source = site.read(number)
        field = "lexical" if "lexical" in source.fields else "content"
        try:
            site.write(source, {field: source.fields[field].replace("recieved", "received")})
            return
        except Changed:
            continue
        except Unreachable:  # saved in this very second
            time.sleep(0.5)
    raise Failed("overtaken for ever")


def _appended(cms: Cms, number: str, words: str, meet: threading.Barrier) -> None:
    meet.wait()
    cms.append(number, words)


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])
