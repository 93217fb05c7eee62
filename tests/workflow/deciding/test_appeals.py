"""A second look at a rejection, by somebody else where there is one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import Reason
from corrections_app.extensions import db
from corrections_app.models import (
    Appeal,
    Correction,
    Owed,
)
from corrections_app.workflow import tokens
from corrections_app.workflow.deciding import appeals, undoing
from corrections_app.workflow.submitting import receipts
from corrections_app.workflow.transaction import Act
from tests.builders import (
    CONFIRMED,
    NOON,
    a_correction,
    accept,
    an_article,
    reject,
)


def status_of(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id).status


def token(correction):
    return tokens.token_for(correction)


def test_a_rejection_is_appealed_once_and_judged_by_someone_else(app, max_, mira):
    correction = a_correction(an_article())
    reject(correction, max_, reason=Reason.NOT_AN_ERROR)
    receipts.appeal(token(correction), "Look again.", now=NOON)
    receipts.appeal(token(correction), "Look again.", now=NOON)

    with pytest.raises(errors.NotPermitted):
        appeals.uphold(correction.id, "", Act(max_, None, NOON))
    appeals.uphold(correction.id, "We did look.", Act(mira, None, NOON))

    judged = db.session.scalars(select(Appeal)).one()
    assert (judged.outcome, judged.judged_by_id) == ("upheld", mira.id)
    with pytest.raises(errors.AlreadyDecided):
        receipts.appeal(token(correction), "And again.", now=NOON)


def test_an_appeal_that_is_right_opens_the_correction(app, max_, mira):
    correction = a_correction(an_article())
    reject(correction, max_)
    receipts.appeal(token(correction), "", now=NOON)

    undoing.reopen(correction.id, "They are right.", Act(mira, None, NOON), confirmed=CONFIRMED)

    db.session.rollback()
    assert db.session.scalars(select(Appeal)).one().outcome == "reopened"
    assert accept(correction, max_).status == "accepted"


def test_only_a_rejection_can_be_appealed(app, max_):
    correction = a_correction(an_article())

    with pytest.raises(errors.AlreadyDecided):
        receipts.appeal(token(correction), "", now=NOON)


def test_a_rejection_after_an_appeal_can_be_appealed_and_upheld_too(app, max_, mira):
    correction = a_correction(an_article())
    reject(correction, max_)
    receipts.appeal(token(correction), "Look again.", now=NOON)
    undoing.reopen(correction.id, "Maybe.", Act(mira, None, NOON), confirmed=CONFIRMED)
    reject(correction, mira)
    receipts.appeal(token(correction), "And again.", now=NOON)

    appeals.uphold(correction.id, "We did look.", Act(max_, None, NOON))

    waiting = db.session.scalars(select(Owed).filter_by(kind="appeal_upheld")).one()
    assert (waiting.state, waiting.note) == ("waiting", "We did look.")


def test_whoever_rejected_does_not_judge_the_appeal_by_another_road(app, max_, mira):
    correction = a_correction(an_article())
    reject(correction, mira)
    receipts.appeal(token(correction), "", now=NOON)

    for act in (
        lambda: undoing.undo(correction.id, Act(mira, None, NOON)),
        lambda: undoing.reopen(
            correction.id, "So it is.", Act(mira, None, NOON), confirmed=CONFIRMED
        ),
    ):
        with pytest.raises(errors.NotPermitted):
            act()

    undoing.reopen(correction.id, "They are right.", Act(max_, None, NOON), confirmed=CONFIRMED)
    assert status_of(correction) == "pending"
