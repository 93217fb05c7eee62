"""Where a card stands in the list that is worked through, and the rows around it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.workflow.deciding import side_facts
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue import around, lanes, rows
from corrections_app.workflow.queue.filters import Criteria, Order
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, SECOND, a_correction, an_article, reject

DAY = timedelta(days=1)


@pytest.fixture
def mira(app):
    return db.session.get_one(
        User, accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON).id
    )


@pytest.fixture
def twelve(mira):
    """Some overdue, some facts, some of another article, the oldest not the first."""
    first, second = an_article(), an_article(slug="second")
    made = [
        a_correction(
            first if n % 3 else second,
            "May 2025",
            f"May {2030 + n}",
            kind="fact" if n % 2 else "typo",
            now=NOON - n * DAY if n < 5 else NOON + n * SECOND,
        )
        for n in range(12)
    ]
    return [one.id for one in made]


CRITERIA = [Criteria(), Criteria(kind="fact"), Criteria(article="second")]
ORDERED = [Criteria(order=order) for order in Order if order != Order.BEST]


@pytest.mark.parametrize("criteria", [*CRITERIA, *ORDERED, Criteria(status="any")])
def test_each_card_stands_where_the_list_shows_it_between_a_few_rows(
    twelve, mira, criteria, monkeypatch
):
    monkeypatch.setattr(around, "BEFORE", 2)
    monkeypatch.setattr(around, "AFTER", 3)
    page = lanes.listed(Lane.WAITING, mira, NOON + DAY, criteria=criteria)
    asked = (Lane.WAITING, mira, NOON + DAY, criteria)

    listed = page.corrections
    assert len(listed) > 3
    for index, one in enumerate(listed):
        position = around.position(one, *asked)
        assert (position.place, position.total) == (index + 1, len(listed))
        assert position.told == str(len(listed))
        assert around.neighbours(one, *asked) == listed[max(0, index - 2) : index + 4]


def test_what_is_counted_no_further_is_said_to_be_more(twelve, mira, monkeypatch):
    monkeypatch.setattr(rows, "CAPPED", 5)
    asked = (Lane.WAITING, mira, NOON + DAY, Criteria())
    listed = lanes.listed(*asked[:3]).corrections

    third, tenth = (around.position(listed[n], *asked) for n in (2, 9))

    assert (third.place, third.told) == (3, "4+")
    assert (tenth.place, tenth.told) == (None, "4+")


def test_a_card_that_is_not_in_the_list_has_no_place_and_is_no_row_of_it(twelve, mira):
    asked = (Lane.WAITING, mira, NOON + DAY, Criteria())
    gone, aside = lanes.listed(*asked[:3]).corrections[:2]
    reject(gone, mira, now=NOON)
    side_facts.skip(aside.id, Act(mira, None, NOON))

    for one in (gone, aside):
        position = around.position(one, *asked)
        assert (position.place, position.total) == (None, 10)
        assert one.id not in [row.id for row in around.neighbours(one, *asked)]
