"""A letter over which the mail server falls silent delays no other one."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest

from corrections_app.domain.errors import Busy
from corrections_app.workflow import clock
from corrections_app.workflow.letters import delivery, outbox
from corrections_app.workflow.letters.transport import MaildirPost
from tests.workflow.letters.test_outbox import (
    DUE,
    LONG,
    SAFE_WAIT,
    a_letter,
    desk,
    sink,
    the_letter,
    until,
)

__all__ = ["desk", "sink"]


def test_a_recipient_over_whom_the_server_falls_silent_delays_nobody(desk, sink):
    sink.fail(rcpt_of={"bo@reader.example": "hold"})
    silent, *others = [a_letter(f"{name}@reader.example") for name in ("bo", "ada", "cy", "di")]
    carrier = delivery.Carrier(desk, 0.05)

    def all_but_one_went():
        delivery.deliver(DUE, carrier=carrier)
        return {the_letter(one).state for one in others} == {"sent"}

    until(all_but_one_went)
    others.append(a_letter("later@reader.example"))
    until(all_but_one_went)

    assert the_letter(silent).state == "sending"
    assert len(sink.letters) == 4
    sink.let_go()
    fates = Counter()
    carrier.finish(lambda: DUE, fates)
    assert (the_letter(silent).state, fates) == ("sent", {"sent": 1})
    assert len(sink.letters) == 5


def test_when_every_line_is_held_the_others_wait_and_are_given_back_at_the_end(desk, sink):
    sink.fail(rcpt="hold")
    letters = [a_letter(f"reader{number}@reader.example") for number in range(4)]
    stop, carrier = threading.Event(), delivery.Carrier(desk, 0.01, lines=2)

    def deliver():
        with desk.app_context():
            delivery.deliver(DUE, stop, carrier)

    passing = threading.Thread(target=deliver)
    passing.start()
    until(lambda: len(carrier._handed) == 2)
    stop.set()
    passing.join()
    sink.let_go()
    carrier.finish(lambda: DUE, Counter())

    assert [the_letter(one).state for one in letters] == ["sent", "sent", "ready", "ready"]
    assert {the_letter(one).attempts for one in letters[2:]} == {0}


def test_the_end_does_not_wait_for_a_server_that_says_nothing(desk, sink, monkeypatch):
    monkeypatch.setitem(desk.config, "MAIL_TIMEOUT", 4 * SAFE_WAIT)
    sink.fail(connect="silent")
    letter, stop, carrier = a_letter(), threading.Event(), delivery.Carrier(desk)

    def deliver():
        with desk.app_context():
            delivery.deliver(DUE, stop, carrier)
            carrier.finish(lambda: DUE, Counter())

    passing = threading.Thread(target=deliver, daemon=True)
    passing.start()
    until(lambda: sink.connections == 1)
    stop.set()
    passing.join(SAFE_WAIT)

    given_back = the_letter(letter)
    assert not passing.is_alive()
    # Nothing is held against the server: it might have answered.
    assert (given_back.state, given_back.attempts, given_back.error) == ("ready", 0, None)


def test_a_fault_of_ours_over_one_letter_stops_no_other(app, monkeypatch, caplog):
    bad, good = a_letter("bo@reader.example"), a_letter("ada@reader.example")
    send = MaildirPost.send

    def broken(post, message):
        if message.recipients == ["bo@reader.example"]:
            raise ValueError("nobody thought of it")
        send(post, message)

    monkeypatch.setattr(MaildirPost, "send", broken)

    delivery.deliver(DUE)
    first = the_letter(bad).state
    delivery.deliver(DUE + LONG)

    assert (first, the_letter(bad).state, the_letter(good).state) == ("ready", "dead", "sent")
    assert f"letter {bad} could not be handed over" in caplog.text


def test_what_became_of_a_letter_is_kept_while_the_database_is_away(desk, sink, monkeypatch):
    letters = [a_letter(f"reader{number}@reader.example") for number in range(3)]
    carrier, record = delivery.Carrier(desk), outbox.record

    def away(*_what):
        raise Busy("away", retry_after=5)

    monkeypatch.setattr(outbox, "record", away)
    with pytest.raises(Busy):
        delivery.deliver(DUE, carrier=carrier)
    assert the_letter(letters[0]).state == "sending"
    monkeypatch.setattr(outbox, "record", record)

    carrier.finish(lambda: DUE, Counter())
    # The lease ran from the moment of the claim, and the first pass took a while to come to it.
    delivery.deliver(DUE + 2 * outbox.LEASE)

    assert {the_letter(one).state for one in letters} == {"sent"}
    assert len(sink.letters) == 3


@pytest.mark.parametrize(("seconds", "words"), [(9, "9 seconds ahead"), (-9, "9 seconds behind")])
def test_a_worker_whose_clock_is_wrong_sends_nothing(desk, sink, monkeypatch, seconds, words):
    letter, carrier = a_letter(), delivery.Carrier(desk)
    monkeypatch.setattr(clock, "ahead", lambda: timedelta(seconds=seconds))

    assert words in delivery._pass(desk, threading.Event(), lambda: DUE, carrier)
    assert (the_letter(letter).state, sink.letters) == ("ready", [])

    monkeypatch.setattr(clock, "ahead", lambda: timedelta(seconds=1))
    assert delivery._pass(desk, threading.Event(), lambda: DUE, carrier) == ""
    carrier.finish(lambda: DUE, Counter())
    assert the_letter(letter).state == "sent"


def test_whoever_sends_once_by_hand_or_by_cron_needs_a_right_clock_too(desk, sink, monkeypatch):
    letter = a_letter()
    monkeypatch.setattr(clock, "ahead", lambda: timedelta(seconds=130))

    told = delivery.deliver(DUE)

    assert (told.sent, the_letter(letter).state, sink.letters) == (0, "ready", [])
    assert "130 seconds ahead" in str(told)


def test_the_clock_is_held_against_the_databases(desk):
    with desk.app_context():
        assert abs(clock.ahead()) < delivery.MOST_APART
