"""The one-time link of a letter: kept while the letter may go, and no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain import errors
from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.workflow.letters import delivery, outbox, writing
from corrections_app.workflow.people import sign_in
from corrections_app.workflow.people.one_time_links import Purpose
from corrections_app.workflow.transaction import write
from tests.builders import NOON
from tests.smtp_sink import Sink

LINK = "http://localhost/sign-in/very-secret"
DUE = NOON + timedelta(minutes=10)


@pytest.fixture
def sink(tmp_path):
    sink = Sink(tmp_path / "sink")
    yield sink
    sink.close()


@pytest.fixture
def desk(make_app, sink):
    app = make_app(MAIL_URL=sink.url, MAIL_TIMEOUT=20)
    with app.app_context():
        yield app
        db.session.rollback()


def a_letter():
    with write() as session:
        composed = writing.sign_in("max@courier.example", "Max", LINK)
        return outbox.enqueue(session, composed, NOON).id


def the_letter(letter_id):
    db.session.rollback()
    return db.session.get_one(Letter, letter_id)


def test_a_letter_that_is_refused_for_good_forgets_its_link(desk, sink):
    letter_id = a_letter()
    sink.fail(rcpt=["550 no such person"])

    delivery.deliver(DUE)

    letter = the_letter(letter_id)
    assert (letter.state, letter.secret) == ("dead", None)
    with pytest.raises(errors.Invalid, match="not valid any more"):
        outbox.retry(letter_id, DUE)


def test_a_letter_that_may_go_yet_keeps_it(desk, sink):
    letter_id = a_letter()
    sink.fail(rcpt=["450 later"])

    delivery.deliver(DUE)

    letter = the_letter(letter_id)
    assert (letter.state, letter.secret) == ("ready", LINK)
    delivery.deliver(DUE + timedelta(hours=8))
    assert LINK in sink.letters[0].get_body("plain").get_content()


def test_a_letter_that_is_given_up_after_days_forgets_it(desk, sink):
    letter_id = a_letter()
    sink.fail(rcpt=["450 later"] * 2)

    delivery.deliver(DUE)
    delivery.deliver(DUE + outbox.GIVEN_UP_AFTER)

    letter = the_letter(letter_id)
    assert (letter.state, letter.secret) == ("dead", None)


def test_without_a_mail_server_a_letter_is_kept_and_not_called_sent(app, max_):
    sign_in.mail_link(max_.email, Purpose.SIGN_IN, now=NOON)

    counts = delivery.deliver(DUE)

    letter = db.session.scalars(select(Letter)).one()
    assert (letter.state, letter.kept_here, letter.secret) == ("sent", True, None)
    assert str(counts) == "0 written, 1 kept here, as there is no mail server, 0 later, 0 given up"


def test_with_one_it_is_sent(desk, sink):
    letter_id = a_letter()

    counts = delivery.deliver(DUE)

    assert not the_letter(letter_id).kept_here
    assert str(counts) == "0 written, 1 sent, 0 later, 0 given up"
