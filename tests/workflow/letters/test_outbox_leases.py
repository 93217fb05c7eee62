"""Two people before one card at one moment: one has it on the screen, both see it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Lease, User
from corrections_app.workflow.queue import leases, live
from tests.builders import NOON, a_correction, an_article
from tests.racing import at_once, meeting_before


def leasing(user_id, correction_id):
    def act():
        held = leases.lease(correction_id, by=db.session.get_one(User, user_id), now=NOON)
        return held.name if held else None

    return act


def renewing(user_id, correction_id):
    return lambda: live.renew([correction_id], by=db.session.get_one(User, user_id), now=NOON)


@pytest.mark.parametrize("left_over", [False, True])
def test_one_of_two_who_open_a_card_at_once_has_it(app, max_, mira, left_over):
    correction = a_correction(an_article())
    if left_over:
        leases.lease(correction.id, by=max_, now=NOON - 2 * leases.LEASE)
    ids = [max_.id, mira.id]

    with meeting_before("INSERT INTO leases", 2), meeting_before("UPDATE leases", 2):
        told = at_once(app, *[leasing(one, correction.id) for one in ids])

    db.session.rollback()
    lease = db.session.scalars(select(Lease)).one()
    assert [name is None for name in told] == [lease.user_id == one for one in ids]


def test_a_lease_that_runs_on_never_meets_another_one(app, max_, mira):
    correction = a_correction(an_article())
    first, second = max_.id, mira.id

    with meeting_before("INSERT INTO leases", 2):
        at_once(app, renewing(first, correction.id), leasing(second, correction.id))

    db.session.rollback()
    assert db.session.scalars(select(Lease)).one().until == NOON + leases.LEASE
