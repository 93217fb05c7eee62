"""What readers were asked and answered goes like all else that is theirs, and is in their copy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corrections_app.extensions import db
from corrections_app.models import Enquiry
from corrections_app.workflow import audit, tokens
from corrections_app.workflow.deciding import appeals, asking
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.privacy import copies, erasing, purging
from corrections_app.workflow.submitting import answering, receipts
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_correction, accept, an_article, reject

DAY = timedelta(days=1)
ADA = "ada@reader.example"


@pytest.fixture
def correction(app, max_):
    """One whose reader has answered a question."""
    sent = a_correction(an_article())
    asking.ask(sent.id, "Who says so?", Act(max_, None, NOON), seen=1)
    answering.answer(
        tokens.token_for(sent), "My aunt, at ada@reader.example.", key="k", now=NOON + DAY
    )
    return sent


def words_of(correction):
    db.session.rollback()
    row = db.session.get_one(Enquiry, correction.id)
    return row.question, row.answer


def test_the_copy_has_question_and_answer(correction):
    told = copies.of_address(ADA, NOON)

    (one,) = told["corrections"]
    assert one["asked_by_the_editors"] == {
        "question": "Who says so?",
        "asked_at": NOON.isoformat(),
        "answer": "My aunt, at ada@reader.example.",
        "answered_at": (NOON + DAY).isoformat(),
    }
    assert copies.mentioned_in(ADA) == [correction.reference]


def test_erasing_takes_both_and_leaves_when(correction, max_):
    done = erasing.of_mailbox(addresses.key_of(ADA), NOON + 2 * DAY)

    assert done.answers == 1
    assert words_of(correction) == (None, None)
    assert db.session.get_one(Enquiry, correction.id).answered_at == NOON + DAY
    assert copies.mentioned_in(ADA) == []
    assert list(audit.verify(db.session())) == []
    accept(correction, max_, now=NOON + 2 * DAY)


def test_they_go_thirty_days_after_the_decision_though_nobody_left_an_address(app, max_):
    sent = a_correction(an_article(), email="")
    asking.ask(sent.id, "Who says so?", Act(max_, None, NOON), seen=1)
    accept(sent, max_, now=NOON + DAY)

    assert purging.purge(NOON + 31 * DAY - timedelta(seconds=1)).answers == 0
    assert words_of(sent) == ("Who says so?", None)
    assert purging.is_late(NOON + 33 * DAY)
    assert purging.purge(NOON + 31 * DAY).answers == 1
    assert words_of(sent) == (None, None)
    assert purging.purge(NOON + 31 * DAY).answers == 0


def test_undecided_ones_go_ninety_days_after_the_answer(correction):
    assert purging.purge(NOON + 91 * DAY - timedelta(seconds=1)).answers == 0
    assert purging.purge(NOON + 91 * DAY).answers == 1


def test_a_second_look_keeps_what_was_answered(correction, max_, mira):
    reject(correction, max_, now=NOON + DAY)
    receipts.appeal(tokens.token_for(correction), "Please.", now=NOON + 20 * DAY)

    assert purging.purge(NOON + 40 * DAY).answers == 0
    appeals.uphold(correction.id, "It stands.", Act(mira, None, NOON + 41 * DAY))
    assert purging.purge(NOON + 70 * DAY).answers == 0
    assert purging.purge(NOON + 71 * DAY).answers == 1
