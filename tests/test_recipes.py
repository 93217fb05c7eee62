"""What docs/recipes/ promises: the CMS of thirty lines gets every accepted change exactly once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Role
from corrections_app.domain.roles import Scope
from corrections_app.extensions import db
from corrections_app.models import Article, AuditEvent, Letter, WriteBack
from corrections_app.sites.kinds import Described
from corrections_app.workflow import audit
from corrections_app.workflow.articles import reading
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import delivery
from corrections_app.workflow.people import accounts
from corrections_app.workflow.programs import tokens
from corrections_app.workflow.sites import registry, syncing
from tests.builders import a_correction, accept
from tests.processes import ROOT, environment, free_port, serving
from tests.sites.door import door

pytestmark = pytest.mark.served

RECIPE = ROOT / "docs" / "recipes" / "cms.py"
PAGES, LINES = 10, 10
KILLS = [(0, "before"), (0, "after"), (2, "before"), (4, "after"), (7, "before"), (9, "after")]
"""How many changes a CMS makes before the one at which it is killed: before it is heard of, or
after that, and before the answer is."""
READERS = 4
"""Of the hundred, so many left an address."""


class Pages(SimpleHTTPRequestHandler):
    """The CMS's pages, as its web server has them."""

    def log_message(self, format, *args):
        """Nothing."""


@contextmanager
def pages(folder):
    """The address of the pages in a folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def publish(folder, file, place):
    """Let the CMS have its articles: in its database, and as pages."""
    with sqlite3.connect(file) as own:
        own.execute("CREATE TABLE articles (address TEXT PRIMARY KEY, text TEXT)")
        for number in range(PAGES):
            title = f"Piece {number}"
            lines = [f"Line {n} has words that are wrong_{number}_{n} today." for n in range(LINES)]
            text = "\n\n".join([title, *lines])
            own.execute(
                "INSERT INTO articles VALUES (?, ?)", [f"http://{place}/piece-{number}.html", text]
            )
            body = "".join(f"<p>{line}</p>" for line in lines)
            html = f"<!doctype html><title>{title}</title><article><h1>{title}</h1>{body}</article>"
            (folder / f"piece-{number}.html").write_text(html)


def brought_in(place):
    """The articles as Reader Corrections has them, by the slugs that they got."""
    described = Described("page", f"http://{place}", content="article")
    registry.add(described, name="cms", lang="en", key=None, now=now())
    site = registry.named(["cms"])[0]
    there = registry.opened(site)
    references = [f"http://{place}/piece-{number}.html" for number in range(PAGES)]
    due = syncing.due(site, there, references=references)
    done = list(syncing.bring_in(site, there, due, clock=now))
    assert [one.said for one in done if one.imported is None] == []
    return [one.imported.slug for one in done]


class Newsroom:
    """Who accepts, one after the other, what readers sent."""

    def __init__(self, slugs, by):
        self.by, self.sent = by, 0
        self.left = [(slug, number, n) for n in range(LINES) for number, slug in enumerate(slugs)]

    def accepts(self, count):
        for _ in range(count):
            slug, number, n = self.left.pop()
            email = f"reader{self.sent}@reader.example" if self.sent < READERS else ""
            wrong = f"wrong_{number}_{n}"
            sent = a_correction(
                reading.article_at(slug), wrong, f"right_{number}_{n}", now=now(), email=email
            )
            accept(sent, self.by, now=now())
            self.sent += 1
        db.session.rollback()


@contextmanager
def running(*command, **settings):
    """A process of its own, killed at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, *map(str, command)],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def told(port, process):
    """What one of our hooks does once something was accepted, as soon as anybody listens."""
    hook = urllib.request.Request(f"http://127.0.0.1:{port}/", b"{}")
    while process.poll() is None:  # it may have heard of everything already, and be dead by now
        with suppress(OSError), urllib.request.urlopen(hook, timeout=30) as answer:
            assert answer.status == 204
            return


def test_the_thirty_lines_are_thirty():
    code = RECIPE.read_text().split('"""', 2)[2].splitlines()
    own = [line for line in code if line.strip() and not line.startswith(("import ", "from "))]

    assert len(own) <= 30


@pytest.mark.long  # it kills for ten seconds
def test_killed_again_and_again_it_gets_every_accepted_change_exactly_once(
    database, tmp_path, make_app
):
    folder, file, port = tmp_path / "pages", tmp_path / "cms.sqlite", free_port()
    folder.mkdir()
    with pages(folder) as place:
        publish(folder, file, place)
        app = make_app(INSIDE_HOSTS=place)
        instance = Path(app.instance_path)
        settings = {"DATABASE_URL": database, "LIMITS": "off", "UNDO_SECONDS": "0"}
        with app.app_context():
            app.config["UNDO_SECONDS"] = 0
            mira = accounts.add("mira@courier.example", role=Role.EDITOR, now=now())
            newsroom = Newsroom(brought_in(place), mira)
            scopes = [Scope.ARTICLES_READ, Scope.ARTICLES_WRITE]
            token = tokens.make("the CMS", scopes, mira, now=now()).secret
            with (
                serving(instance, letters=False, **settings) as served,
                door(served.url.removeprefix("http://").rstrip("/")) as way,
            ):
                worker = partial(
                    running, "-m", "corrections_app", "mail", "worker",
                    **environment(instance, **settings),
                )  # fmt: skip
                own = dict(os.environ) | {"API": f"http://{way.place}/api/v1", "TOKEN": token}
                cms = partial(running, RECIPE, file, port, **own)

                def dies(spares, when, meanwhile=lambda process: None):
                    way.spares = spares
                    way.kills_before, way.kills_after = when == "before", when == "after"
                    with cms() as process:
                        way.victim = process.pid
                        meanwhile(process)
                        assert process.wait(120) == -9

                with worker():  # killed at the end of the block, in the middle of its letters
                    for spares, when in KILLS:
                        newsroom.accepts(12)
                        dies(spares, when)
                with worker():
                    newsroom.accepts(8)
                    left = PAGES * LINES - len(way.changes)

                    def accepted_meanwhile(process):
                        newsroom.accepts(PAGES * LINES - newsroom.sent)
                        told(port, process)

                    dies(left - 1, "after", accepted_meanwhile)
                # Once the lease has ended on what a killed worker had in its hands.
                delivery.deliver(now() + timedelta(hours=1))

            check_exactly_once(file, place)


def check_exactly_once(file, place):
    """Every change is in the CMS's texts, once; what we have says the same, and readers know."""
    db.session.rollback()
    rows = db.session.scalars(select(WriteBack).order_by(WriteBack.id)).all()
    assert [row.state for row in rows] == ["written"] * PAGES * LINES
    with sqlite3.connect(file) as own:
        made = [number for (number,) in own.execute("SELECT change FROM made ORDER BY change")]
        texts = dict(own.execute("SELECT address, text FROM articles"))
    assert made == [row.id for row in rows]
    ours = {one.current.title: one.current.text for one in db.session.scalars(select(Article))}
    assert {text.partition("\n")[0]: text for text in texts.values()} == ours
    for number in range(PAGES):
        text = texts[f"http://{place}/piece-{number}.html"]
        assert "wrong" not in text
        assert [text.count(f"right_{number}_{n} ") for n in range(LINES)] == [1] * LINES
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "write_back"))
    told_of = [event.data["write_back"] for event in events if event.data["step"] == "done"]
    assert sorted(told_of) == made
    letters = db.session.scalars(select(Letter.state).where(Letter.kind == "accepted"))
    assert list(letters) == ["sent"] * READERS
    assert list(audit.verify(db.session())) == []
