"""Short of deciding: hold, escalate, skip, place, lease, and putting back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain import errors
from corrections_app.extensions import db
from corrections_app.models import (
    Article,
    Correction,
    Escalation,
    Hold,
    Skip,
)
from corrections_app.workflow.articles import importing
from corrections_app.workflow.deciding import side_facts
from corrections_app.workflow.queue import leases
from corrections_app.workflow.transaction import Act
from tests.builders import (
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


def status_of(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id).status


def the_text():
    db.session.rollback()
    return db.session.scalars(select(Article)).one().current.text


def test_a_hold_says_until_when_by_whom_and_why(app, max_):
    correction = a_correction(an_article())

    side_facts.hold(correction.id, Act(max_, None, NOON), until=NOON + DAY, note="Asked Ada.")

    held = db.session.get_one(Hold, correction.id)
    assert (held.by_id, held.until, held.note) == (max_.id, NOON + DAY, "Asked Ada.")


@pytest.mark.parametrize("days", [0, -1, 61])
def test_a_hold_has_an_end(app, max_, days):
    correction = a_correction(an_article())

    with pytest.raises(errors.Invalid):
        side_facts.hold(correction.id, Act(max_, None, NOON), until=NOON + days * DAY, note="")


def test_deciding_ends_hold_and_escalation(app, max_):
    correction = a_correction(an_article())
    side_facts.hold(correction.id, Act(max_, None, NOON), until=NOON + DAY, note="")
    side_facts.escalate(correction.id, Act(max_, None, NOON), note="A fact.")

    accept(correction, max_)

    assert db.session.scalars(select(Hold)).all() == []
    assert db.session.scalars(select(Escalation)).all() == []


def test_a_side_fact_changes_the_version_so_that_a_stale_page_is_noticed(app, max_):
    correction = a_correction(an_article())
    side_facts.escalate(correction.id, Act(max_, None, NOON), note="")

    with pytest.raises(errors.StaleVersion):
        accept(correction, max_, seen=1)


def test_nothing_is_put_aside_once_it_is_decided(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)

    with pytest.raises(errors.AlreadyDecided):
        side_facts.escalate(correction.id, Act(max_, None, NOON), note="")


def test_a_lease_steers_and_never_blocks(app, max_, mira):
    correction = a_correction(an_article())

    assert leases.lease(correction.id, by=mira, now=NOON) is None
    assert leases.lease(correction.id, by=max_, now=NOON).id == mira.id
    assert leases.lease(correction.id, by=max_, now=NOON + 2 * leases.LEASE) is None
    assert accept(correction, mira).status == "accepted"


def test_an_orphan_is_placed_again_by_a_person(app, max_):
    article = an_article()
    orphan = a_correction(article, "four million", "five million")
    rewritten = [*HARBOUR[:2], "It is dear, they now say: 4m, and more to come.", HARBOUR[3]]
    importing.bring_in(document(*rewritten), slug="harbour-wall", terms=ON_PURPOSE, now=NOON)
    with pytest.raises(errors.TextMoved):
        accept(orphan, max_)
    start = the_text().index("4m")

    side_facts.place(orphan.id, Act(max_, None, NOON), revision=2, start=start, end=start + 2)
    accept(orphan, max_)

    assert "they now say: five million, and more" in the_text()


def test_a_place_on_an_old_page_is_refused(app, max_):
    correction = a_correction(an_article())

    with pytest.raises(errors.TextMoved):
        side_facts.place(correction.id, Act(max_, None, NOON), revision=7, start=0, end=3)


def test_words_that_say_it_already_are_no_place_for_a_correction(app, max_):
    correction = a_correction(an_article(), "thirty", "four")
    start = the_text().index("four")

    with pytest.raises(errors.NoChange):
        side_facts.place(
            correction.id, Act(max_, None, NOON), revision=1, start=start, end=start + 4
        )


def put_back(correction, what, by, key=None):
    side_facts.put_back(correction.id, what, Act(by, key, NOON))


def put_aside(correction, what, by):
    if what == "hold":
        side_facts.hold(correction.id, Act(by, None, NOON), until=NOON + DAY, note="")
    elif what == "escalate":
        side_facts.escalate(correction.id, Act(by, None, NOON), note="")
    else:
        side_facts.skip(correction.id, Act(by, None, NOON))


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
