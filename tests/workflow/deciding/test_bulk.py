"""One act on many: each row a decision of its own, all of them one step back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from corrections_app.domain.errors import BadKey, Invalid, TooLong
from corrections_app.domain.lifecycle import Action, Reason, Status
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Bulk, BulkItem, Conflict, Decision, Skip
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.deciding import approval, bulk, bulk_limits, undoing
from corrections_app.workflow.deciding.bulk import Batch, Seen
from corrections_app.workflow.transaction import Act, write
from tests.builders import (
    CONFIRMED,
    NOON,
    SECOND,
    a_correction,
    an_article,
    decide,
    document,
    reject,
)
from tests.workflow.many import REJECT, RIGHT, act, carried_out, codes, slips, statuses, text

__all__ = ["slips"]

HOUR = timedelta(hours=1)


def test_every_row_is_accepted_and_applied(slips, max_):
    made = carried_out(slips, max_)

    assert codes(made) == ["done"] * 6
    assert statuses(slips) == ["accepted"] * 6
    assert " and ".join(RIGHT) in text()


def test_rows_of_one_article_are_applied_although_each_moves_the_next(slips, max_):
    carried_out(reversed(slips), max_)

    assert " and ".join(RIGHT) in text()
    assert reading.article_at("harbour-wall").head == 7


def test_a_row_that_fails_changes_nothing_in_the_others(slips, max_, mira):
    shown = act(slips)
    reject(slips[2], mira)

    made = bulk.carry_out(shown, Act(max_, "k", NOON))

    assert codes(made) == ["done", "done", "already_decided", "done", "done", "done"]
    assert statuses(slips)[2] == "rejected"
    told = bulk.one(made).items[2].answer
    assert told["details"]["who"] == "mira"


def test_a_row_that_changed_since_it_was_shown_stays(slips, max_):
    shown = act(slips[:1])
    stale = Batch(shown.action, (Seen(shown.items[0].id, 7, shown.items[0].revision),))

    made = bulk.carry_out(stale, Act(max_, "k", NOON))

    assert codes(made) == ["stale_version"]
    assert statuses(slips)[0] == "pending"


@pytest.mark.parametrize(
    ("words", "more", "sentence"),
    [
        (("May 2025", "May 2026"), {}, "warning"),
        (("the the", "the"), {"kind": "fact"}, "fact"),
        (("council", None), {"explanation": "Which one?"}, "answer"),
    ],
)
def test_what_needs_a_look_of_its_own_is_never_accepted_with_others(
    app, max_, words, more, sentence
):
    one = a_correction(an_article(), *words, **more)

    made = carried_out([one], max_)

    assert codes(made) == ["apart"]
    assert sentence in bulk.one(made).items[0].answer["template"]
    assert statuses([one]) == ["pending"]


def test_accepting_many_closes_nobody_elses_rival(app, max_):
    article = an_article()
    one = a_correction(article, "rebuild", "repair")
    other = a_correction(article, "rebuild", "mend", email="bo@reader.example")

    made = carried_out([one], max_)

    assert codes(made) == ["apart"]
    assert statuses([one, other]) == ["pending", "pending"]


def test_what_a_colleague_proposed_otherwise_is_looked_at_by_itself(app, slips, max_, mira):
    app.config["SECOND_APPROVAL"] = "all"
    decide(slips[0], Action.ACCEPT, max_, text="tea")

    made = carried_out(slips[:1], mira)

    assert codes(made) == ["apart"]
    assert "proposed" in bulk.one(made).items[0].answer["template"]


def test_what_is_not_accepted_may_still_be_rejected(app, max_):
    one = a_correction(an_article(), "May 2025", "May 2026")

    made = carried_out([one], max_, **REJECT)

    assert codes(made) == ["done"]
    assert statuses([one]) == ["rejected"]


def test_many_are_closed_as_already_corrected(app, max_):
    article = an_article()
    words = ("rebuild", "council", "pounds")
    remarks = [a_correction(article, one, None, explanation="Which?") for one in words]

    carried_out(remarks, max_, Action.SUPERSEDE)

    decisions = db.session.scalars(select(Decision.reason)).all()
    assert statuses(remarks) == ["superseded"] * 3
    assert decisions == ["already_corrected"] * 3


def test_none_is_closed_as_already_corrected_where_the_article_says_otherwise(slips, max_):
    made = carried_out(slips, max_, Action.SUPERSEDE)

    assert codes(made) == ["apart"] * 6
    assert "does not say so" in bulk.one(made).items[0].answer["template"]
    assert statuses(slips) == ["pending"] * 6


def test_many_are_rejected_in_ones_own_words_and_never_without_them(slips, max_):
    with pytest.raises(Invalid) as refused:
        carried_out(slips, max_, Action.REJECT, reason="other", note=" ")
    assert list(refused.value.fields) == ["note"]

    carried_out(slips, max_, Action.REJECT, reason="other", note="We print it as it was sent.")

    assert statuses(slips) == ["rejected"] * 6


def test_many_are_skipped_by_this_person(slips, max_):
    carried_out(slips, max_, Action.SKIP)

    assert statuses(slips) == ["pending"] * 6
    assert db.session.scalar(select(func.count()).select_from(Skip)) == 6


def test_supporters_are_closed_with_the_row_they_stand_behind(app, max_):
    article = an_article()
    leader = a_correction(article)
    behind = a_correction(article, email="bo@reader.example")

    carried_out([leader], max_)

    assert statuses([leader, behind]) == ["accepted", "accepted"]


@pytest.mark.parametrize("times", [2, 3])
def test_the_same_key_is_the_same_act(slips, max_, times):
    shown = act(slips)

    made = {bulk.carry_out(shown, Act(max_, "k", NOON)) for _ in range(times)}

    assert len(made) == 1
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 6
    assert codes(made.pop()) == ["done"] * 6


def test_an_act_that_was_cut_off_goes_on_with_the_same_key(slips, max_):
    shown = act(slips)
    reject(slips[3], max_, key="other")
    made = bulk.carry_out(shown, Act(max_, "k", NOON))
    with write() as session:  # as it stands where the power went before the last write
        session.execute(update(Bulk).values(finished_at=None))
        session.execute(update(BulkItem).values(answer=None))

    assert bulk.carry_out(shown, Act(max_, "k", NOON)) == made

    assert codes(made) == ["done", "done", "done", "already_decided", "done", "done"]
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 6


def test_a_key_is_not_used_for_other_rows(slips, max_):
    carried_out(slips[:2], max_, **REJECT)

    with pytest.raises(BadKey):
        carried_out(slips[2:], max_, **REJECT)


@pytest.mark.parametrize(
    ("number", "who", "refused"),
    [
        (0, "max_", True),
        (20, "max_", False),
        (21, "max_", True),
        (100, "mira", False),
        (101, "mira", True),
    ],
)
def test_how_many_at_once_depends_on_the_role(request, app, number, who, refused):
    by = request.getfixturevalue(who)

    if refused:
        with pytest.raises(Invalid):
            bulk_limits.check_count(number, by)
    else:
        bulk_limits.check_count(number, by)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"reason": "nonsense"}, Invalid),
        ({"reason": None}, Invalid),
        ({"reason": Reason.SPAM, "note": "a" * 2001}, TooLong),
    ],
)
def test_an_act_that_could_not_be_meant_changes_nothing(slips, max_, more, error):
    with pytest.raises(error):
        carried_out(slips, max_, Action.REJECT, **more)

    assert statuses(slips) == ["pending"] * 6
    assert db.session.scalar(select(func.count()).select_from(Bulk)) == 0


def test_a_section_keeps_a_moderator_out_row_by_row(slips, max_):
    with write() as session:
        session.get_one(type(max_), max_.id).section = "Science"

    made = carried_out(slips, max_, **REJECT)

    assert codes(made) == ["not_permitted"] * 6


def test_the_audit_has_one_event_of_the_act_and_one_of_each_row(slips, max_):
    made = carried_out(slips[:3], max_)

    parent = db.session.scalars(select(AuditEvent).filter_by(action="bulk")).one()
    children = [
        event.correction_id
        for event in db.session.scalars(
            select(AuditEvent).filter_by(action="accept").order_by(AuditEvent.id)
        )
        if event.data.get("bulk") == made
    ]
    assert parent.data == {"bulk": made, "act": "accept", "items": [one.id for one in slips[:3]]}
    assert sorted(children) == parent.data["items"]


def test_who_came_too_late_is_counted(slips, max_, mira):
    shown = act(slips[:2])
    reject(slips[0], mira)

    bulk.carry_out(shown, Act(max_, "k", NOON))

    assert db.session.scalars(select(Conflict.code)).all() == ["already_decided"]


def test_an_approval_is_the_editors_own_decision(app, slips, max_, mira):
    app.config["SECOND_APPROVAL"] = "all"
    made = carried_out(slips[:1], max_)
    approval.approve(slips[0].id, Act(mira, "a", NOON), confirmed=CONFIRMED)

    done = bulk.undo_latest(Act(mira, "z", NOON + SECOND))

    assert done.bulk is None
    assert bulk.one(made).items[0].decision_id is None
    assert undoing.latest_of(mira, NOON) is None


def test_a_row_that_does_not_exist_is_left_out(slips, max_):
    rows = (Seen(999, 1, 1), *act(slips[:1]).items)

    made = bulk.carry_out(Batch(Action.SKIP, rows), Act(max_, "k", NOON))

    kept = select(BulkItem.correction_id).filter_by(bulk_id=made)
    assert db.session.scalars(kept).all() == [slips[0].id]
    assert Status.PENDING in statuses(slips)


def test_what_was_changed_within_a_day_is_not_accepted_together_with_others(app, max_):
    """The paragraph and no other, whoever changed it; after a day it is like any other."""
    slip = "Hree stands a slip."
    an_article("A title", "It stood.", slip, "Another slpi.")
    again = document("A title", "It stood.", f"{slip} And more.", "Another slpi.")
    importing.bring_in(again, slug="harbour-wall", now=NOON + HOUR)
    article = reading.article_at("harbour-wall")
    pairs = (("Hree", "Here"), ("slpi", "slip"))
    there, elsewhere = (a_correction(article, *pair, now=NOON + HOUR) for pair in pairs)

    def said(one, now):
        return bulk_limits.hindrance(db.session(), one, Action.ACCEPT, now)

    assert said(there, NOON + 24 * HOUR) == bulk_limits._RECENT
    assert said(there, NOON + 26 * HOUR) is None
    assert said(elsewhere, NOON + 24 * HOUR) is None
    assert bulk_limits.hindrance(db.session(), there, Action.REJECT, NOON + 24 * HOUR) is None
