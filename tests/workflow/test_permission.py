"""Who may decide: asked inside the transaction, of the person as they are by then."""

from __future__ import annotations

import pytest

from corrections_app.domain import errors
from corrections_app.models import User
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import write
from tests.builders import NOON, a_correction, accept, an_article, document


@pytest.mark.parametrize("own", ["max@courier.example", "Max+tips@courier.example"])
def test_nobody_decides_their_own_submission(app, max_, mira, own):
    correction = a_correction(an_article(), email=own)

    with pytest.raises(errors.NotPermitted):
        accept(correction, max_)

    assert accept(correction, mira).status == "accepted"


def test_a_newsroom_of_one_is_not_locked_out(app, max_):
    correction = a_correction(an_article(), email="max@courier.example")

    assert accept(correction, max_).status == "accepted"


def test_a_role_that_was_taken_meanwhile_does_not_decide(app, max_, mira):
    correction = a_correction(an_article())
    accounts.disable(max_.email, now=NOON)

    with pytest.raises(errors.NotPermitted):
        accept(correction, max_)


def test_a_section_limits_who_decides(app, max_, mira):
    importing.bring_in(document(section="Sport"), slug="harbour-wall", now=NOON)
    correction = a_correction(reading.article_at("harbour-wall"))
    with write() as session:
        session.get(User, max_.id).section = "Politics"

    with pytest.raises(errors.NotPermitted):
        accept(correction, max_)
