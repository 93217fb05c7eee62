"""A cluster that a thousand readers stand behind is decided as one is, in a few statements."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select

from corrections_app.domain.lifecycle import Action, OwedState, Reason, Status
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Correction, Decision, Hold, Owed
from corrections_app.workflow import audit
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.pending import closing, credits
from corrections_app.workflow.transaction import Act, write
from tests.builders import NOON, SECOND, a_correction, accept, an_article, reject
from tests.workflow.supporters import stand_behind

READERS = 1_000
MOST = 54
"""Statements of an act on a cluster, its transaction's own and what is planned before it included;
a lone accept takes some thirty."""


@contextmanager
def counted():
    """The statements that are sent to the database; many rows of one are one."""
    sent = []

    def note(_connection, _cursor, statement, *_more):
        sent.append(" ".join(statement.split()))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def many(table, *which):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table).where(*which))


def test_a_thousand_readers_are_decided_for_and_back_in_few_statements(app, mira):
    leader = a_correction(an_article())
    behind = stand_behind(leader, READERS, NOON)

    with counted() as accepting:
        accept(leader, mira)
    accepted = many(Correction, Correction.status == Status.ACCEPTED)
    owed = many(Owed, Owed.kind == "accepted", Owed.state == OwedState.WAITING)
    caused = many(Decision, Decision.caused_by_id.is_not(None), Decision.as_proposed)
    with counted() as undone:
        undoing.undo(leader.id, Act(mira, None, NOON + SECOND))
    waiting = many(Correction, Correction.status == Status.PENDING)
    cancelled = many(Owed, Owed.state == OwedState.CANCELLED)
    with counted() as rejecting:
        reject(leader, mira, now=NOON + 2 * SECOND)
    events = many(AuditEvent, AuditEvent.action == Action.REJECT)

    assert (accepted, owed, caused) == (READERS + 1, READERS + 1, READERS)
    assert (waiting, cancelled) == (READERS + 1, READERS + 1)
    assert many(Correction, Correction.leader_id == leader.id) == len(behind) == READERS
    assert events == READERS + 1
    assert list(audit.verify(db.session())) == []
    for statements in (accepting, undone, rejecting):
        assert len(statements) <= MOST, "\n".join(statements)


def test_who_is_closed_meanwhile_stops_the_whole_cluster(app, mira):
    leader = a_correction(an_article())
    (other,) = stand_behind(leader, 1, NOON)
    seen = [db.session.get_one(Correction, one) for one in (leader.id, other)]
    terms = closing.Closing(Action.REJECT, mira.id, NOON, reason=Reason.OPINION)

    def late():
        with write() as session:
            first, second = (session.get_one(Correction, one.id) for one in seen)
            closing.close(session, second, terms)
            # As whoever read it before sees it.
            closing.mark(second, status=str(Status.PENDING), version=second.version - 1)
            closing.close_all(session, [(first, terms), (second, terms)])

    with pytest.raises(closing.AlreadyDecided, match="faster"):
        late()

    assert many(Decision) == 0
    assert many(Correction, Correction.status == Status.PENDING) == 2


def test_what_only_a_waiting_one_has_is_forgotten_for_all_of_a_cluster(app, mira):
    leader = a_correction(an_article())
    ids = stand_behind(leader, 2, NOON)
    with write() as session:
        held = [Hold(correction_id=n, by_id=mira.id, until=NOON, created_at=NOON) for n in ids]
        session.add_all(held)

    reject(leader, mira)

    assert many(Hold) == 0


def test_who_asked_to_be_named_is_found_without_looking_at_each(app):
    article = an_article()
    leader = a_correction(article, name=" Ada ", credit=True)
    a_correction(article, name="Bert", credit=True, email="bert@reader.example")
    a_correction(article, name="Ada", credit=True, email="other@reader.example")
    a_correction(article, name="Carla", email="carla@reader.example")
    stand_behind(leader, 50, NOON)
    db.session.rollback()
    correction = db.session.get_one(Correction, leader.id)

    with counted() as sent:
        named = credits.asked(db.session(), correction)

    assert [one.name for one in named] == ["Ada", "Bert"]
    assert len(sent) == 1
