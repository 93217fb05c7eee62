"""Letters that come back: what follows for the letter, for its address, and for the operator."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Address, Letter
from corrections_app.workflow.bounces import taking
from corrections_app.workflow.letters import addresses, delivery, envelope, outbox, writing
from corrections_app.workflow.letters.mime import Malformed
from corrections_app.workflow.privacy import erasing
from corrections_app.workflow.transaction import write
from tests.builders import NOON
from tests.domain.bounces import samples
from tests.domain.bounces.samples import BACK, GARBAGE
from tests.smtp_sink import Sink

BOUNCES = "bounces@news.example"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def desk(make_app):
    """An application whose letters have an address of their own to come back to."""
    app = make_app(BOUNCES=BOUNCES, MAIL_SENDER="desk@news.example")
    with app.app_context():
        yield app
        db.session.rollback()


def a_letter(recipient="ada@reader.example", state="sent", key=True):
    """A letter that was handed over at noon."""
    own = addresses.key_of(recipient) if key else None
    composed = writing.Composed(
        "answered", recipient, "Hello", "Hello.\n", "<p>Hello.</p>\n", address_key=own
    )
    with write() as session:
        letter = outbox.enqueue(session, composed, NOON, state)
        letter.attempts, letter.first_attempt_at, letter.sent_at = 1, NOON, NOON
        return letter.id


def the_letter(letter_id):
    db.session.rollback()
    return db.session.get_one(Letter, letter_id)


def about(letter_id, name):
    """A report of this shape, come back to the letter's own address."""
    back = envelope.sender_for(letter_id, the_letter(letter_id).message_id)
    return getattr(samples, name).replace(BACK.encode(), back.encode())


NOBODY = ["POSTFIX", "EXIM", "EXIM_OLD", "GMAIL", "EXCHANGE", "GLOBAL", "QMAIL"]


@pytest.mark.parametrize("name", NOBODY)
def test_where_nobody_is_no_further_letter_goes(desk, name):
    letter_id, waiting = a_letter(), a_letter(state="ready")
    other = a_letter("bo@reader.example", "ready")

    assert taking.take(about(letter_id, name), LATER) == "no_mailbox"

    letter = the_letter(letter_id)
    assert (letter.state, letter.refusal, letter.refused_at) == ("dead", "no_mailbox", LATER)
    assert letter.error.startswith("came back")
    assert the_letter(waiting).state == "suppressed"
    assert "no such mailbox" in the_letter(waiting).error
    assert the_letter(other).state == "ready"
    key = addresses.key_of("Ada+x@Reader.example")
    assert addresses.state_of(key) == addresses.UNREACHABLE
    assert "ada+x" not in str(db.session.scalars(select(Address.key)).all())


@pytest.mark.parametrize("name", ["POSTFIX_DELAYED", "DELIVERED"])
def test_a_delay_changes_nothing(desk, name):
    letter_id = a_letter()

    assert taking.take(about(letter_id, name), LATER) == "delayed"

    letter = the_letter(letter_id)
    assert (letter.state, letter.error, letter.refusal) == ("sent", None, None)


def test_what_could_not_be_delivered_for_now_is_tried_again_and_given_up_in_the_end(desk):
    soon, late = a_letter(), a_letter("bo@reader.example")

    assert taking.take(about(soon, "POSTFIX_EXPIRED"), LATER) == "for_now"
    taking.take(about(late, "POSTFIX_EXPIRED"), NOON + outbox.GIVEN_UP_AFTER)

    assert the_letter(soon).state == "ready"
    assert LATER < the_letter(soon).next_attempt_at < LATER + timedelta(hours=1)
    assert (the_letter(late).state, the_letter(late).refusal) == ("dead", "for_now")
    assert addresses.state_of(addresses.key_of("ada@reader.example")) == "unknown"


def test_a_refusal_of_policy_ends_nobodys_address_and_is_counted_for_the_operator(desk):
    letter_id = a_letter()

    assert taking.take(about(letter_id, "OUTLOOK_BLOCKED"), LATER) == "policy"

    assert (the_letter(letter_id).state, the_letter(letter_id).refusal) == ("dead", "policy")
    assert addresses.state_of(addresses.key_of("ada@reader.example")) == "unknown"
    assert outbox.refused_for_policy(LATER) == 1
    assert outbox.refused_for_policy(LATER + outbox.POLICY_SHOWN) == 0


@pytest.mark.parametrize(("name", "cause"), [("FULL", "other"), ("FORWARDED", "no_mailbox")])
def test_any_other_refusal_is_shown_at_its_letter_and_ends_no_address(desk, name, cause):
    letter_id = a_letter()

    taking.take(about(letter_id, name), LATER)

    assert (the_letter(letter_id).state, the_letter(letter_id).refusal) == ("dead", cause)
    assert addresses.state_of(addresses.key_of("ada@reader.example")) == "unknown"


def forged(letter_id):
    right = envelope.sender_for(letter_id, the_letter(letter_id).message_id)
    local, host = right.split("@")
    number, seal = local.removeprefix("bounces+").split("-")
    yield BOUNCES
    yield f"bounces+{number}@{host}"
    yield f"bounces+{number}-@{host}"
    yield f"bounces+{number}-{'0' * 20}@{host}"
    yield f"bounces+{number}-{seal[:-1]}@{host}"
    yield f"bounces+{number}-{seal}0@{host}"
    yield f"bounces+{int(number, 16) + 1:x}-{seal}@{host}"
    yield f"bounces+{'f' * 15}-{seal}@{host}"
    yield f"bounces+{'f' * 16}-{seal}@{host}"
    yield f"bounces+{number}-{seal}@elsewhere.example"
    yield f"other+{number}-{seal}@{host}"
    yield f"bounces+-{number}-{seal}@{host}"
    yield f"bounces+\u0661-{seal}@{host}"


def test_a_report_that_somebody_made_up_suppresses_nobody(desk):
    letter_id = a_letter()

    for address in forged(letter_id):
        raw = samples.POSTFIX.replace(BACK.encode(), address.encode())
        assert taking.take(raw, LATER) == "none", address

    assert the_letter(letter_id).state == "sent"
    assert db.session.scalars(select(Address)).all() == []


def test_an_address_in_small_or_capital_letters_is_the_same(desk):
    letter_id = a_letter()
    back = envelope.sender_for(letter_id, the_letter(letter_id).message_id)

    raw = samples.POSTFIX.replace(BACK.encode(), back.upper().encode())

    assert taking.take(raw, LATER) == "no_mailbox"


def test_a_report_that_comes_twice_changes_nothing_the_second_time(desk):
    letter_id = a_letter()
    taking.take(about(letter_id, "POSTFIX"), LATER)

    taking.take(about(letter_id, "OUTLOOK_BLOCKED"), LATER + timedelta(days=1))

    assert the_letter(letter_id).refusal == "no_mailbox"
    assert the_letter(letter_id).refused_at == LATER


def test_a_letter_that_nobody_stops_comes_back_without_an_address_to_end(desk):
    letter_id = a_letter("max@news.example", key=False)

    taking.take(about(letter_id, "QMAIL"), LATER)

    assert the_letter(letter_id).refusal == "no_mailbox"
    assert db.session.scalars(select(Address)).all() == []


def test_whoever_tries_again_or_whose_owner_acts_gets_letters_again(desk):
    letter_id = a_letter()
    key = addresses.key_of("ada@reader.example")
    taking.take(about(letter_id, "POSTFIX"), LATER)

    outbox.retry(letter_id, LATER)

    letter = the_letter(letter_id)
    assert (letter.state, letter.refusal, letter.refused_at) == ("ready", None, None)
    assert addresses.state_of(key) == "unknown"
    with write() as session:
        addresses.end(session, key, LATER)
    addresses.keep(key, LATER)
    assert addresses.state_of(key) == "confirmed"


def test_a_stop_outlasts_what_comes_back(desk):
    letter_id = a_letter()
    key = addresses.key_of("ada@reader.example")
    addresses.stop(key, NOON)
    taking.take(about(letter_id, "POSTFIX"), LATER)
    outbox.retry(letter_id, LATER)

    assert addresses.state_of(key) == "stopped"


@pytest.mark.parametrize("raw", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_leads_to_nothing(desk, raw):
    letter_id = a_letter()
    back = envelope.sender_for(letter_id, the_letter(letter_id).message_id)

    assert taking.take(raw.replace(BACK.encode(), back.encode()), LATER) in ("none", "no_mailbox")


def test_nothing_comes_back_where_no_address_is_named(make_app):
    app = make_app()
    with app.app_context():
        assert envelope.sender_for(1, "<x@y>") is None
        assert envelope.letter_of("bounces+1-0123456789abcdef0123@news.example") is None
        assert taking.look(NOON) == {}


@pytest.mark.parametrize("named", ["bounces+x@news.example", "b" * 25 + "@news.example", "bounces"])
def test_an_address_that_leaves_no_room_is_refused(make_app, named):
    with pytest.raises(Exception, match=r"CORRECTIONS_BOUNCES is .*one e-mail address"):
        make_app(BOUNCES=named)


def test_every_letter_goes_with_its_own_envelope_and_the_same_sender(make_app, tmp_path):
    sink = Sink(tmp_path / "sink")
    app = make_app(MAIL_URL=sink.url, MAIL_SENDER="desk@news.example", BOUNCES=BOUNCES)
    with app.app_context():
        ids = [a_letter(f"{name}@reader.example", "ready") for name in ("ada", "bo")]
        delivery.deliver(LATER)
        sent = [one["from"] for one in sink.envelopes]
        found = [envelope.letter_of(address).id for address in sent]
        db.session.rollback()
    sink.close()

    assert found == ids
    assert {letter["From"].addresses[0].addr_spec for letter in sink.letters} == {
        "desk@news.example"
    }
    assert "bounces" not in str(sink.letters[0])


@pytest.mark.parametrize(
    ("answer", "cause", "known"),
    [
        ("550 5.1.1 <ada@reader.example>: user unknown", "no_mailbox", "unreachable"),
        ("550 5.7.1 our block list", "policy", "unknown"),
        ("550 no", "other", "unknown"),
        ("550 4.2.2 for good all the same", "other", "unknown"),
    ],
)
def test_what_a_server_refuses_at_once_means_the_same(make_app, tmp_path, answer, cause, known):
    sink = Sink(tmp_path / "sink")
    sink.fail(rcpt=[answer])
    app = make_app(MAIL_URL=sink.url)
    with app.app_context():
        first, second = a_letter(state="ready"), a_letter(state="ready")
        delivery.deliver(LATER)
        states = [the_letter(one).state for one in (first, second)]
        refusal, state = (
            the_letter(first).refusal,
            addresses.state_of(addresses.key_of("ada@reader.example")),
        )
        db.session.rollback()
    sink.close()

    assert states == ["dead", "suppressed" if known == "unreachable" else "sent"]
    assert (refusal, state) == (cause, known)


def test_no_envelope_is_made_of_what_is_no_address(desk):
    desk.config["BOUNCES"] = "x y@news.example"
    letter = outbox.written(the_letter(a_letter()))
    sender = delivery.sender_of(desk)

    with pytest.raises(Malformed):
        delivery.Message(letter, sender)


@pytest.mark.parametrize("name", ["POSTFIX", "POSTFIX_EXPIRED"])
def test_what_comes_back_of_an_erased_letter_is_not_written_down_again(desk, name):
    letter_id = a_letter()
    report = about(letter_id, name)
    erasing.of_mailbox(addresses.key_of("ada@reader.example"), LATER)

    taking.take(report, LATER)

    letter = the_letter(letter_id)
    assert (letter.state, letter.error, letter.recipient) == ("sent", None, "")
    assert db.session.scalars(select(Address.key)).all() == []
