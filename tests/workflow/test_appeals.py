"""A reader asks for a second look at a rejection: once, and judged by somebody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import Reason
from corrections_app.extensions import db
from corrections_app.models import Appeal, Correction, Owed
from corrections_app.workflow import receipts, submission, undoing
from tests.builders import NOON, a_correction, accept, an_article, reject


def token(correction):
    return submission.token_for(correction)


def test_a_rejection_is_appealed_once_and_judged_by_someone_else(app, max_, mira):
    correction = a_correction(an_article())
    reject(correction, max_, reason=Reason.NOT_AN_ERROR)
    receipts.appeal(token(correction), "Look again.", now=NOON)
    receipts.appeal(token(correction), "Look again.", now=NOON)

    with pytest.raises(errors.NotPermitted):
        receipts.uphold(correction.id, "", by=max_, now=NOON)
    receipts.uphold(correction.id, "We did look.", by=mira, now=NOON)

    judged = db.session.scalars(select(Appeal)).one()
    assert (judged.outcome, judged.judged_by_id) == ("upheld", mira.id)
    with pytest.raises(errors.AlreadyDecided):
        receipts.appeal(token(correction), "And again.", now=NOON)


def test_an_appeal_that_is_right_opens_the_correction(app, max_, mira):
    correction = a_correction(an_article())
    reject(correction, max_)
    receipts.appeal(token(correction), "", now=NOON)

    undoing.reopen(correction.id, "They are right.", by=mira, key=None, now=NOON)

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
    undoing.reopen(correction.id, "Maybe.", by=mira, key=None, now=NOON)
    reject(correction, mira)
    receipts.appeal(token(correction), "And again.", now=NOON)

    receipts.uphold(correction.id, "We did look.", by=max_, now=NOON)

    waiting = db.session.scalars(select(Owed).filter_by(kind="appeal_upheld")).one()
    assert (waiting.state, waiting.note) == ("waiting", "We did look.")


def test_whoever_rejected_does_not_judge_the_appeal_by_another_road(app, max_, mira):
    correction = a_correction(an_article())
    reject(correction, mira)
    receipts.appeal(token(correction), "", now=NOON)

    for act in (
        lambda: undoing.undo(correction.id, by=mira, key=None, now=NOON),
        lambda: undoing.reopen(correction.id, "So it is.", by=mira, key=None, now=NOON),
    ):
        with pytest.raises(errors.NotPermitted):
            act()

    undoing.reopen(correction.id, "They are right.", by=max_, key=None, now=NOON)
    db.session.rollback()
    assert db.session.get_one(Correction, correction.id).status == "pending"
