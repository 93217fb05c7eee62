"""An address that is taken anywhere is taken everywhere, and its letter goes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from corrections_app import config
from corrections_app.config import BadConfiguration
from corrections_app.config.mail import mail_server
from corrections_app.domain.errors import Invalid
from corrections_app.workflow.letters.mime import (
    Malformed,
    Message,
    Sender,
    Written,
    single_address,
)
from corrections_app.workflow.letters.transport import SmtpPost
from corrections_app.workflow.people import accounts
from corrections_app.workflow.submitting.submission import checked_address
from tests.smtp_sink import Sink

LETTER = Written(
    recipient="",
    message_id="<letter-1.abc@courier.example>",
    thread=None,
    subject="Hello",
    text="Hello.\n",
    html="<p>Hello.</p>\n",
    date=datetime(2026, 3, 2, 12, tzinfo=UTC),
)
ATEXT = "abcXYZ019!#$%&'*+/=?^_`{|}~-"
DOORS = {
    "a submission": checked_address,
    "an account": accounts.checked_address,
    "REPLY_TO": lambda typed: read("REPLY_TO", typed),
    "MAIL_SENDER": lambda typed: read("MAIL_SENDER", typed),
    "EDITOR": lambda typed: read("EDITOR", typed),
}


def read(name, typed):
    return config._checked(name, typed)


def taken(door, typed):
    """The address that a door makes of what is typed; None where it refuses."""
    try:
        return door(typed)
    except (Invalid, BadConfiguration):
        return None


@pytest.mark.parametrize(
    "typed",
    [
        *("a%b@example.com", "ada@reader.example", "o'hara@bücher.example", "ada@b..example"),
        *("ada@straße.example", "ada bo@reader.example", "ada@[127.0.0.1]", f"{'a' * 65}@b.co"),
    ],
)
def test_every_door_answers_the_same(typed):
    answers = {name: taken(door, typed) for name, door in DOORS.items()}

    assert len(set(answers.values())) == 1, answers


@pytest.mark.parametrize("name", ["an account", "MAIL_SENDER", "EDITOR"])
def test_the_trials_own_addresses_are_taken_where_nobody_strange_types_them(name):
    assert taken(DOORS[name], "editor@localhost") == "editor@localhost"
    assert taken(checked_address, "editor@localhost") is None


@pytest.fixture(scope="module")
def post(tmp_path_factory):
    sink = Sink(tmp_path_factory.mktemp("sink"))
    post = SmtpPost(mail_server(sink.url), cafile=None, name=None)
    post.sink = sink
    yield post
    post.close()
    sink.close()


local_parts = st.text(ATEXT + ".", min_size=1, max_size=64)
labels = st.text("abcxyz0189-äßжあ한א", min_size=1, max_size=63)
domains = st.lists(labels, min_size=1, max_size=4).map(lambda names: ".".join([*names, "example"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(local=local_parts, domain=domains)
@example(local="a%b", domain="example.com")
@example(local="a" * 64, domain=".".join(["b" * 60] * 3))
@example(local="o'hara+x=y", domain="bücher.example")
def test_whatever_is_taken_at_the_door_goes_out(app, post, local, domain):
    typed = f"{local}@{domain}"
    address = taken(checked_address, typed)
    if address is None:
        return
    assert single_address(address) == address

    post.send(Message(replace(LETTER, recipient=address), Sender("Desk", "desk@courier.example")))

    assert post.sink.envelopes[-1]["to"] == [address]
    assert post.sink.letters[-1]["To"] == address


def test_what_is_refused_at_the_door_is_refused_as_a_recipient():
    with pytest.raises(Malformed):
        single_address("a%b@example.com")
