"""An act on many is one step back, as far as each of its rows can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from corrections_app.domain.errors import NotFound, NotPermitted
from corrections_app.domain.lifecycle import Action
from corrections_app.extensions import db
from corrections_app.models import Approval, Owed, Skip
from corrections_app.workflow import audit
from corrections_app.workflow.articles import reading
from corrections_app.workflow.deciding import approval, bulk
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, SECOND, a_correction, accept, decide, reject
from tests.workflow.many import carried_out, codes, slips, statuses, text

__all__ = ["slips"]


def test_one_press_takes_back_the_whole_act(slips, max_):
    before = text()
    made = carried_out(slips, max_)

    done = bulk.undo_latest(Act(max_, "z", NOON + SECOND))

    assert done.bulk == made
    assert statuses(slips) == ["pending"] * 6
    assert text() == before
    assert not list(audit.verify(db.session()))


def test_letters_of_an_act_that_is_taken_back_are_not_sent(slips, max_):
    carried_out(slips, max_)

    bulk.undo_latest(Act(max_, "z", NOON + SECOND))

    told = select(Owed.state).where(Owed.decision_id.is_not(None))
    assert db.session.scalars(told).all() == ["cancelled"] * 6


def test_presses_walk_back_over_acts_and_single_decisions(slips, max_):
    reject(slips[0], max_)
    carried_out(slips[1:3], max_, key="a")
    reject(slips[3], max_)

    walked = [statuses(slips)]
    for key in "xyz":
        bulk.undo_latest(Act(max_, key, NOON + SECOND))
        walked.append(statuses(slips))

    assert [row[:4].count("pending") for row in walked] == [0, 1, 3, 4]


def test_the_same_press_takes_back_one_step(slips, max_):
    reject(slips[0], max_)
    carried_out(slips[1:], max_)

    for _ in range(3):
        bulk.undo_latest(Act(max_, "z", NOON + SECOND))

    assert statuses(slips)[0] == "rejected"
    assert statuses(slips)[1:] == ["pending"] * 5


def test_what_cannot_be_taken_back_says_why_and_the_rest_is(slips, max_, mira):
    made = carried_out(slips[:3], max_)
    later = a_correction(reading.article_at("harbour-wall"), "receive and which", "keep and which")
    accept(later, mira)

    bulk.take_back(made, Act(max_, None, NOON + SECOND))

    rows = bulk.one(made).items
    assert statuses(slips[:3]) == ["pending", "accepted", "pending"]
    assert [row.undo_answer and row.undo_answer["code"] for row in rows] == [
        None,
        "text_moved",
        None,
    ]


def test_a_press_after_that_goes_on_with_what_was_before(slips, max_, mira):
    reject(slips[5], max_)
    made = carried_out(slips[:2], max_)
    later = a_correction(reading.article_at("harbour-wall"), "the and receive", "the or receive")
    accept(later, mira)
    later = a_correction(reading.article_at("harbour-wall"), "the or receive", "these")
    accept(later, mira)

    first = bulk.undo_latest(Act(max_, "y", NOON + SECOND))
    second = bulk.undo_latest(Act(max_, "z", NOON + SECOND))

    assert (first.bulk, second.bulk) == (made, None)
    assert statuses([slips[5]]) == ["pending"]


def test_a_row_decided_anew_is_not_taken_back_with_the_old_act(slips, max_):
    made = carried_out(slips[:2], max_)
    bulk.take_back(made, Act(max_, None, NOON + SECOND))
    reject(slips[0], max_, now=NOON + 2 * SECOND)

    bulk.take_back(made, Act(max_, None, NOON + 3 * SECOND))

    assert statuses(slips[:2]) == ["rejected", "pending"]


def test_nothing_is_taken_back_after_the_window(slips, max_):
    made = carried_out(slips[:1], max_)

    bulk.take_back(made, Act(max_, None, NOON + timedelta(seconds=600)))

    assert statuses(slips[:1]) == ["accepted"]
    assert bulk.one(made).items[0].undo_answer["code"] == "already_decided"


def test_an_act_of_a_colleague_is_an_editors_to_take_back(slips, max_, mira):
    made = carried_out(slips[:2], mira)
    with pytest.raises(NotPermitted):
        bulk.take_back(made, Act(max_, None, NOON + SECOND))

    again = carried_out(slips[2:], max_, key="b")
    bulk.take_back(again, Act(mira, None, NOON + SECOND))

    assert statuses(slips) == ["accepted"] * 2 + ["pending"] * 4


def test_no_act_is_found_where_there_is_none(app, max_):
    with pytest.raises(NotFound):
        bulk.take_back(99, Act(max_, None, NOON))


def test_what_waits_for_a_second_person_is_sent_back(app, slips, max_, mira):
    app.config["SECOND_APPROVAL"] = "all"
    made = carried_out(slips[:2], max_)
    assert codes(made) == ["awaiting", "awaiting"]

    assert bulk.may_undo(bulk.one(made), max_, NOON)
    bulk.take_back(made, Act(max_, None, NOON + SECOND))

    assert not bulk.may_undo(bulk.one(made), max_, NOON + SECOND)
    assert db.session.scalar(select(func.count()).select_from(Approval)) == 0
    assert statuses(slips[:2]) == ["pending", "pending"]


def test_what_was_proposed_later_is_not_sent_back_with_the_act(app, slips, max_, mira):
    app.config["SECOND_APPROVAL"] = "all"
    made = carried_out(slips[:2], max_)
    approval.send_back(slips[0].id, Act(mira, None, NOON + SECOND))
    decide(slips[0], Action.ACCEPT, max_, text="tea", now=NOON + 2 * SECOND)

    bulk.take_back(made, Act(max_, None, NOON + 3 * SECOND))

    assert db.session.scalars(select(Approval.correction_id)).all() == [slips[0].id]


def test_what_was_skipped_together_is_handed_out_again(slips, max_, mira):
    made = carried_out(slips[:3], max_, Action.SKIP)
    carried_out(slips[:1], mira, Action.SKIP)
    assert bulk.may_undo(bulk.one(made), max_, NOON)

    bulk.take_back(made, Act(max_, None, NOON + SECOND))

    assert db.session.scalars(select(Skip.user_id)).all() == [mira.id]
    assert not bulk.may_undo(bulk.one(made), max_, NOON + SECOND)
