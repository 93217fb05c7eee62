"""The audit tells of every act once, and tells when someone has changed it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from corrections_app.extensions import db
from corrections_app.models import Appeal, AuditEvent, Correction, Revision
from corrections_app.workflow import audit, tokens
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.submitting import receipts
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_correction, accept, an_article, reject

TRIGGERS = {
    "sqlite": ["DROP TRIGGER audit_events_no_update", "DROP TRIGGER audit_events_no_delete"],
    "postgresql": ["DROP TRIGGER audit_events_no_change ON audit_events"],
}


def faults():
    db.session.rollback()
    return list(audit.verify(db.session()))


@pytest.fixture
def story(app, max_):
    """An article with every kind of act in its history."""
    article = an_article()
    first = a_correction(article)
    accept(first, max_)
    undoing.undo(first.id, Act(max_, None, NOON))
    accept(first, max_)
    rejected = a_correction(article, "four million", "five million")
    reject(rejected, max_)
    receipts.appeal(tokens.token_for(rejected), "Look again.", now=NOON)
    withdrawn = a_correction(article, "thirty", "forty")
    receipts.withdraw(tokens.token_for(withdrawn), now=NOON)
    return article


def tamper(*statements):
    """Change rows as someone with the database in their hands can."""
    db.session.rollback()
    with db.engine.begin() as connection:
        for trigger in TRIGGERS[db.engine.dialect.name]:
            connection.execute(text(trigger))
        for statement in statements:
            connection.execute(statement)


def number_of(action):
    db.session.rollback()
    return db.session.scalars(select(AuditEvent.number).filter_by(action=action)).first()


def test_an_untouched_audit_is_whole(story):
    assert faults() == []
    assert audit.how_many(db.session()) == (11, 2)


@pytest.mark.parametrize("change", [update(AuditEvent).values(by_id=None), delete(AuditEvent)])
def test_the_database_itself_refuses_to_change_it(story, change):
    db.session.rollback()
    with pytest.raises(DatabaseError), db.engine.begin() as connection:
        connection.execute(change)


def test_a_changed_event_is_found(story):
    number = number_of("reject")
    tamper(update(AuditEvent).filter_by(action="reject").values(by_id=None))

    assert faults() == [f"Event {number} of article:1 was changed: its hash does not fit."]


def test_a_changed_event_with_a_hash_that_fits_breaks_the_chain(story):
    number = number_of("reject")
    forged = db.session.scalars(select(AuditEvent).filter_by(action="reject")).one()
    forged.by_id = None
    forged_hash = audit.digest(forged)
    tamper(update(AuditEvent).filter_by(action="reject").values(by_id=None, hash=forged_hash))

    assert faults() == [f"Event {number + 1} of article:1 does not continue the one before it."]


def test_a_missing_event_is_found_twice(story):
    number = number_of("reject")
    tamper(delete(AuditEvent).filter_by(action="reject"))

    assert faults() == [
        f"Event {number + 1} of article:1 stands where {number} should: events are missing.",
        "There is no event for: decision of 3 of 2.",
    ]


def test_a_chain_that_was_cut_off_is_found_by_what_it_told(story):
    tamper(delete(AuditEvent).where(AuditEvent.action.in_(("withdraw",))))

    assert faults() == ["There is no event for: withdrawal of 3."]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (delete(Appeal), "appeal against decision of 3"),
        (update(Correction).filter_by(id=3).values(status="pending"), "withdrawal of 3"),
        (delete(Revision).filter_by(number=2), "revision of 2 of article:1"),
    ],
)
def test_an_event_without_its_change_is_found(story, change, what):
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(change)

    assert faults() == [f"There is an event, and nothing was done: {what}."]


def test_a_change_without_its_event_is_found(story):
    db.session.rollback()
    with db.engine.begin() as connection:
        row = connection.execute(select(Revision.__table__).filter_by(number=4)).mappings().one()
        connection.execute(insert(Revision).values(**{**row, "id": 99, "number": 5}))

    assert faults() == ["There is no event for: revision of 5 of article:1."]


def test_it_is_read_piece_by_piece(story):
    queries = []
    event.listen(db.engine, "after_cursor_execute", lambda *a: queries.append(a[2]))

    assert faults() == []
    assert len(queries) < 12, queries
