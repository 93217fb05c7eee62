"""What a reader may still do with a correction of theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corrections_app.domain import errors
from corrections_app.extensions import db
from corrections_app.models import (
    Contact,
    Correction,
)
from corrections_app.workflow import tokens
from corrections_app.workflow.submitting import receipts
from tests.builders import (
    NOON,
    a_correction,
    accept,
    an_article,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def status_of(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id).status


def token(correction):
    return tokens.token_for(correction)


def test_a_reader_withdraws_while_it_waits(app, max_):
    correction = a_correction(an_article())

    receipts.withdraw(token(correction), now=NOON)
    receipts.withdraw(token(correction), now=NOON)

    assert status_of(correction) == "withdrawn"
    with pytest.raises(errors.AlreadyDecided):
        accept(correction, max_)


def test_a_decided_correction_cannot_be_withdrawn(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)

    with pytest.raises(errors.AlreadyDecided):
        receipts.withdraw(token(correction), now=NOON)


def test_an_address_can_be_left_later(app):
    correction = a_correction(an_article(), email="")

    receipts.add_address(token(correction), "ada@reader.example", now=NOON)

    assert db.session.get_one(Contact, correction.id).email == "ada@reader.example"


def test_a_receipt_takes_so_many_addresses_a_day(app):
    correction = a_correction(an_article(), email="")
    for number in range(receipts.MOST_ADDRESSES):
        moment = NOON + number * HOUR
        receipts.add_address(token(correction), f"a{number}@reader.example", now=moment)

    with pytest.raises(errors.TooMany) as told:
        receipts.add_address(token(correction), "b@reader.example", now=NOON + 5 * HOUR)

    assert db.session.get_one(Contact, correction.id).email == "a4@reader.example"
    assert told.value.details["retry_after"] == 19 * 3600
    receipts.add_address(token(correction), "b@reader.example", now=NOON + DAY)
    db.session.rollback()
    assert db.session.get_one(Contact, correction.id).email == "b@reader.example"


@pytest.mark.parametrize("email", ["", "nonsense", "a@b.example, c@d.example"])
def test_only_a_whole_address_is_kept(app, email):
    correction = a_correction(an_article(), email="")

    with pytest.raises(errors.Invalid):
        receipts.add_address(token(correction), email, now=NOON)
