"""A second person confirms what a moderator proposed, or sends it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.extensions import db
from corrections_app.models import (
    Approval,
    Article,
    Correction,
)
from corrections_app.workflow.articles import importing
from corrections_app.workflow.deciding import approval, asking
from corrections_app.workflow.submitting import answering
from corrections_app.workflow.tokens import token_for
from corrections_app.workflow.transaction import Act
from tests.builders import (
    CONFIRMED,
    HARBOUR,
    NOON,
    ON_PURPOSE,
    a_correction,
    accept,
    an_article,
    document,
)

DAY = timedelta(days=1)


def status_of(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id).status


def the_text():
    db.session.rollback()
    return db.session.scalars(select(Article)).one().current.text


@pytest.fixture
def strict(app):
    app.config["SECOND_APPROVAL"] = "facts"


def a_fact(**more):
    more.setdefault("notice", "The cost was misstated.")
    return {"change_class": ChangeClass.CORRECTION} | more


def test_a_moderators_fact_waits_for_a_second_person(strict, max_, mira):
    correction = a_correction(an_article(), "four million", "five million")

    outcome = accept(correction, max_, **a_fact())
    assert (outcome.status, outcome.awaiting) == ("pending", True)
    assert "four million" in the_text()

    approval.approve(correction.id, Act(mira, None, NOON), confirmed=CONFIRMED)
    assert "five million" in the_text()
    assert status_of(correction) == "accepted"
    assert db.session.scalars(select(Approval)).all() == []


def test_nobody_confirms_their_own_proposal(strict, max_, mira):
    correction = a_correction(an_article(), "four million", "five million")
    accept(correction, max_, **a_fact())

    with pytest.raises(errors.NotPermitted):
        approval.approve(correction.id, Act(max_, None, NOON), confirmed=CONFIRMED)


def test_slips_and_editors_need_no_second_person(strict, max_, mira):
    article = an_article()
    slip, fact = a_correction(article), a_correction(article, "four million", "five million")

    assert accept(slip, max_).status == "accepted"
    assert accept(fact, mira, **a_fact()).status == "accepted"


def test_a_newsroom_of_one_needs_no_second_person(strict, max_):
    correction = a_correction(an_article(), "four million", "five million")

    assert accept(correction, max_, **a_fact()).status == "accepted"


def test_a_proposal_can_be_sent_back(strict, max_, mira):
    correction = a_correction(an_article(), "four million", "five million")
    accept(correction, max_, **a_fact())

    approval.send_back(correction.id, Act(mira, None, NOON))

    assert status_of(correction) == "pending"
    with pytest.raises(errors.NotFound):
        approval.approve(correction.id, Act(mira, None, NOON), confirmed=CONFIRMED)


def test_only_the_proposal_that_was_shown_is_confirmed(strict, max_, mira):
    correction = a_correction(an_article(), "May 2025", "May 2026")
    accept(correction, max_, **a_fact())
    shown = db.session.get_one(Approval, correction.id).created_at.isoformat()
    approval.send_back(correction.id, Act(max_, None, NOON))
    accept(correction, max_, **a_fact(now=NOON + DAY, text="May 2099"))

    with pytest.raises(errors.StaleVersion):
        approval.approve(
            correction.id, Act(mira, None, NOON + DAY), proposed=shown, confirmed=CONFIRMED
        )

    assert status_of(correction) == "pending"


def test_a_proposal_is_not_carried_out_on_other_words(strict, max_, mira):
    correction = a_correction(an_article(), "four million", "five million")
    accept(correction, max_, **a_fact())
    rewritten = [text.replace("four million", "a lot of") for text in HARBOUR]
    terms = replace(ON_PURPOSE, approved_by=mira.email)
    importing.bring_in(document(*rewritten), slug="harbour-wall", terms=terms, now=NOON)

    with pytest.raises(errors.TextMoved):
        approval.approve(correction.id, Act(mira, None, NOON), confirmed=CONFIRMED)

    assert status_of(correction) == "pending"


def test_an_answer_is_read_before_a_proposal_is_confirmed(strict, max_, mira):
    correction = a_correction(an_article(), "four million", "five million")
    asking.ask(correction.id, "Says who?", Act(max_, None, NOON), seen=1)
    accept(correction, max_, **a_fact())
    shown = db.session.get_one(Correction, correction.id).version
    answering.answer(token_for(correction), "The mayor.", key=None, now=NOON)

    act = Act(mira, None, NOON)
    with pytest.raises(errors.StaleVersion):
        approval.approve(correction.id, act, confirmed=CONFIRMED, seen=shown)
    assert status_of(correction) == "pending"
    approval.approve(correction.id, act, confirmed=CONFIRMED, seen=shown + 1)

    assert status_of(correction) == "accepted"
