"""Three hundred hostile values in every field: the headers stay those meant, to one reader."""

from __future__ import annotations

import random
import re
from dataclasses import fields
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Letter, Owed
from corrections_app.workflow.letters import addresses, writing
from corrections_app.workflow.letters.mime import Malformed, Sender, serialised, single_address
from corrections_app.workflow.letters.outbox import written
from tests.builders import NOON, a_correction, an_article, reject

MARK = "Zqx"
SURROGATE = re.compile("[\ud800-\udfff]")
HEADERS = [
    *("Auto-Submitted", "Content-Type", "Date", "From", "List-Unsubscribe"),
    *("List-Unsubscribe-Post", "MIME-Version", "Message-ID", "References", "Reply-To"),
    *("Subject", "To", "X-Auto-Response-Suppress"),
]
SEEDS = [
    "\r\nBcc: bo@reader.example",
    "\nBcc: bo@reader.example\n\nanother body",
    "\r\n\r\n<script>alert(1)</script>",
    "\rSubject: other",
    "\x0bBcc: bo@reader.example",
    "\x85Bcc: bo@reader.example",
    "\u2028Bcc: bo@reader.example",
    "\x1eBcc: bo@reader.example",
    "\r\n .\r\n.\r\nMAIL FROM:<bo@reader.example>",
    "=?utf-8?q?=0D=0ABcc=3A_bo=40reader=2Eexample?=",
    "=?utf-8?b?DQpCY2M6IGJvQHJlYWRlci5leGFtcGxl?=",
    "ada@reader.example, bo@reader.example",
    "Ada <bo@reader.example>",
    '"bo@reader.example" <ada@reader.example>',
    "ada@reader.example>\r\nRCPT TO:<bo@reader.example>",
    "ada@reader.example]<bo@reader.example>",
    "half \ud83e a crab",
    "\u202egnol",
    "{{ config }} {% for x in [] %} %(name)s %s {0}",
    "--=_boundary--\r\n",
    "\x00\x01\x7f",
    "a" * 2_000,
    "é" * 1_500,
    "🦀" * 400,
    "' onmouseover=alert(1) x='",
    "<img src=http://evil.example/x.png>",
    "]]><!--",
]


def hostile(count):
    """So many values, each a mixture of the seeds and of a mark that no header may hold."""
    chance = random.Random(5)
    values = [*SEEDS, *(seed + chance.choice(SEEDS) for seed in SEEDS)]
    while len(values) < count:
        values.append(chance.choice(SEEDS)[: chance.randrange(1, 60)] + chance.choice(SEEDS))
    return [f"{MARK}{value}" for value in values[:count]]


@pytest.fixture
def owed(app, max_):
    """A letter owed to Ada for a rejection with a note."""
    addresses.keep(addresses.key_of("ada@reader.example"), NOON)
    correction = a_correction(
        an_article(), "May 2025", "May 2026", name="Ada", explanation="Because."
    )
    reject(correction, max_, note="No.")
    db.session.rollback()
    return db.session.scalars(select(Owed).filter_by(kind="rejected")).one()


@pytest.mark.long
def test_hostile_values_of_every_field_change_no_header(app, owed):
    correction, decision = owed.correction, owed.decision
    stop = addresses.stop_of(addresses.key_of("ada@reader.example"))
    with db.session.no_autoflush:
        for value in hostile(300):
            # What only readers and editors write carries the mark; a headline or the
            # newsroom's name may stand in a header, so there the value goes without it.
            bare = value.replace(MARK, "")
            correction.contact.name = correction.contact.lang = value
            correction.explanation = correction.replacement = value
            decision.note = owed.note = value
            correction.article.section = correction.article.byline = value
            correction.article.current.title = bare
            app.config["NEWSROOM"] = app.config["SIGNATURE"] = bare
            parsed = letter_of(owed, Sender(bare, "desk@courier.example", "max@courier.example"))
            if parsed is None:
                assert SURROGATE.search(value)
                continue
            assert sorted(parsed.keys()) == HEADERS
            assert recipients(parsed, "To") == ["ada@reader.example"]
            assert recipients(parsed, "From") == ["desk@courier.example"]
            assert parsed["List-Unsubscribe"] == f"<{stop}>"
            assert not [name for name, held in parsed.items() if MARK in held]
            parts = [part.get_content_type() for part in parsed.iter_parts()]
            assert parts == ["text/plain", "text/html"]
    db.session.rollback()


def letter_of(owed, sender):
    """The letter as a mail program would read it; None if it is refused."""
    try:
        composed = writing.of([owed])
        row = Letter(
            **{field.name: getattr(composed, field.name) for field in fields(composed)},
            message_id="<letter-1.abc@courier.example>",
            created_at=NOON,
        )
        raw = serialised(written(row), sender)
    except (Malformed, UnicodeEncodeError):
        return None
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    return message_from_bytes(raw, policy=policy.default)


def recipients(parsed, name):
    return [address.addr_spec for address in parsed[name].addresses]


@pytest.mark.parametrize("start", ["", "ada@reader.example"])
def test_a_hostile_address_is_refused_as_recipient_sender_and_reply(start):
    for value in hostile(300):
        with pytest.raises(Malformed):
            single_address(f"{start}{value.replace(MARK, '')} ")


def test_long_addresses_in_headers_stay_whole(app, owed):
    app.config["PUBLIC_URL"] = f"https://{'corrections.' * 9}example.org"

    parsed = letter_of(owed, Sender("The Courier", "desk@courier.example", "max@courier.example"))

    key = addresses.key_of("ada@reader.example")
    assert parsed["List-Unsubscribe"] == f"<{addresses.stop_of(key)}>"
    assert parsed["References"] == writing.thread_id(owed.correction)
