"""Short of deciding: hold, escalate, skip, place, lease; approval, withdrawal, appeal."""

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
    Contact,
    Correction,
    Escalation,
    Hold,
    Skip,
)
from corrections_app.workflow import approval, importing, receipts, submission, triage
from tests.builders import (
    CONFIRMED,
    HARBOUR,
    NOON,
    ON_PURPOSE,
    a_correction,
    accept,
    an_article,
    document,
    reject,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def status_of(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id).status


def token(correction):
    return submission.token_for(correction)


def the_text():
    db.session.rollback()
    return db.session.scalars(select(Article)).one().current.text


def test_a_hold_says_until_when_by_whom_and_why(app, max_):
    correction = a_correction(an_article())

    triage.hold(correction.id, until=NOON + DAY, note="Asked Ada.", by=max_, key=None, now=NOON)

    held = db.session.get_one(Hold, correction.id)
    assert (held.by_id, held.until, held.note) == (max_.id, NOON + DAY, "Asked Ada.")


@pytest.mark.parametrize("days", [0, -1, 61])
def test_a_hold_has_an_end(app, max_, days):
    correction = a_correction(an_article())

    with pytest.raises(errors.Invalid):
        triage.hold(correction.id, until=NOON + days * DAY, note="", by=max_, key=None, now=NOON)


def test_deciding_ends_hold_and_escalation(app, max_):
    correction = a_correction(an_article())
    triage.hold(correction.id, until=NOON + DAY, note="", by=max_, key=None, now=NOON)
    triage.escalate(correction.id, note="A fact.", by=max_, key=None, now=NOON)

    accept(correction, max_)

    assert db.session.scalars(select(Hold)).all() == []
    assert db.session.scalars(select(Escalation)).all() == []


def test_a_side_fact_changes_the_version_so_that_a_stale_page_is_noticed(app, max_):
    correction = a_correction(an_article())
    triage.escalate(correction.id, note="", by=max_, key=None, now=NOON)

    with pytest.raises(errors.StaleVersion):
        accept(correction, max_, seen=1)


def test_nothing_is_put_aside_once_it_is_decided(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)

    with pytest.raises(errors.AlreadyDecided):
        triage.escalate(correction.id, note="", by=max_, key=None, now=NOON)


def test_a_lease_steers_and_never_blocks(app, max_, mira):
    correction = a_correction(an_article())

    assert triage.lease(correction.id, by=mira, now=NOON) is None
    assert triage.lease(correction.id, by=max_, now=NOON).id == mira.id
    assert triage.lease(correction.id, by=max_, now=NOON + 2 * triage.LEASE) is None
    assert accept(correction, mira).status == "accepted"


def test_an_orphan_is_placed_again_by_a_person(app, max_):
    article = an_article()
    orphan = a_correction(article, "four million", "five million")
    rewritten = [*HARBOUR[:2], "It is dear, they now say: 4m, and more to come.", HARBOUR[3]]
    importing.bring_in(document(*rewritten), slug="harbour-wall", terms=ON_PURPOSE, now=NOON)
    with pytest.raises(errors.TextMoved):
        accept(orphan, max_)
    start = the_text().index("4m")

    triage.place(orphan.id, revision=2, start=start, end=start + 2, by=max_, key=None, now=NOON)
    accept(orphan, max_)

    assert "they now say: five million, and more" in the_text()


def test_a_place_on_an_old_page_is_refused(app, max_):
    correction = a_correction(an_article())

    with pytest.raises(errors.TextMoved):
        triage.place(correction.id, revision=7, start=0, end=3, by=max_, key=None, now=NOON)


def test_words_that_say_it_already_are_no_place_for_a_correction(app, max_):
    correction = a_correction(an_article(), "thirty", "four")
    start = the_text().index("four")

    with pytest.raises(errors.NoChange):
        triage.place(
            correction.id, revision=1, start=start, end=start + 4, by=max_, key=None, now=NOON
        )


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

    approval.approve(correction.id, confirmed=CONFIRMED, by=mira, key=None, now=NOON)
    assert "five million" in the_text()
    assert status_of(correction) == "accepted"
    assert db.session.scalars(select(Approval)).all() == []


def test_nobody_confirms_their_own_proposal(strict, max_, mira):
    correction = a_correction(an_article(), "four million", "five million")
    accept(correction, max_, **a_fact())

    with pytest.raises(errors.NotPermitted):
        approval.approve(correction.id, confirmed=CONFIRMED, by=max_, key=None, now=NOON)


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

    approval.send_back(correction.id, by=mira, now=NOON)

    assert status_of(correction) == "pending"
    with pytest.raises(errors.NotFound):
        approval.approve(correction.id, confirmed=CONFIRMED, by=mira, key=None, now=NOON)


def test_only_the_proposal_that_was_shown_is_confirmed(strict, max_, mira):
    correction = a_correction(an_article(), "May 2025", "May 2026")
    accept(correction, max_, **a_fact())
    shown = db.session.get_one(Approval, correction.id).created_at.isoformat()
    approval.send_back(correction.id, by=max_, now=NOON)
    accept(correction, max_, **a_fact(now=NOON + DAY, text="May 2099"))

    with pytest.raises(errors.StaleVersion):
        approval.approve(
            correction.id, proposed=shown, confirmed=CONFIRMED, by=mira, key=None, now=NOON + DAY
        )

    assert status_of(correction) == "pending"


def test_a_proposal_is_not_carried_out_on_other_words(strict, max_, mira):
    correction = a_correction(an_article(), "four million", "five million")
    accept(correction, max_, **a_fact())
    rewritten = [text.replace("four million", "a lot of") for text in HARBOUR]
    terms = replace(ON_PURPOSE, approved_by=mira.email)
    importing.bring_in(document(*rewritten), slug="harbour-wall", terms=terms, now=NOON)

    with pytest.raises(errors.TextMoved):
        approval.approve(correction.id, confirmed=CONFIRMED, by=mira, key=None, now=NOON)

    assert status_of(correction) == "pending"


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

    receipts.add_address(token(correction), "ada@reader.example", lang="en", now=NOON)

    assert db.session.get_one(Contact, correction.id).email == "ada@reader.example"


def test_a_receipt_takes_so_many_addresses_a_day(app):
    correction = a_correction(an_article(), email="")
    for number in range(receipts.MOST_ADDRESSES):
        moment = NOON + number * HOUR
        receipts.add_address(token(correction), f"a{number}@reader.example", lang=None, now=moment)

    with pytest.raises(errors.TooMany) as told:
        receipts.add_address(token(correction), "b@reader.example", lang=None, now=NOON + 5 * HOUR)

    assert db.session.get_one(Contact, correction.id).email == "a4@reader.example"
    assert told.value.details["retry_after"] == 19 * 3600
    receipts.add_address(token(correction), "b@reader.example", lang=None, now=NOON + DAY)
    db.session.rollback()
    assert db.session.get_one(Contact, correction.id).email == "b@reader.example"


@pytest.mark.parametrize("email", ["", "nonsense", "a@b.example, c@d.example"])
def test_only_a_whole_address_is_kept(app, email):
    correction = a_correction(an_article(), email="")

    with pytest.raises(errors.Invalid):
        receipts.add_address(token(correction), email, lang=None, now=NOON)


def put_back(correction, what, by, key=None):
    triage.put_back(correction.id, what, by=by, key=key, now=NOON)


def put_aside(correction, what, by):
    if what == "hold":
        triage.hold(correction.id, until=NOON + DAY, note="", by=by, key=None, now=NOON)
    elif what == "escalate":
        triage.escalate(correction.id, note="", by=by, key=None, now=NOON)
    else:
        triage.skip(correction.id, by=by, now=NOON)


PUT_ASIDE = {"hold": Hold, "escalate": Escalation, "skip": Skip}


@pytest.mark.parametrize("what", PUT_ASIDE)
def test_what_was_put_aside_can_be_put_back(app, max_, what):
    correction = a_correction(an_article())
    put_aside(correction, what, max_)

    put_back(correction, what, max_)

    db.session.rollback()
    assert list(db.session.scalars(select(PUT_ASIDE[what]))) == []
    assert status_of(correction) == "pending"


@pytest.mark.parametrize("what", ["hold", "escalate"])
def test_nobody_puts_back_what_a_colleague_put_aside(app, max_, mira, what):
    correction = a_correction(an_article())
    put_aside(correction, what, max_)
    put_aside(correction, what, mira)

    with pytest.raises(errors.StaleVersion):
        put_back(correction, what, max_)

    db.session.rollback()
    assert db.session.scalars(select(PUT_ASIDE[what])).one().by_id == mira.id


def test_a_colleague_s_skip_stays_when_one_s_own_is_put_back(app, max_, mira):
    correction = a_correction(an_article())
    for by in (max_, mira):
        put_aside(correction, "skip", by)

    put_back(correction, "skip", max_)

    db.session.rollback()
    assert [one.user_id for one in db.session.scalars(select(Skip))] == [mira.id]


def test_putting_back_twice_with_one_key_is_once(app, max_):
    correction = a_correction(an_article())
    put_aside(correction, "hold", max_)

    for _ in range(2):
        put_back(correction, "hold", max_, key="k")

    with pytest.raises(errors.StaleVersion):
        put_back(correction, "hold", max_, key="another")
    with pytest.raises(errors.Invalid):
        put_back(correction, "accept", max_)


def test_only_what_waits_can_be_put_back(app, max_):
    correction = a_correction(an_article())
    put_aside(correction, "skip", max_)
    reject(correction, max_)

    with pytest.raises(errors.AlreadyDecided):
        put_back(correction, "skip", max_)
