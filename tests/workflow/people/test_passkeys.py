"""Passkeys: what a device signs counts once, here, for its owner, and only if it counts on."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.extensions import db
from corrections_app.models import Passkey
from corrections_app.workflow.people import factors, passkeys, sessions
from corrections_app.workflow.people.factors import Proof
from tests.builders import NOON
from tests.factors import Device, came_in, with_passkey

MAX = "max@courier.example"
LATER = NOON + timedelta(hours=2)


def asked(user):
    return passkeys.ask_to_sign(user)


def finish(user, answer):
    user_id, token = user.id, user.get_id()
    signed = passkeys.signed(user_id, token, answer)
    return factors.finish(token, Proof(signed=signed), now=LATER)


def test_a_passkey_signs_in_its_owner(app, max_):
    device = with_passkey(MAX, NOON)
    user = came_in(MAX, LATER)
    assert user.owes_factor

    assert finish(user, device.signed(asked(user))).id == max_.id

    [key] = factors.held_by(max_.id).passkeys
    assert (key.sign_count, key.last_used_at) == (1, LATER)


def test_an_answer_counts_once(app, max_):
    device = with_passkey(MAX, NOON)
    user = came_in(MAX, LATER)
    answer = device.signed(asked(user))
    finish(user, answer)
    user = came_in(MAX, LATER)
    asked(user)

    with pytest.raises(Invalid):
        finish(user, answer)


def test_a_challenge_is_gone_with_the_first_answer_even_a_wrong_one(app, max_):
    device = with_passkey(MAX, NOON)
    user = came_in(MAX, LATER)
    options = asked(user)
    with pytest.raises(Invalid):
        finish(user, Device().signed(options))

    with pytest.raises(Invalid):
        finish(user, device.signed(options))


def elsewhere(device):
    device.origin = "http://localhost.evil.example"


def another_host(device):
    device.host = "evil.example"


def another_key(device):
    device.key = Device().key


@pytest.mark.parametrize("wrong", [elsewhere, another_host, another_key])
def test_what_was_signed_elsewhere_or_by_another_key_counts_for_nothing(app, max_, wrong):
    device = with_passkey(MAX, NOON)
    user = came_in(MAX, LATER)
    wrong(device)

    with pytest.raises(Invalid):
        finish(user, device.signed(asked(user)))


def test_a_registration_is_no_answer_to_a_challenge(app, max_):
    device = with_passkey(MAX, NOON)
    user = came_in(MAX, LATER)

    with pytest.raises(Invalid):
        finish(user, device.signed(asked(user), kind="webauthn.create"))


def test_a_copy_that_counts_back_is_refused(app, max_):
    device = with_passkey(MAX, NOON)
    user = came_in(MAX, LATER)
    finish(user, device.signed(asked(user), counts=5))
    device.count = 2
    user = came_in(MAX, LATER)

    with pytest.raises(Invalid):
        finish(user, device.signed(asked(user)))


def test_of_two_answers_with_one_count_the_second_is_a_copy(app, max_):
    device = with_passkey(MAX, NOON)
    tokens, signed = [came_in(MAX, LATER).get_id() for _ in range(2)], []
    for token in tokens:
        device.count = 0
        user = sessions.owing(token, LATER)
        signed.append(passkeys.signed(user.id, token, device.signed(asked(user))))
    factors.finish(tokens[0], Proof(signed=signed[0]), now=LATER)

    with pytest.raises(Invalid):
        factors.finish(tokens[1], Proof(signed=signed[1]), now=LATER)


def test_a_colleagues_passkey_is_not_yours(app, max_, mira):
    with_passkey(MAX, NOON)
    hers = with_passkey("mira@courier.example", NOON)
    user = came_in(MAX, LATER)

    with pytest.raises(Invalid):
        finish(user, hers.signed(asked(user)))


def test_one_key_stands_once_and_there_is_a_limit(app, max_):
    device = with_passkey(MAX, NOON)
    user = came_in(MAX, LATER)
    user = finish(user, device.signed(asked(user)))
    again = passkeys.registered(user.get_id(), device.made(passkeys.ask_for_new(user)))
    with pytest.raises(Invalid, match="already"):
        factors.add_passkey(user, again, "twice", now=LATER)
    for number in range(9):
        other = Device()
        key = passkeys.registered(user.get_id(), other.made(passkeys.ask_for_new(user)))
        user, codes = factors.add_passkey(user, key, f"key {number}", now=LATER)
        assert codes == []  # those of the first one go on
    other = Device()
    key = passkeys.registered(user.get_id(), other.made(passkeys.ask_for_new(user)))

    with pytest.raises(Invalid, match="10 passkeys"):
        factors.add_passkey(user, key, "one too many", now=LATER)


def test_a_removed_passkey_signs_nobody_in(app, max_):
    device = with_passkey(MAX, NOON)
    second = Device()
    user = came_in(MAX, LATER)
    user = finish(user, device.signed(asked(user)))
    key = passkeys.registered(user.get_id(), second.made(passkeys.ask_for_new(user)))
    user, _ = factors.add_passkey(user, key, "second", now=LATER)
    with pytest.raises(NotFound):
        factors.remove_passkey(user, 99, now=LATER)
    first = db.session.scalars(select(Passkey.id).order_by(Passkey.id)).first()
    db.session.rollback()
    factors.remove_passkey(user, first, now=LATER)
    user = came_in(MAX, LATER)

    with pytest.raises(Invalid):
        finish(user, device.signed(asked(user)))
    assert finish(user, second.signed(asked(user))).id == max_.id


def test_a_device_that_does_not_count_is_taken_each_time(app, max_):
    device = with_passkey(MAX, NOON)
    for _ in range(2):
        user = came_in(MAX, LATER)
        assert finish(user, device.signed(asked(user), counts=0)).id == max_.id


def test_one_that_counted_may_not_stop_counting(app, max_):
    device = with_passkey(MAX, NOON)
    with db.session.begin():
        db.session.execute(update(Passkey).values(sign_count=7))
    user = came_in(MAX, LATER)

    with pytest.raises(Invalid):
        finish(user, device.signed(asked(user), counts=0))


RUBBISH = [
    "",
    "null",
    "[]",
    "{}",
    "[" * 7000,
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}',
    "x" * 9000,
]


@pytest.mark.parametrize("answer", RUBBISH)
def test_rubbish_is_refused(app, max_, answer):
    with_passkey(MAX, NOON)
    user = came_in(MAX, LATER)
    options = asked(user)
    assert json.loads(options)["challenge"]

    with pytest.raises(Invalid):
        finish(user, answer)
    asked(user)
    with pytest.raises(Invalid):
        passkeys.registered(user.get_id(), answer)


def test_every_damaged_answer_is_refused_in_words(app, max_):
    device = with_passkey(MAX, NOON)
    user = came_in(MAX, LATER)
    user_id, token = user.id, user.get_id()
    whole = json.loads(device.signed(asked(user)))
    for name in whole["response"]:
        for damage in ("", "A", "*", "AAAA", "é", whole["response"][name][:-9]):
            broken = whole | {"response": whole["response"] | {name: damage}}
            user.session_token = token
            asked(user)
            with pytest.raises(Invalid):
                passkeys.signed(user_id, token, json.dumps(broken))
    made = json.loads(Device().made(passkeys.ask_for_new(user)))
    for name in made["response"]:
        for damage in ("", "A", "*", "AAAA", "oWNmbXQ", "é", made["response"][name][:-9]):
            broken = made | {"response": made["response"] | {name: damage}}
            passkeys.ask_for_new(user)
            with pytest.raises(Invalid):
                passkeys.registered(token, json.dumps(broken))


@pytest.mark.parametrize(
    ("url", "works"),
    [
        ("https://corrections.example.org", True),
        ("https://corrections.example.org:8443", True),
        ("http://localhost:5000", True),
        ("http://corrections.example.org", False),
        ("http://127.0.0.1:5000", False),
        ("https://[2001:db8::1]", False),
    ],
)
def test_where_browsers_have_passkeys(app, url, works):
    app.config["PUBLIC_URL"] = url

    assert passkeys.work_here() is works
