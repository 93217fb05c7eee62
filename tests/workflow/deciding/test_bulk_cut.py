"""Acts on many that are cut off, sent twice at one moment, or taken back while they go on."""

from __future__ import annotations

from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import event, func, select

from corrections_app.extensions import db
from corrections_app.models import Decision, User
from corrections_app.workflow import audit
from corrections_app.workflow.deciding import bulk, undoing
from corrections_app.workflow.deciding.bulk import Batch
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, SECOND
from tests.racing import at_once
from tests.workflow.many import RIGHT, act, codes, slips, statuses, text

__all__ = ["slips"]


class PowerCutError(Exception):
    """The process ends here."""


@contextmanager
def a_cut_after(commits):
    """Nothing is written any more after so many transactions."""
    left = iter(range(commits))

    def cut(_session):
        if next(left, None) is None:
            raise PowerCutError

    event.listen(db.session, "before_commit", cut)
    with suppress(PowerCutError):
        yield
    event.remove(db.session, "before_commit", cut)


@pytest.mark.parametrize("commits", range(9))
def test_an_act_goes_on_wherever_it_was_cut_off(slips, max_, commits):
    shown = act(slips)
    with a_cut_after(commits):
        bulk.carry_out(shown, Act(max_, "k", NOON))

    made = bulk.carry_out(shown, Act(max_, "k", NOON + SECOND))

    assert codes(made) == ["done"] * 6
    assert " and ".join(RIGHT) in text()
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 6
    assert not list(audit.verify(db.session()))


def test_what_is_taken_back_while_it_goes_on_does_nothing_more(slips, max_):
    shown = act(slips)
    with a_cut_after(3):
        bulk.carry_out(shown, Act(max_, "k", NOON))
    bulk.undo_latest(Act(max_, "z", NOON + SECOND))

    made = bulk.carry_out(shown, Act(max_, "k", NOON + SECOND))

    assert codes(made)[2:] == ["stopped"] * 4
    assert statuses(slips) == ["pending"] * 6


def test_of_two_people_at_once_each_row_has_one(app, slips, max_, mira):
    shown = act(slips)
    back = Batch(shown.action, shown.items[::-1])
    people = {"max": max_.id, "mira": mira.id}

    def does(name, what, key):
        who = people[name]
        return lambda: bulk.carry_out(what, Act(db.session.get(User, who), key, NOON))

    first, second, same = at_once(
        app, does("max", shown, "k"), does("mira", back, "k"), does("max", shown, "k")
    )

    assert first == same != second
    pairs = zip(codes(first), reversed(codes(second)), strict=True)
    assert [pair.count("done") for pair in pairs] == [1] * 6
    assert " and ".join(RIGHT) in text()
    for made, by in ((first, max_), (second, mira)):
        bulk.take_back(made, Act(by, None, NOON + SECOND))
    assert statuses(slips) == ["pending"] * 6
    assert not list(audit.verify(db.session()))


def test_rows_taken_back_one_by_one_are_left_alone_by_the_whole(slips, max_, mira):
    before = text()
    made = bulk.carry_out(act(slips), Act(max_, "k", NOON))
    undoing.undo(slips[1].id, Act(max_, None, NOON + SECOND))
    undoing.undo(slips[4].id, Act(mira, None, NOON + SECOND))

    bulk.take_back(made, Act(max_, None, NOON + 2 * SECOND))

    assert [row.undo_answer for row in bulk.one(made).items] == [None] * 6
    assert statuses(slips) == ["pending"] * 6
    assert text() == before
    assert not list(audit.verify(db.session()))
