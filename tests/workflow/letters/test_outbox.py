"""Letters on their way: none lost, none delayed by another, each fate written down."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.workflow.letters import delivery, outbox, writing
from corrections_app.workflow.letters.outbox import LEASE, Fate
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import write
from tests.applications import TRIAL
from tests.bench import kill_workers
from tests.builders import NOON, a_correction, accept, an_article
from tests.smtp_sink import Sink

ROOT = Path(__file__).parent.parent.parent
DUE = NOON + timedelta(minutes=10)
LONG = timedelta(hours=8)
SAFE_WAIT = 20


@pytest.fixture
def sink(tmp_path):
    sink = Sink(tmp_path / "sink")
    yield sink
    sink.close()


@pytest.fixture
def desk(make_app, sink):
    """The application, with a mail server."""
    app = make_app(MAIL_URL=sink.url, MAIL_TIMEOUT=20)
    with app.app_context():
        yield app
        db.session.rollback()


def a_letter(recipient="ada@reader.example", now=NOON):
    """A letter in the outbox, about nothing."""
    composed = writing.Composed("answered", recipient, "Hello", "Hello.\n", "<p>Hello.</p>\n")
    with write() as session:
        return outbox.enqueue(session, composed, now).id


def the_letter(letter_id):
    db.session.rollback()
    return db.session.get_one(Letter, letter_id)


def until(true):
    end = time.monotonic() + SAFE_WAIT
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def test_a_decision_ends_in_the_readers_letter_box(desk, sink):
    by = accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
    accept(a_correction(an_article(), "May 2025", "May 2026"), by)

    early, due = delivery.deliver(DUE - timedelta(seconds=1)), delivery.deliver(DUE)

    [letter] = sink.letters
    kept = db.session.scalars(select(Letter)).one()
    assert (early.sent, due.composed, due.sent) == (0, 1, 1)
    assert (letter["To"], letter["Message-ID"]) == ("ada@reader.example", kept.message_id)
    assert "*2026*" in letter.get_body("plain").get_content()
    assert (kept.state, kept.attempts, kept.error) == ("sent", 1, None)


def test_a_sent_letter_is_not_sent_again(desk, sink):
    a_letter()

    assert [delivery.deliver(DUE + n * LONG).sent for n in range(3)] == [1, 0, 0]
    assert len(sink.letters) == 1


def test_a_batch_goes_over_one_connection(desk, sink):
    for number in range(delivery.BATCH + 2):
        a_letter(f"reader{number}@reader.example")

    assert delivery.deliver(DUE).sent == delivery.BATCH + 2
    assert sink.connections == 1


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_a_letter_refused_for_good_is_given_up_out_loud(desk, sink, stage):
    sink.fail(**{stage: "550 no such person"})
    letter_id = a_letter()

    counts = delivery.deliver(DUE)

    letter = the_letter(letter_id)
    assert (counts.dead, letter.state, letter.attempts) == (1, "dead", 1)
    assert letter.error == "550 no such person"
    assert outbox.how_many_unsent() == 1


@pytest.mark.parametrize("answer", ["421 closing", "450 busy", "451 greylisted", "452 full"])
def test_a_letter_refused_for_now_waits_and_goes_again(desk, sink, answer):
    sink.fail(rcpt=[answer])
    letter_id = a_letter()

    first = delivery.deliver(DUE)
    waiting = the_letter(letter_id)
    pause = waiting.next_attempt_at - DUE

    assert (first.later, waiting.state, waiting.error) == (1, "ready", answer)
    assert outbox.FIRST_WAIT * 0.7 < pause < outbox.FIRST_WAIT * 1.3
    assert delivery.deliver(DUE + outbox.FIRST_WAIT * 0.7).sent == 0
    assert delivery.deliver(DUE + outbox.FIRST_WAIT * 1.3).sent == 1


def test_a_letter_refused_for_four_days_is_given_up(desk, sink):
    sink.fail(rcpt="451 not today")
    letter_id = a_letter()

    moment, last = DUE, DUE
    while the_letter(letter_id).state == "ready":
        last, moment = moment, max(the_letter(letter_id).next_attempt_at, DUE)
        delivery.deliver(moment)

    letter = the_letter(letter_id)
    assert letter.state == "dead"
    assert "given up after 4 days: 451 not today" in letter.error
    assert last - DUE < outbox.GIVEN_UP_AFTER <= moment - DUE + timedelta(seconds=1)
    assert 20 < letter.attempts < 40


def test_a_lost_answer_is_met_by_the_same_letter_once_more(desk, sink):
    sink.fail(dot=["drop"])
    letter_id = a_letter()

    delivery.deliver(DUE)
    unknown = the_letter(letter_id).state, the_letter(letter_id).unknowns
    delivery.deliver(DUE + LONG)

    assert unknown == ("ready", 1)
    assert the_letter(letter_id).state == "sent"
    assert [one["Message-ID"] for one in sink.letters] == [the_letter(letter_id).message_id] * 2
    assert sink.envelopes[0] == sink.envelopes[1]


def test_an_answer_lost_twice_ends_the_trying(desk, sink):
    sink.fail(dot="drop")
    letter_id = a_letter()

    for number in range(4):
        delivery.deliver(DUE + number * LONG)

    assert the_letter(letter_id).state == "dead"
    assert "may have arrived" in the_letter(letter_id).error
    assert len(sink.letters) == 2


def test_a_poisoned_letter_delays_no_other(desk, sink):
    sink.fail(rcpt_of={"drop@reader.example": "drop", "no@reader.example": "550 no"})
    bad = [a_letter(to) for to in ("drop@reader.example", "two@x.example, three@x.example")]
    bad.append(a_letter("no@reader.example"))
    good = [a_letter(f"reader{number}@reader.example") for number in range(3)]

    counts = delivery.deliver(DUE)

    assert (counts.sent, counts.dead, counts.later) == (3, 2, 1)
    assert {the_letter(one).state for one in good} == {"sent"}
    assert [the_letter(one).state for one in bad] == ["ready", "dead", "dead"]


def test_a_server_that_falls_silent_over_one_letter_gets_the_others(desk, sink):
    desk.config["MAIL_TIMEOUT"] = 2  # the others' answers may take as long on a busy machine
    sink.fail(rcpt_of={"bo@reader.example": "silent"})
    bad, *good = [a_letter(f"{name}@reader.example") for name in ("bo", "ada", "cy")]

    counts = delivery.deliver(DUE)

    assert (counts.sent, counts.later) == (2, 1)
    assert the_letter(bad).state == "ready"
    assert {the_letter(one).state for one in good} == {"sent"}


def test_without_a_server_every_letter_stays_as_it_was(desk, sink):
    letters = [a_letter() for _ in range(3)]
    sink.close()

    counts = delivery.deliver(DUE)

    assert counts.sent == 0
    assert "refused" in counts.trouble
    assert {(the_letter(one).state, the_letter(one).attempts) for one in letters} == {("ready", 0)}
    assert "refused" in the_letter(letters[0]).error


def test_a_letter_is_in_one_pair_of_hands(desk):
    letters = [a_letter() for _ in range(3)]

    first, second, none = (outbox.claim(2, DUE) for _ in range(3))

    assert [[one.id for one in hands] for hands in (first, second, none)] == [
        letters[:2],
        letters[2:],
        [],
    ]


def test_a_letter_whose_worker_is_gone_is_sent_by_another(desk, sink):
    letter_id = a_letter()
    [gone] = outbox.claim(1, DUE)

    assert delivery.deliver(DUE + LEASE - timedelta(seconds=1)).sent == 0
    assert delivery.deliver(DUE + LEASE).sent == 1
    outbox.record(gone, Fate("dead", "too late"), DUE + LEASE)

    assert the_letter(letter_id).state == "sent"
    assert sink.letters[0]["Message-ID"] == gone.message_id


def test_a_stopped_worker_gives_back_what_it_has_not_sent(desk, sink):
    letter_id = a_letter()
    stop = threading.Event()
    claimed = outbox.claim(1, DUE)
    outbox.give_back(claimed, DUE, None)
    stop.set()

    assert delivery.deliver(DUE, stop).sent == 0
    letter = the_letter(letter_id)
    assert (letter.state, letter.attempts, letter.lease) == ("ready", 0, None)
    assert letter.first_attempt_at is None


def test_a_letter_given_up_can_be_sent_after_all(desk, sink):
    sink.fail(rcpt=["550 no such person"])
    letter_id = a_letter()
    delivery.deliver(DUE)

    outbox.retry(letter_id, DUE + LONG)

    assert delivery.deliver(DUE + LONG).sent == 1
    with pytest.raises(errors.Invalid):
        outbox.retry(letter_id, DUE + LONG)
    with pytest.raises(errors.NotFound):
        outbox.retry(letter_id + 1, DUE + LONG)


def test_a_one_time_link_is_sent_and_forgotten(desk, sink):
    link = "http://localhost/sign-in/very-secret"
    with write() as session:
        composed = writing.sign_in("max@courier.example", "Max", link)
        letter_id = outbox.enqueue(session, composed, NOON).id

    delivery.deliver(DUE)

    [letter] = sink.letters
    assert link in letter.get_body("plain").get_content()
    assert f'href="{link}"' in letter.get_body("html").get_content()
    assert the_letter(letter_id).secret is None


def test_no_transaction_is_open_while_a_server_is_spoken_to(desk, sink):
    a_letter()
    sink.fail(dot=["hold"])
    passing = threading.Thread(target=_deliver, args=(desk,))

    passing.start()
    until(lambda: sink.holds)
    a_letter("bo@reader.example")

    assert passing.is_alive()
    sink.let_go()
    passing.join()


def _deliver(app):
    with app.app_context():
        delivery.deliver(DUE)


def test_two_workers_at_once_send_each_letter_once(desk, sink):
    for number in range(20):
        a_letter(f"reader{number}@reader.example")

    passes = [threading.Thread(target=_deliver, args=(desk,)) for _ in range(2)]
    for one in passes:
        one.start()
    for one in passes:
        one.join()

    assert len({letter["To"] for letter in sink.letters}) == len(sink.letters) == 20


def test_the_worker_says_once_that_letters_cannot_go(desk, sink, caplog):
    a_letter()
    sink.close()
    stop, tries = threading.Event(), []

    def clock():
        tries.append(1)
        if len(tries) > 9:
            stop.set()
        return DUE

    delivery.run(desk, stop, wait=0.01, clock=clock)

    [said] = caplog.messages
    assert "cannot be delivered" in said


def test_the_worker_outlives_an_absent_database(make_app, tmp_path, caplog):
    app = make_app(DATABASE_URL=f"sqlite:///{tmp_path / 'none' / 'db.sqlite'}")
    stop, tries = threading.Event(), []

    def clock():
        tries.append(1)
        if len(tries) > 2:
            stop.set()
        return DUE

    delivery.run(app, stop, wait=0.01, clock=clock)

    assert "the database cannot be used" in caplog.text


def test_a_worker_told_to_stop_finishes_the_letter_in_hand(desk, database, sink, tmp_path):
    letters = [a_letter(f"reader{number}@reader.example") for number in range(3)]
    sink.fail(rcpt_of={"reader0@reader.example": "hold"})
    process = _worker_process(database, sink, tmp_path)

    # A connection alone is no letter in hand, and a signal is heard when the worker says so.
    until(lambda: sink.holds)
    process.send_signal(signal.SIGTERM)
    assert process.stdout.readline() == "stopping\n"
    sink.let_go()
    assert process.wait(SAFE_WAIT) == 0
    process.stdout.close()

    states = [the_letter(one).state for one in letters]
    assert states == ["sent", "ready", "ready"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("plant", "tries", "is_fine"), [(None, 1, True), ("mark-before-send", 4, False)]
)
def test_killed_workers_lose_no_letter_and_a_planted_fault_shows(
    database, sink, tmp_path, plant, tries, is_fine
):
    config = TRIAL | {
        "DATABASE_URL": database,
        "INSTANCE": str(tmp_path / "instance"),
        "MAIL_URL": sink.url,
    }

    # Where a kill falls is chance: twelve may all miss the moment that the fault needs.
    results = [kill_workers.run(config, sink, kills=12, plant=plant)]
    while results[-1].is_fine and len(results) < tries:
        results.append(kill_workers.run(config, sink, kills=12, plant=plant))

    assert results[-1].is_fine is is_fine, str(results)


WORKER = """
import threading
from corrections_app import create_app
from corrections_app.workflow.letters import delivery
stop = threading.Event()
delivery.stop_on_signals(stop)
threading.Thread(target=lambda: stop.wait() and print("stopping", flush=True), daemon=True).start()
delivery.run(create_app(), stop, wait=0.05)
"""


def _worker_process(database, sink, tmp_path):
    settings = {
        "CORRECTIONS_DATABASE_URL": database,
        "CORRECTIONS_INSTANCE": str(tmp_path / "instance"),
        "CORRECTIONS_MAIL_URL": sink.url,
        "CORRECTIONS_MAIL_SENDER": "corrections@courier.example",
        "CORRECTIONS_PUBLIC_URL": "http://localhost",
    }
    command = [sys.executable, "-c", WORKER]
    return subprocess.Popen(
        command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE, text=True
    )
