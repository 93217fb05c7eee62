"""How much may wait is never passed, whoever else writes between a look for room and the turn."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from corrections_app.domain.errors import TooMany
from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.pending import depth
from corrections_app.workflow.submitting import submission, suspecting
from corrections_app.workflow.submitting.submission import Receipt
from tests.builders import NOON, an_article
from tests.racing import at_once

WORDS = [f"word{number:02}" for number in range(40)]
TEXT = " ".join(WORDS)
ARTICLES = 8


@pytest.fixture
def full_at(make_app, monkeypatch):
    """An application in which so many may wait and hardly any room is left at so few."""
    contexts = []

    def make(most, most_here=1_000, nearly=1):
        monkeypatch.setattr(depth, "NEARLY", nearly)
        app = make_app(LIMITS="30/hour", MOST_WAITING=most, MOST_WAITING_PER_ARTICLE=most_here)
        contexts.append(app.app_context())
        contexts[-1].push()
        for number in range(ARTICLES):
            an_article("The title", TEXT, slug=f"a{number}")
        db.session.rollback()
        return app

    yield make
    for context in contexts:
        db.session.rollback()
        context.pop()


def send(number, article=0, replacement="mended", key=None):
    """One correction of one word; what it came to."""
    sent = Proposal(revision=1, exact=WORDS[number], replacement=replacement)
    return submission.submit(f"a{article}", sent, key=key, now=NOON)


def waiting(*which):
    db.session.rollback()
    return db.session.scalar(select(func.count(Correction.id)).where(*which))


def meanwhile(app, monkeypatch, *acts):
    """Do all of it, one after the other, while the next one is between its look and its turn."""
    look = suspecting.look
    left = list(acts)

    def looked(*given):
        mine, left[:] = left[:], []  # they look too
        for act in mine:
            (done,) = at_once(app, act)
            assert isinstance(done, Receipt)
        return look(*given)

    monkeypatch.setattr(suspecting, "look", looked)


@pytest.mark.parametrize(("most", "most_here"), [(3, 1_000), (1_000, 3)])
def test_whoever_looked_in_good_time_finds_out_what_came_since(
    full_at, monkeypatch, most, most_here
):
    app = full_at(most, most_here)
    meanwhile(app, monkeypatch, *(lambda n=n: send(n) for n in range(1, 4)))

    with pytest.raises(TooMany):
        send(0)

    assert waiting() == 3


def test_so_many_readers_behind_one_change_and_no_more(full_at, monkeypatch):
    app = full_at(1_000)
    monkeypatch.setattr(depth, "MOST_BEHIND", 3)
    send(0)
    meanwhile(app, monkeypatch, *[lambda: send(0)] * 3)

    with pytest.raises(TooMany):
        send(0)

    assert waiting(Correction.leader_id.is_not(None)) == 3


def test_what_came_to_other_articles_meanwhile_is_no_reason_to_refuse(full_at, monkeypatch):
    app = full_at(1_000, 3)
    meanwhile(app, monkeypatch, *(lambda n=n: send(n, article=1) for n in range(3)))

    send(0)

    assert waiting() == 4


@pytest.mark.parametrize(("most", "most_here"), [(20, 1_000), (1_000, 20), (50, 7)])
def test_many_who_write_at_once_fill_it_to_its_end(full_at, most, most_here):
    """In eight articles, each looking well before the end and writing as it comes."""
    app = full_at(most, most_here, nearly=ARTICLES)

    def writer(article):
        def write():
            for number in range(24):
                try:
                    send(number, article)
                except TooMany:
                    return

        return write

    at_once(app, *(writer(article) for article in range(ARTICLES)))

    assert waiting() == min(most, ARTICLES * min(most_here, 24))


def test_all_who_looked_while_there_was_room_do_not_pass_its_end(full_at, monkeypatch):
    """They wait for their articles until others have filled what is left."""
    app = full_at(20, nearly=ARTICLES)
    look, all_looked, filled = suspecting.look, threading.Barrier(ARTICLES), threading.Event()
    early = threading.local()

    def looked(*given):
        if getattr(early, "is", False):
            all_looked.wait(30)
            filled.wait(60)
        return look(*given)

    def early_one(article):
        def write():
            setattr(early, "is", True)
            return send(30, article)

        return write

    def filler():
        all_looked.wait(30)
        try:
            for number in range(25):
                send(number, article=number % ARTICLES)
        finally:
            filled.set()

    monkeypatch.setattr(suspecting, "look", looked)
    at_once(app, filler, *(early_one(article) for article in range(ARTICLES - 1)))

    assert waiting() == 20
