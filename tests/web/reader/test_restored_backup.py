"""After a backup is brought back, the numbers it did not know go to others: no receipt does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Contact, Correction, Letter, Owed
from corrections_app.workflow import tokens
from corrections_app.workflow.letters import grouping, writing
from tests.builders import NOON, a_correction, accept, an_article
from tests.web.conftest import JSON

KEY = "the newsroom's own key, in the backup too"


@pytest.fixture
def machines(databases, tmp_path, applications):
    """Twice the same newsroom: as it was, and from a backup made before anything was sent."""
    urls = [databases.fresh(), databases.fresh()]
    made = [
        applications.make(url, tmp_path / f"machine{number}", SECRET_KEY=KEY)
        for number, url in enumerate(urls)
    ]
    yield made
    applications.put_down()
    for url in urls:
        databases.drop(url)


def sent(app, **more):
    """A reader's correction there: its number, its token, and what its letters refer to."""
    with app.app_context():
        one = a_correction(an_article(), **more)
        return one.id, tokens.token_for(one), writing.thread_id(one)


def test_a_lost_receipt_opens_no_other_readers_correction(machines):
    lost, restored = machines
    number, theirs, thread = sent(lost, email="lost@reader.example")

    again, other, other_thread = sent(restored, email="next@reader.example")

    assert again == number
    assert other != theirs
    assert other_thread != thread
    browser = restored.test_client()
    assert browser.get(f"/receipts/{theirs}").status_code == 404
    assert browser.get(f"/receipts/{other}").status_code == 200


@pytest.mark.parametrize("act", ["email", "withdraw", "appeal"])
def test_a_lost_receipt_acts_on_no_other_readers_correction(machines, act):
    lost, restored = machines
    _, theirs, _ = sent(lost)
    number, _, _ = sent(restored, email="next@reader.example")

    answer = restored.test_client().post(
        f"/receipts/{theirs}/{act}", json={"email": "lost@reader.example"}, headers=JSON
    )

    assert answer.status_code == 404
    with restored.app_context():
        assert db.session.get_one(Contact, number).email == "next@reader.example"
        assert db.session.get_one(Correction, number).status == "pending"


def test_a_receipt_of_before_nonces_opens_no_row_of_after(machines):
    lost, restored = machines
    with lost.app_context():
        number, _, _ = sent(lost)
        db.session.get_one(Correction, number).nonce = None
        old = tokens.token_for(db.session.get_one(Correction, number))
        db.session.rollback()

    assert sent(restored)[0] == number
    assert restored.test_client().get(f"/receipts/{old}").status_code == 404


def test_no_two_letters_share_a_message_id(machines):
    def written(app):
        with app.app_context():
            correction = a_correction(an_article())
            accept(correction, a_moderator())
            due = db.session.scalars(select(Owed).filter_by(kind="accepted")).one().due_at
            grouping.compose_due(due)
            letter = db.session.scalars(select(Letter)).one()
            return letter.id, letter.message_id

    first, second = (written(app) for app in machines)

    assert first[0] == second[0]
    assert first[1] != second[1]


def a_moderator():
    from corrections_app.workflow.people import accounts

    return accounts.add("max@courier.example", role="moderator", now=NOON)
