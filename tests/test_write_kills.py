"""Killed between a site's answer and its own commit, the worker changes the page exactly once.

A real worker, a real WordPress. `make writes` kills it fifty times; here it is a few.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Letter, Revision, WriteBack
from corrections_app.sites.kinds import Described
from corrections_app.workflow import audit, clock
from corrections_app.workflow.articles import reading
from corrections_app.workflow.letters import delivery
from corrections_app.workflow.people import accounts
from corrections_app.workflow.sites import registry, syncing, write_backs, writing
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_correction, accept
from tests.processes import ROOT, environment
from tests.sites.door import door
from tests.wordpress import newsroom, served
from tests.workflow.sites.writable import restart, states

pytestmark = pytest.mark.long

__all__ = ["newsroom", "served"]

MAX = "max@courier.example"
MINUTE = timedelta(minutes=1)
KILLS = int(os.environ.get("CORRECTIONS_TEST_KILLS", "3"))
WORDS = "<!-- wp:paragraph -->\n<p>The council voted to rebuild the the wall.</p>\n"


def worker(database, instance, place):
    """The real worker, as an operator runs it."""
    settings = {"DATABASE_URL": database, "INSIDE_HOSTS": place}
    return subprocess.Popen(
        [sys.executable, "-m", "corrections_app", "mail", "worker"],
        cwd=ROOT,
        env=environment(instance, **settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("dies", ["after"] * (KILLS - 1) + ["before"])
def test_killed_around_the_write_it_is_on_the_page_exactly_once(
    database, tmp_path, make_app, newsroom, dies
):
    post = str(newsroom.post("The wall", WORDS)["id"])
    with door(newsroom.inside) as way:
        app = make_app(INSIDE_HOSTS=way.place)
        with app.app_context():
            brought_in(way.place, newsroom)
            decided(clock.now() - 60 * MINUTE)  # a worker deletes what is kept no longer
            way.kills_after, way.kills_before = dies == "after", dies == "before"
            with worker(database, Path(app.instance_path), way.place) as process:
                way.victim = process.pid
                assert process.wait(120) == -9
            assert way.changes == ([(way.changes[0][0], 200)] if dies == "after" else [])
            state, doubt = db.session.execute(select(WriteBack.state, WriteBack.in_doubt)).one()
            assert (state, doubt) == ("writing", True)
            assert letters() == 0
            restart(NOON)
            writing.write_due(clock.now)

            raw = newsroom.call("GET", f"/posts/{post}?context=edit")["content"]["raw"]
            assert raw.strip() == WORDS.replace("the the", "the").strip()
            made = newsroom.call("GET", f"/posts/{post}/revisions?context=edit")
            assert [one["content"]["raw"] for one in made].count(raw) == 1
            assert states() == ["written"]
            gone_through(everything=True)
            assert db.session.scalar(select(func.count()).select_from(Revision)) == 2
            assert letters() == 1
            assert list(audit.verify(db.session())) == []


def brought_in(place, newsroom):
    described = Described("wordpress", f"http://{place}")
    registry.add(described, name="news", lang="en", key=newsroom.keys["editor"], now=NOON)
    (done,) = gone_through()
    assert done.imported is not None, done.said


def gone_through(**how):
    db.session.rollback()
    site = registry.named(["news"])[0]
    there = registry.opened(site)
    due = syncing.due(site, there, **how)
    return list(syncing.bring_in(site, there, due, clock=clock.now))


def decided(at=NOON):
    max_ = accounts.add(MAX, role=Role.MODERATOR, now=NOON)
    accept(a_correction(reading.article_at("the-wall"), now=at), max_, now=at)


def letters():
    """How many letters have told of it, once the mail has gone."""
    delivery.deliver(clock.now())
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Letter.kind == "accepted"))


def test_whatever_wordpress_says_no_letter_lies_and_nothing_is_lost(
    make_app, newsroom, monkeypatch
):
    post = str(newsroom.post("The wall", f"{WORDS}<p>Work begins soon.</p>")["id"])
    app = make_app(INSIDE_HOSTS=newsroom.inside)
    with app.app_context():
        brought_in(newsroom.inside, newsroom)
        decided()
        (newsroom.folder / "maintenance").touch()
        writing.write_due(lambda: NOON + MINUTE)
        down = row()
        (newsroom.folder / "maintenance").unlink()
        keys = {"nobody:aaaa bbbb": "401", newsroom.keys["author"]: "403"}
        refused = {}
        for key, status in keys.items():
            monkeypatch.setenv("CORRECTIONS_SITE_NEWS_SECRET", key)
            write_backs.again(1, Act(accounts.by_email(MAX), None, NOON))
            writing.write_due(lambda: NOON + MINUTE)
            refused[status] = row()
        monkeypatch.delenv("CORRECTIONS_SITE_NEWS_SECRET")
        newsroom.call("POST", f"/posts/{post}", {"content": f"{WORDS}<p>Work has begun.</p>"})
        assert letters() == 0
        write_backs.again(1, Act(accounts.by_email(MAX), None, NOON))
        writing.write_due(lambda: NOON + MINUTE)

        assert down[:2] == ("waiting", "unreachable")
        assert "503" in down[2]
        for status, (state, code, said) in refused.items():
            assert (state, code) == ("by_hand", "not_allowed")
            assert status in said
        assert states() == ["written"]
        raw = newsroom.call("GET", f"/posts/{post}?context=edit")["content"]["raw"]
        assert "rebuild the wall" in raw
        assert "Work has begun." in raw
        assert letters() == 1


def row():
    db.session.rollback()
    query = select(WriteBack.state, WriteBack.code, WriteBack.said)
    return tuple(db.session.execute(query).one())
