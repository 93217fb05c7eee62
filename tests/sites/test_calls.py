"""Calls are signed so that the reference library of Standard Webhooks takes them alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from corrections_app.config import hosts
from corrections_app.sites import calls
from corrections_app.sites.calls import Key
from corrections_app.sites.trouble import Unreachable
from tests.receiver import receiving

OLD, NEW = Key("whsec_" + "b2xk" * 8), Key("whsec_" + "bmV3" * 8)
BODY = '{"type":"hook.test","data":{"words":"їжак 🦔"}}'.encode()


@pytest.fixture
def receiver():
    with receiving() as made:
        yield made


def call(receiver, keys=(NEW,), now=None):
    way = calls.client(hosts.inside_hosts(receiver.place))
    return calls.call(way, receiver.url, keys, "evt_1", BODY, now or datetime.now(UTC))


def test_the_reference_library_takes_a_call_by_either_secret_while_one_is_replaced(receiver):
    assert call(receiver, (NEW, OLD)).took_it

    (heard,) = receiver.heard
    for key in (NEW, OLD):
        assert Webhook(key.words).verify(heard.body.decode(), dict(heard.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "b3RoZXI=").verify(heard.body.decode(), dict(heard.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW.words).verify(heard.body.decode() + " ", dict(heard.headers))
    assert "old" not in repr((NEW, OLD))


def test_an_old_call_is_refused_there(receiver):
    call(receiver, now=datetime.now(UTC) - timedelta(hours=1))

    (heard,) = receiver.heard
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW.words).verify(heard.body.decode(), dict(heard.headers))


@pytest.mark.parametrize("status", [200, 204, 299, 301, 302, 304, 400, 410, 429, 500, 503])
def test_nothing_but_2xx_takes_a_call_and_no_redirect_is_followed(receiver, status):
    location = {"Location": f"{receiver.url}/elsewhere"}
    receiver.answers = lambda _heard: (status, location, b"")

    answered = call(receiver)

    assert (answered.status, answered.took_it) == (status, status < 300)
    assert len(receiver.heard) == 1


def test_of_a_long_answer_the_begin_is_read_and_its_status_counts(receiver):
    receiver.answers = lambda _heard: (200, {}, b"\0a\xff" * 500_000)

    answered = call(receiver)

    assert answered.took_it
    assert len(answered.text) == calls.MOST
    assert answered.text.startswith("�a�")


NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        (None, None),
        ("", None),
        ("120", 120),
        ("0", 0),
        ("-5", None),
        ("9" * 30, None),
        ("١٢", None),
        ("soon", None),
        (format_datetime(NOW + timedelta(minutes=3), usegmt=True), 180),
        (format_datetime(NOW - timedelta(minutes=3), usegmt=True), 0),
    ],
)
def test_the_pause_that_a_program_asks_for(said, pause):
    found = calls.retry_after(said, NOW)

    assert found == (None if pause is None else timedelta(seconds=pause))


def test_what_is_inside_is_called_only_where_it_is_named(receiver):
    with pytest.raises(Unreachable):
        calls.call(calls.client(), receiver.url, (NEW,), "evt_1", BODY, NOW)
    assert receiver.heard == []
