"""What storing a correction costs: the statements of the writer's turn, and before it."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow import audit
from corrections_app.workflow.submitting import submission
from corrections_app.workflow.submitting.suspecting import Arrival
from tests.builders import NOON, a_correction, a_proposal, an_article
from tests.workflow.supporters import stand_behind

ARRIVAL = Arrival("192.0.2.0/24", 30.0)
WORDS = " ".join(f"wrod{n:03}" for n in range(650))


@contextmanager
def observed():
    """The statements that are sent, the transactions that write, and the session's flushes."""
    sent, writes, flushes = [], [], []
    listened = (
        (db.engine, "before_cursor_execute", lambda *said: sent.append(said[2])),
        (db.engine, "commit", writes.append),
        (db.session(), "after_flush", lambda *_: flushes.append(1)),
    )
    for which in listened:
        event.listen(*which)
    try:
        yield sent, writes, flushes
    finally:
        for which in listened:
            event.remove(*which)


def cost(sent, key):
    """The statements before the turn and inside of it; nothing is flushed, one thing commits."""
    with observed() as (statements, writes, flushes):
        submission.submit("counted", sent, key=key, known=(), arrival=ARRIVAL, now=NOON)
    begun = next(
        at for at, one in enumerate(statements) if "IMMEDIATE" in one or "lock_timeout" in one
    )
    assert (len(writes), len(flushes)) == (1, 0)
    reads = [one for one in statements[:begun] if not one.startswith("BEGIN")]
    return len(reads), statements[begun + 1 :]


@pytest.fixture
def article(app):
    """An article to which one correction was sent today: the key of the day is made."""
    found = an_article("A title", WORDS, slug="counted")
    submission.submit(
        "counted", a_proposal(found, "wrod649", "word649"), key=None, arrival=ARRIVAL, now=NOON
    )
    return found


def of_engine():
    """On PostgreSQL a lock is a statement of its own: of the audit's chain."""
    return 0 if db.engine.dialect.name == "sqlite" else 1


# In the turn: the article's row, its neighbours, four rows (the correction, its place, by what
# its sender is known, the answer to its key), the audit's last event and the next, and who is told.
ALONE = 9


def test_a_submission_without_an_address(article):
    before, turn = cost(a_proposal(article, "wrod000", "words"), "k")

    assert before <= 9
    assert len(turn) == ALONE + of_engine(), "\n".join(turn)


def test_a_submission_with_an_address(article):
    before, turn = cost(a_proposal(article, "wrod000", "words", email="a@reader.example"), "k")

    assert before <= 10
    # The address itself, and what is owed to it.
    assert len(turn) == ALONE + 2 + of_engine(), "\n".join(turn)


@pytest.mark.parametrize("readers", [1, 300])
def test_joining_a_cluster_costs_the_same_however_many_stand_there(article, readers):
    leader = a_correction(article, "wrod000", "words", now=NOON)
    stand_behind(leader, readers, NOON)
    sent = a_proposal(article, "wrod000", "words")

    with observed() as (statements, writes, _):
        submission.submit("counted", sent, key="k", arrival=ARRIVAL, now=NOON)

    assert len(writes) == 1
    assert len(statements) <= 30 + of_engine(), "\n".join(statements)
    stored = db.session.query(Correction).order_by(Correction.id.desc()).first()
    assert stored.leader_id == leader.id
    assert list(audit.verify(db.session())) == []


def test_six_hundred_that_wait_elsewhere_in_the_article_cost_nothing(article):
    stand_behind(a_correction(article, "wrod001", "word001"), 600, NOON)

    before, turn = cost(a_proposal(article, "wrod000", "words"), "k")

    assert before <= 9
    assert len(turn) == ALONE + of_engine(), "\n".join(turn)


def test_a_reference_that_was_given_already_is_not_given_again(article, monkeypatch):
    first = a_correction(article, "wrod001", "word001")
    drawn = iter([*first.reference.replace("-", ""), *"ABCDEFGH"])
    monkeypatch.setattr(submission, "choice", lambda _letters: next(drawn))

    second = a_correction(article, "wrod002", "word002")

    assert (second.reference, second.leader_id) == ("ABCD-EFGH", None)
    assert second.placement.start == article.current.text.index("wrod002")
