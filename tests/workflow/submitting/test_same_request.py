"""The same request sent twice at one moment, or again while it is stored: one correction."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from corrections_app.domain.errors import BadKey, Gone, TooMany
from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import db
from corrections_app.models import (
    AuditEvent,
    Contact,
    Correction,
    IdempotencyKey,
    Owed,
    Placement,
    Sender,
    User,
)
from corrections_app.workflow import audit
from corrections_app.workflow.articles import retiring
from corrections_app.workflow.pending import depth
from corrections_app.workflow.submitting import submission, suspecting
from corrections_app.workflow.submitting.submission import Receipt
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_proposal, an_article
from tests.racing import at_once
from tests.web.conftest import JSON
from tests.web.reader.test_corrections import OURS

ROOT = Path(__file__).parents[3]
TEXT = "The harbour wall was built in 1884 and mended in 1920."
REMARK = Proposal(revision=1, explanation="Nothing is said of the flood.", kind="other")

# What one process does: it waits for the word, then sends it as often at once.
SEND = """
import json, sys
from corrections_app import create_app
from tests.racing import at_once
from tests.workflow.submitting.test_same_request import sent_by
app = create_app(json.loads(sys.argv[1]))
context = app.app_context()
context.push()
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(at_once(app, *[sent_by] * 4)), flush=True)
"""


@pytest.fixture
def app(make_app):
    """An application in which three may wait."""
    app = make_app(LIMITS="1000/hour", MOST_WAITING=3)
    with app.app_context():
        yield app
        db.session.rollback()


@pytest.fixture
def article(app):
    """An article of which the same is sent at one moment."""
    return an_article("The harbour wall", TEXT)


@pytest.fixture
def meeting(monkeypatch):
    """Whoever sends something meets one other before the writer's turn, where they can come."""
    look, barrier = suspecting.look, threading.Barrier(2)

    def looked(*given):
        with suppress(threading.BrokenBarrierError):
            barrier.wait(5)
        return look(*given)

    monkeypatch.setattr(suspecting, "look", looked)


def send(sent, key="k"):
    """A sender of it, by one key; what it came to."""
    return lambda: submission.submit("harbour-wall", sent, key=key, now=NOON)


def sent_by():
    """The token of the receipt that each of several processes is given."""
    sent = Proposal(revision=1, exact="1884", replacement="1885", email="ada@reader.example")
    return submission.submit("harbour-wall", sent, key="k", now=NOON).token


def stored():
    """Of everything that belongs to corrections how many rows there are."""
    db.session.rollback()
    kinds = (Correction, Placement, Contact, Sender, Owed, IdempotencyKey)
    assert list(audit.verify(db.session())) == []
    acts = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "submit")
    rows = [db.session.scalar(select(func.count()).select_from(kind)) for kind in kinds]
    return [db.session.scalar(acts), *rows]


def meanwhile(monkeypatch, *acts):
    """Do all of it while the next one to send is between its look and the writer's turn."""
    look, left = suspecting.look, list(acts)

    def looked(*given):
        mine, left[:] = left[:], []  # they look too
        for act in mine:
            act()
        return look(*given)

    monkeypatch.setattr(suspecting, "look", looked)


def test_both_are_given_one_receipt(app, article, meeting):
    sent = a_proposal(article, "1884", "1885", email="ada@reader.example")

    one, other = at_once(app, send(sent), send(sent))

    assert (one.token, one.reference) == (other.token, other.reference)
    assert sorted([one.is_replay, other.is_replay]) == [False, True]
    rows = stored()
    assert rows[:5] == [1, 1, 1, 1, 1]
    assert rows[-1] == 1
    assert db.session.scalars(select(Correction)).one().version == 1


def test_other_words_under_the_same_key_are_refused(app, article, meeting):
    ways = [a_proposal(article, "1884", "1885"), a_proposal(article, "1920", "1921")]

    came = at_once(app, *map(send, ways))

    assert {type(one) for one in came} == {Receipt, BadKey}
    assert stored()[:3] == [1, 1, 1]


def test_at_the_door_one_is_new_and_the_other_is_not(app, article, meeting):
    slug, sent = article.slug, a_proposal(article, "1884", "1885")
    fields = {"revision": 1, "exact": sent.exact, "replacement": sent.replacement, "key": "k"}
    fields |= {"start": sent.start, "end": sent.end}

    def post():
        address = f"/articles/{slug}/corrections"
        answer = app.test_client().post(address, json=fields, headers=JSON | OURS)
        return answer.status_code, answer.json["receipt"]

    (one, receipt), (other, same) = at_once(app, post, post)

    assert sorted([one, other]) == [200, 201]
    assert receipt == same


def test_by_two_processes(app, article, database, tmp_path):
    config = {"DATABASE_URL": database, "INSTANCE": str(tmp_path / "instance"), "LIMITS": "off"}
    db.session.rollback()

    running = [
        subprocess.Popen(
            [sys.executable, "-c", SEND, json.dumps(config)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert [process.stdout.readline() for process in running] == ["ready\n"] * 2
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    tokens = [one for each in running for one in json.loads(each.communicate(timeout=120)[0])]

    assert len(tokens) == 8
    assert len(set(tokens)) == 1
    assert stored()[:2] == [1, 1]


def test_it_is_answered_though_the_article_was_taken_down_meanwhile(
    app, article, mira, monkeypatch
):
    sent, slug, by = a_proposal(article, "1884", "1885"), article.slug, mira.id
    first = []

    def take_down():
        act = Act(db.session.get_one(User, by), None, NOON)
        retiring.retire(slug, "It was a hoax.", act, confirmed=True)

    meanwhile(
        monkeypatch,
        lambda: first.extend(at_once(app, send(sent))),
        lambda: at_once(app, take_down),
    )

    assert send(sent)() == replace(first[0], is_replay=True)
    assert stored()[:2] == [1, 1]


def test_another_request_is_refused_when_it_was_taken_down_meanwhile(
    app, article, mira, monkeypatch
):
    sent, slug, by = a_proposal(article, "1884", "1885"), article.slug, mira.id

    def take_down():
        act = Act(db.session.get_one(User, by), None, NOON)
        retiring.retire(slug, "It was a hoax.", act, confirmed=True)

    meanwhile(monkeypatch, lambda: at_once(app, take_down))

    with pytest.raises(Gone):
        send(sent)()
    assert stored()[:2] == [0, 0]


@pytest.mark.parametrize("key", ["k", "another"])
def test_it_is_answered_though_the_first_one_took_the_last_place(app, article, monkeypatch, key):
    others = [send(replace(REMARK, explanation=f"And {n}."), None) for n in range(2)]
    first = []
    meanwhile(
        monkeypatch,
        *(lambda one=one: at_once(app, one) for one in others),
        lambda: first.extend(at_once(app, send(REMARK, key))),
    )

    if key == "k":
        assert send(REMARK)() == replace(first[0], is_replay=True)
    else:
        with pytest.raises(TooMany):
            send(REMARK)()
    assert stored()[:2] == [3, 3]


def test_it_is_answered_though_the_first_one_was_the_last_behind_its_leader(
    app, article, monkeypatch
):
    monkeypatch.setattr(depth, "MOST_BEHIND", 1)
    sent = a_proposal(article, "1884", "1885")
    send(sent, None)()
    first = []
    meanwhile(monkeypatch, lambda: first.extend(at_once(app, send(sent))))

    assert send(sent)() == replace(first[0], is_replay=True)
    assert stored()[:2] == [2, 2]
